import type { Clock } from '../clock.ts';
import { openPostgres } from './engine/postgres/open-postgres.ts';
import { openSqlite } from './engine/sqlite/open-sqlite.ts';
import type { Store } from './engine/store.ts';
import { StoreError } from './engine/store-error.ts';

export type { Store } from './engine/store.ts';
export type { Tx } from './schema.ts';

export interface StoreOptions {
  /**
   * `sqlite:` and a path, relative to the working directory; missing folders are made. Or a connection URI of
   * PostgreSQL: `postgres://user@host:5432/database?sslmode=verify-full`.
   */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Id of this process, for the message that a second start gets. */
  readonly pid: number;
  /**
   * Connections to PostgreSQL that read. Fewer, and a slow list holds up lookups; more, and several bridges come near
   * PostgreSQL's 100 connections. SQLite has no use for it.
   */
  readonly poolSize: number;
}

/**
 * Opens the store and brings its tables up to date. SQLite is opened alone; PostgreSQL may serve many processes.
 *
 * @throws StoreError `storeUrlInvalid`, `storeLocked` (another process has it), `schemaNewer`, `storeUnavailable`
 * or `databaseUnsuitable`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = await openEngine(options);
  let closed: Promise<void> | undefined;
  return { ...store, close: () => (closed ??= store.close()) };
}

function openEngine({ url, clock, pid, poolSize }: StoreOptions): Promise<Store> {
  const path = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (path !== undefined) return openSqlite(path, { pid, startedAt: clock.now() });
  if (/^postgres(ql)?:\/\//.test(url)) return openPostgres(url, poolSize);
  throw new StoreError(
    'storeUrlInvalid',
    `storage.url is "${url.slice(0, 100)}". Expected "sqlite:" and the path of a file, for example sqlite:./data/bridge.db, or postgres://user@host/database`,
  );
}
