import type { CompiledQuery } from 'kysely';
import type { Db } from '../schema.ts';
import { NodeSqliteAdapter } from './sqlite/dialect.ts';

/**
 * Runs a compiled query. On SQLite, which answers at once, it goes around the queue that Kysely lends its one
 * connection from, which takes longer than a lookup: inside a transaction nobody else has the connection, and outside
 * of one a single statement needs nobody's leave. When others are to have a turn first, the queue keeps the order.
 */
export async function compiledRows<Row>(
  db: Db,
  query: CompiledQuery<Row>,
  parameters: readonly unknown[] = query.parameters,
): Promise<readonly Row[]> {
  const { adapter } = db.getExecutor();
  if (adapter instanceof NodeSqliteAdapter && !adapter.turnIsDue()) {
    return adapter.rows(query.sql, parameters) as readonly Row[];
  }
  return (await db.executeQuery<Row>({ ...query, parameters })).rows;
}
