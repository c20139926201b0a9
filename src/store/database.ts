import type { Clock } from '../clock.ts';
import { openPostgres } from './engine/postgres/open-postgres.ts';
import { readPostgresSnapshot } from './engine/postgres/read-snapshot.ts';
import { openSqlite } from './engine/sqlite/open-sqlite.ts';
import { readSqliteSnapshot } from './engine/sqlite/read-snapshot.ts';
import type { Store } from './engine/store.ts';
import { StoreError } from './engine/store-error.ts';
import type { Db } from './schema.ts';

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

/**
 * Reads what is committed now on a connection of its own, whatever is written meanwhile. The store is open elsewhere,
 * in this process or not.
 *
 * @throws StoreError `storeUrlInvalid` or `storeUnavailable`
 */
export function readSnapshot<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const place = placeOf(url);
  return place.engine === 'sqlite' ? readSqliteSnapshot(place.path, work) : readPostgresSnapshot(url, work);
}

function openEngine({ url, clock, pid, poolSize }: StoreOptions): Promise<Store> {
  const place = placeOf(url);
  if (place.engine === 'postgres') return openPostgres(url, poolSize);
  return openSqlite(place.path, { pid, startedAt: clock.now() });
}

type Place = { readonly engine: 'sqlite'; readonly path: string } | { readonly engine: 'postgres' };

function placeOf(url: string): Place {
  const path = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (path !== undefined) return { engine: 'sqlite', path };
  if (/^postgres(ql)?:\/\//.test(url)) return { engine: 'postgres' };
  throw new StoreError(
    'storeUrlInvalid',
    `storage.url is "${url.slice(0, 100)}". Expected "sqlite:" and the path of a file, for example sqlite:./data/bridge.db, or postgres://user@host/database`,
  );
}
