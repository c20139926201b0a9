import { Kysely, PostgresDialect } from 'kysely';
import type { Db, Schema } from '../../schema.ts';
import { unavailable } from './connection-error.ts';
import { postgresPool } from './pool.ts';

/** Each statement reads a page by an index; longer, and something is wrong with the server. */
const STATEMENT_LIMIT_MS = 10_000;

/** While `work` runs, vacuum keeps every row version that it might read. */
export async function readPostgresSnapshot<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const canceled = () => unavailable('a page of users took longer than 10 s to read');
  const session = 'set default_transaction_read_only = on; set jit = off';
  const pool = postgresPool({ url, max: 1, session, statementTimeoutMs: STATEMENT_LIMIT_MS, canceled });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    const transaction = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    return await transaction.execute(work);
  } finally {
    await db.destroy();
  }
}
