import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../src/store/database.ts';
import { openStore } from '../../src/store/database.ts';

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store of its own for one test. */
export async function temporaryStore(): Promise<Store> {
  const folder = await temporaryFolder();
  const store = await openStore({
    url: `sqlite:${join(folder, 'bridge.db')}`,
    clock: { now: () => 1_000 },
    pid: process.pid,
  });
  onTestFinished(() => store.close());
  return store;
}
