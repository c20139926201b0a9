import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';

/** `foldCase` in SQL. */
export function fold(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`fold(${text})`;
}

/** `parseInstant` in SQL: UTC milliseconds, or null when the text is no date. */
export function instant(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`instant(${text})`;
}
