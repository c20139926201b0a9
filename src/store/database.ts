import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { migrate } from './engine/migrate.ts';
import { sharedCommit } from './engine/shared-commit.ts';
import { nodeSqliteDialect } from './engine/sqlite-dialect.ts';
import { lockStore } from './engine/sqlite-lock.ts';
import { StoreError } from './engine/store-error.ts';
import { addSqliteFunctions } from './filter/functions.ts';
import type { Db, Schema, Tx } from './schema.ts';

export type { Tx } from './schema.ts';

export interface Store {
  /** Sees what is committed, and nothing else. */
  readonly read: Db;
  /**
   * Runs `work` in a transaction and resolves when it is durable. When `work` rejects, nothing of it remains.
   * `work` must await nothing but queries on its `tx`: the writes behind it wait.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Writes a copy of the committed state to `file` while the store is in use. */
  backup(file: string): Promise<void>;
  /** Commits the accepted writes, then lets go of the files. A second call waits for the first. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** `sqlite:` and a path, relative to the working directory; missing folders are made. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  /** Id of this process, for the message that a second start gets. */
  readonly pid: number;
}

/**
 * Opens the store, alone, and brings its tables up to date.
 *
 * @throws StoreError `storeUrlInvalid`, `storeLocked` (another process has it) or `schemaNewer`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const path = sqlitePath(options.url);
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockStore(path, { pid: options.pid, startedAt: options.clock.now() });
  try {
    const store = await openSqlite(path);
    let closed: Promise<void> | undefined;
    return { ...store, close: () => (closed ??= store.close().finally(() => lock.release())) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function sqlitePath(url: string): string {
  const path = /^sqlite:(?!\/\/|:)(.+)$/.exec(url)?.[1];
  if (path !== undefined) return resolve(path);
  throw new StoreError(
    'storeUrlInvalid',
    `storage.url is "${url}". Expected "sqlite:" and the path of a file, for example sqlite:./data/bridge.db`,
  );
}

async function openSqlite(path: string): Promise<Store> {
  const writer = openWriter(path);
  const write = new Kysely<Schema>({ dialect: nodeSqliteDialect(writer) });
  try {
    await migrate(write);
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader = openReader(path);
  const read = new Kysely<Schema>({ dialect: nodeSqliteDialect(reader) });
  const commits = sharedCommit(write);
  return {
    read,
    write: (work) => commits.write(work),
    backup: async (file) => void (await backup(reader, file)),
    close: async () => {
      await commits.drain();
      reader.close();
      writer.close();
    },
  };
}

function openWriter(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal');
  // A 2xx is a promise: with NORMAL the last commits would be lost with the power.
  database.exec('pragma synchronous = full');
  database.exec('pragma foreign_keys = on');
  addSqliteFunctions(database);
  return database;
}

function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  addSqliteFunctions(database);
  return database;
}
