import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Schema } from '../../schema.ts';
import { migrate } from '../migrate.ts';
import { sharedCommit } from '../shared-commit.ts';
import type { Store } from '../store.ts';
import { backupFile } from './backup-file.ts';
import { Checkpoints, WRITER_CHECKPOINT_PAGES } from './checkpoints.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { addSqliteFunctions } from './functions.ts';
import { lockStore } from './lock.ts';
import { ScanThread, scanDialect } from './scan-thread.ts';

/** @throws StoreError `storeLocked` or `schemaNewer` */
export async function openSqlite(
  file: string,
  holder: { readonly pid: number; readonly startedAt: number },
): Promise<Store> {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  const lock = lockStore(path, holder);
  try {
    const store = await openLocked(path);
    return { ...store, close: () => store.close().finally(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(path: string): Promise<Store> {
  const writer = openWriter(path);
  const write = new Kysely<Schema>({ dialect: nodeSqliteDialect(writer) });
  try {
    await migrate(write);
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader = openReader(path);
  const checkpoints = new Checkpoints(path);
  const commits = sharedCommit(write, { afterCommit: () => checkpoints.afterCommit() });
  const scans = new ScanThread(path);
  return {
    read: new Kysely<Schema>({ dialect: nodeSqliteDialect(reader) }),
    scan: new Kysely<Schema>({ dialect: scanDialect(scans) }),
    shared: false,
    write: (work) => commits.write(work),
    backup: (file) => backupFile(reader, file),
    close: async () => {
      await commits.drain();
      await checkpoints.close();
      await scans.close();
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
  database.exec(`pragma wal_autocheckpoint = ${WRITER_CHECKPOINT_PAGES}`);
  addSqliteFunctions(database);
  return database;
}

function openReader(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  addSqliteFunctions(database);
  return database;
}
