import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { ClientBase, PoolClient, PoolConfig, QueryResult } from 'pg';
import { Pool, types } from 'pg';
import type { StoreError } from '../store-error.ts';
import { storeErrorOf } from './connection-error.ts';

/** A connection that is asked for longer than this is not to be had. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Above the statement timeout: without an answer by then it is not the statement but the network that takes long. */
const SILENCE_MS = 3_000;
const INT8 = 20;

interface PoolOptions {
  readonly url: string;
  readonly max: number;
  /** SQL for each new connection. */
  readonly session: string;
  /** The server ends a statement after this time. Null is never. */
  readonly statementTimeoutMs: number | null;
  /** What a statement is called that ran into it. */
  readonly canceled: () => StoreError;
}

/** Connections for Kysely that speak of failures as StoreError, and are left behind when the network falls silent. */
export function postgresPool(options: PoolOptions): PostgresPool {
  const { statementTimeoutMs, canceled } = options;
  const pool = new Pool(poolConfig(options));
  // Of an idle connection: the pool has dropped it already, and the next user gets a new one.
  pool.on('error', () => undefined);
  const limits = statementTimeoutMs === null ? {} : { query_timeout: statementTimeoutMs + SILENCE_MS };
  const failed = (error: unknown): never => {
    throw storeErrorOf(error, canceled);
  };
  return {
    options: pool.options,
    connect: async () => lent(await pool.connect().catch(failed), limits, failed),
    end: () => pool.end(),
  };
}

function poolConfig({ url, max, session, statementTimeoutMs }: PoolOptions): PoolConfig {
  return {
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    fallback_application_name: 'connect-scim-bridge',
    types: { getTypeParser },
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool lends the connection when this has resolved
    onConnect: async (client: ClientBase) => {
      await client.query(`${session}; set statement_timeout = ${statementTimeoutMs ?? 0}`);
    },
  };
}

/** Counts, times and `seq` are bigint, which pg gives as text; all of ours are below 2^53. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 ? Number : types.getTypeParser(oid, format);

function lent(
  client: PoolClient,
  limits: { readonly query_timeout?: number },
  failed: (error: unknown) => never,
): PostgresPoolClient {
  let silent = false;
  // Without a listener, an error between two statements would end the process; the next statement reports it.
  const ignore = () => undefined;
  client.on('error', ignore);
  const query = async <Row>(text: string, values: readonly unknown[]) => {
    try {
      const result = await client.query({ text, values: [...values], ...limits });
      return result as QueryResult & { readonly rows: Row[] } as PostgresQueryResult<Row>;
    } catch (error) {
      silent ||= (error as Error).message === 'Query read timeout';
      return failed(error);
    }
  };
  return {
    // Kysely's other way to call it, with a cursor, is for streams, which no store has.
    query: query as PostgresPoolClient['query'],
    release: (discard?: boolean) => {
      client.off('error', ignore);
      client.release(silent || discard === true);
    },
  };
}
