import { StoreError } from '../store-error.ts';

/**
 * SQLSTATE classes and codes after which the session, or the whole server, is not to be used: connection exceptions,
 * operator intervention (restart, shutdown), insufficient resources, an idle transaction ended, a standby after a
 * failover; and what another writer can cause.
 */
const UNAVAILABLE = /^(08...|57P..|53...|25P03|25006|40001|40P01|55P03)$/;
const QUERY_CANCELED = '57014';
const INDEX_ROW_TOO_LARGE = '54000';

/** Said by pg and pg-pool, without a code, of connections that are gone, cut off or not to be had. */
const CONNECTION_GONE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying|timeout expired|Query read timeout|Postgres connection has been discarded|The server does not support SSL)/;

/** Of the system, before PostgreSQL could say anything. */
const SYSTEM = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ENOENT)/;

/**
 * What became of a statement, in the store's words.
 *
 * @param canceled what a statement is to be called that ran into its time limit
 */
export function storeErrorOf(error: unknown, canceled: () => StoreError): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === QUERY_CANCELED) return canceled();
  if (code === INDEX_ROW_TOO_LARGE) {
    return new StoreError('keyTooLong', 'A name is longer than PostgreSQL can index.', { cause: error });
  }
  return isConnectionLost(error, code) ? unavailable(error) : error;
}

export function unavailable(cause: unknown): StoreError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('storeUnavailable', `PostgreSQL cannot be used at present: ${detail}`, { cause });
}

function isConnectionLost(error: Error, code: string): boolean {
  return UNAVAILABLE.test(code) || SYSTEM.test(code) || CONNECTION_GONE.test(error.message);
}
