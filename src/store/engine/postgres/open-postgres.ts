import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { Schema, Tx } from '../../schema.ts';
import { migrate } from '../migrate.ts';
import { sharedCommit } from '../shared-commit.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { unavailable } from './connection-error.ts';
import { postgresPool } from './pool.ts';

/** An IdP gives up after 30 s; a filter that takes so long keeps one of few connections. */
const SCAN_LIMIT_MS = 10_000;
/** Lookups take microseconds: longer, and something is wrong with the server. */
const STATEMENT_LIMIT_MS = 10_000;
/**
 * Nothing but statements is awaited in a transaction, so one that is idle has lost its process, and holds up all
 * others. Shorter, and a process that swaps for a moment would lose its writes.
 */
const IDLE_TRANSACTION_MS = 5_000;
/** How long a write is tried again while the server restarts; an IdP waits 30 s at most. */
const RETRY_FOR_MS = 10_000;
const RETRY_EVERY_MS = 250;

/** Any number, the same in every bridge: who holds it as an advisory lock is the one that writes. */
const WRITER_LOCK = 7_236_001;

/** @throws StoreError `storeUnavailable`, `schemaNewer` or `databaseUnsuitable` */
export async function openPostgres(url: string, poolSize: number): Promise<Store> {
  await prepareDatabase(url);
  const read = readingPool(url, poolSize);
  const write = kysely(writingPool(url));
  const commits = sharedCommit(write, { onBegin: lockWriter, retry, commitError: outcomeUnknown });
  return {
    read,
    scan: read,
    shared: true,
    write: (work) => commits.write(work),
    backup: async () => {
      throw new StoreError(
        'backupElsewhere',
        'The store is on PostgreSQL, whose own tools take backups: pg_dump for a copy, pg_basebackup with WAL archiving for a point in time.',
      );
    },
    close: async () => {
      await commits.drain();
      await Promise.all([read.destroy(), write.destroy()]);
    },
  };
}

function kysely(pool: PostgresPool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

async function prepareDatabase(url: string): Promise<void> {
  const session = 'select 1';
  const pool = { url, max: 1, session, statementTimeoutMs: null, canceled: () => unavailable('canceled') };
  const db = kysely(postgresPool(pool));
  try {
    await refuseUnsuitable(db);
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function refuseUnsuitable(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ encoding: string; version: number; has_icu: boolean }>`
    select current_setting('server_encoding') as encoding, current_setting('server_version_num')::int as version,
      exists (select 1 from pg_collation where collname = 'und-x-icu') as has_icu`.execute(db);
  const [found] = rows;
  if (found?.encoding === 'UTF8' && found.version >= 140_000 && found.has_icu) return;
  throw new StoreError(
    'databaseUnsuitable',
    `The database has encoding ${found?.encoding}, PostgreSQL ${Math.floor((found?.version ?? 0) / 10_000)} and ${found?.has_icu ? '' : 'no '}ICU collations. Expected UTF8, PostgreSQL 14 or later, and ICU, as the packages of Debian and Amazon RDS have it.`,
  );
}

function readingPool(url: string, max: number): Kysely<Schema> {
  const canceled = () =>
    new StoreError(
      'timeLimit',
      `No index serves this filter or order, and it took longer than ${SCAN_LIMIT_MS / 1_000} s. Filter by id, userName, externalId, displayName or emails, or page through all.`,
    );
  // Compiling a query to machine code takes longer than any of ours runs.
  const session = 'set default_transaction_read_only = on; set jit = off';
  return kysely(postgresPool({ url, max, session, statementTimeoutMs: SCAN_LIMIT_MS, canceled }));
}

/** One connection: the lock lets one transaction in at a time anyway. */
function writingPool(url: string): PostgresPool {
  const session = [
    `set idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`,
    // A client that vanished without a word must not keep the lock.
    'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3',
    // A 2xx is a promise. What is stricter than "on" stays.
    `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local')`,
  ].join('; ');
  const canceled = () => unavailable('another process keeps the writer lock');
  return postgresPool({ url, max: 1, session, statementTimeoutMs: STATEMENT_LIMIT_MS, canceled });
}

/**
 * One writer at a time, among all processes, as on SQLite: so guards count exactly, names are taken once, and rows
 * become visible in the order of their `seq`, on which cursors rely. Released by COMMIT, ROLLBACK or the session's end.
 */
async function lockWriter(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)})`.execute(tx);
}

async function retry(error: unknown, failingForMs: number): Promise<boolean> {
  if (!(error instanceof StoreError) || error.code !== 'storeUnavailable') return false;
  if (failingForMs > RETRY_FOR_MS) return false;
  await delay(RETRY_EVERY_MS);
  return true;
}

function outcomeUnknown(error: unknown): unknown {
  if (!(error instanceof StoreError) || error.code !== 'storeUnavailable') return error;
  return new StoreError(
    'outcomeUnknown',
    'The connection to PostgreSQL was lost during COMMIT: the change may or may not have been made. Repeat it.',
    { cause: error },
  );
}
