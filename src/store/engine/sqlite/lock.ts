import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store-error.ts';

const SQLITE_BUSY = 5;

export interface StoreLock {
  release(): void;
}

/**
 * Makes this process the only one that opens the database: two reconcilers would spend one quota twice. The
 * lock is SQLite's own on a second file, which the kernel frees however the process ends; so the database
 * itself stays open to the bridge's read-only connections.
 *
 * @throws StoreError `storeLocked`, naming the holder
 */
export function lockStore(databasePath: string, holder: { pid: number; startedAt: number }): StoreLock {
  const lock = new DatabaseSync(`${databasePath}.lock`, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw isBusy(error) ? lockedError(databasePath, error) : error;
  }
  writeFileSync(holderPath(databasePath), `${JSON.stringify(holder)}\n`);
  return { release: () => lock.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function lockedError(databasePath: string, cause: unknown): StoreError {
  return new StoreError(
    'storeLocked',
    `The store ${databasePath} is open in ${holderText(databasePath)}. Stop that process first, or give this one another storage.url. Commands that only ask or approve need no store of their own: they talk to the running bridge.`,
    { cause },
  );
}

function holderText(databasePath: string): string {
  try {
    const holder = JSON.parse(readFileSync(holderPath(databasePath), 'utf8')) as Record<string, number>;
    return `process ${holder['pid']}, started ${new Date(Number(holder['startedAt'])).toISOString()}`;
  } catch {
    // The file is for people: without it the lock holds all the same.
    return 'another process';
  }
}

function holderPath(databasePath: string): string {
  return `${databasePath}.lock.json`;
}
