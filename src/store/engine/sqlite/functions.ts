import type { DatabaseSync } from 'node:sqlite';
import { parseInstant } from '../../../scim/value/instant.ts';
import { foldCase } from '../../../scim/value/text.ts';

/** SQLite's own lower() knows ASCII only, and its dates no leap days; SCIM's rules are called instead. */
export function addSqliteFunctions(database: DatabaseSync): void {
  const options = { deterministic: true, directOnly: true };
  database.function('fold', options, (text) => (typeof text === 'string' ? foldCase(text) : null));
  database.function('instant', options, (text) =>
    typeof text === 'string' ? (parseInstant(text) ?? null) : null,
  );
}
