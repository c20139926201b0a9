import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { Checkpoints } from '../../../src/store/engine/sqlite/checkpoints.ts';
import { temporaryFolder } from '../temporary-store.ts';

const KIB = 1024;
/** A transaction of this test and its pages. */
const COMMIT_BYTES = 64 * KIB;

async function openWithoutCheckpoints(limits: { walBytes: number; maxWalBytes: number }) {
  const path = join(await temporaryFolder(), 'bridge.db');
  const writer = new DatabaseSync(path);
  writer.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table row (text)');
  const checkpoints = new Checkpoints(path, limits);
  onTestFinished(async () => {
    await checkpoints.close();
    writer.close();
  });
  const insert = writer.prepare('insert into row values (?)');
  return {
    path,
    walBytes: () => statSync(`${path}-wal`).size,
    commit: async () => {
      insert.run('x'.repeat(COMMIT_BYTES - 8 * KIB));
      await checkpoints.afterCommit();
    },
  };
}

it('the WAL stays within its bound while writes go on, and nothing is lost', async () => {
  const limits = { walBytes: 256 * KIB, maxWalBytes: 1024 * KIB };
  const { path, walBytes, commit } = await openWithoutCheckpoints(limits);
  let largest = 0;
  for (let commits = 0; commits < 200; commits++) {
    await commit();
    largest = Math.max(largest, walBytes());
  }
  expect(largest).toBeLessThanOrEqual(limits.maxWalBytes + COMMIT_BYTES);
  const copy = new DatabaseSync(path, { readOnly: true });
  expect(copy.prepare('select count(*) as total from row').get()).toEqual({ total: 200 });
  copy.close();
});

it('a reader that needs the WAL keeps it, and holds up no write', async () => {
  const limits = { walBytes: 128 * KIB, maxWalBytes: 256 * KIB };
  const { path, walBytes, commit } = await openWithoutCheckpoints(limits);
  await commit();
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('begin');
  expect(reader.prepare('select count(*) as total from row').get()).toEqual({ total: 1 });
  for (let commits = 0; commits < 20; commits++) await commit();
  expect(walBytes()).toBeGreaterThan(20 * (COMMIT_BYTES - 8 * KIB));
  expect(reader.prepare('select count(*) as total from row').get()).toEqual({ total: 1 });
  reader.close();
  for (let commits = 0; commits < 20; commits++) await commit();
  expect(walBytes()).toBeLessThanOrEqual(limits.maxWalBytes + COMMIT_BYTES);
});
