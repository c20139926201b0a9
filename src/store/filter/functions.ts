import type { DatabaseSync } from 'node:sqlite';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { parseInstant } from '../../scim/value/instant.ts';
import { foldCase } from '../../scim/value/text.ts';

/** `foldCase` in SQL. */
export function fold(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`fold(${text})`;
}

/** `parseInstant` in SQL: UTC milliseconds, or null when the text is no date. */
export function instant(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`instant(${text})`;
}

/** SQLite's own lower() knows ASCII only, and its dates no leap days; SCIM's rules are called instead. */
export function addSqliteFunctions(database: DatabaseSync): void {
  const options = { deterministic: true, directOnly: true };
  database.function('fold', options, (text) => (typeof text === 'string' ? foldCase(text) : null));
  database.function('instant', options, (text) =>
    typeof text === 'string' ? (parseInstant(text) ?? null) : null,
  );
}
