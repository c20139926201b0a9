import type { Kysely } from 'kysely';
import { PostgresAdapter } from 'kysely';

export type Engine = 'sqlite' | 'postgres';

/** For the few places where the two speak differently. */
export function engineOf<Tables>(db: Kysely<Tables>): Engine {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';
}
