import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../src/store/database.ts';
import { openStore } from '../../src/store/database.ts';
import { hasPostgres, temporaryDatabase } from '../postgres/database.ts';

type OnEnd = (end: () => Promise<void>) => void;

/** Every engine that the store runs on, for `describe.each`: one suite holds them to the same behaviour. */
export const engines = [
  { engine: 'sqlite', open: temporaryStore },
  ...(hasPostgres ? [{ engine: 'postgres', open: temporaryPostgresStore }] : []),
] as const;

/** An empty folder that goes with the test. */
export async function temporaryFolder(onEnd: OnEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-store-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store of its own for one test, or for what else `onEnd` ends with. */
export async function temporaryStore(onEnd: OnEnd = onTestFinished): Promise<Store> {
  const folder = await temporaryFolder(onEnd);
  const store = await openStore({
    url: storeUrl(folder),
    clock: { now: () => 1_000 },
    pid: process.pid,
    poolSize: 1,
  });
  onEnd(() => store.close());
  return store;
}

async function temporaryPostgresStore(onEnd: OnEnd = onTestFinished): Promise<Store> {
  const url = await temporaryDatabase(onEnd);
  const store = await openStore({ url, clock: { now: () => 1_000 }, pid: process.pid, poolSize: 2 });
  onEnd(() => store.close());
  return store;
}

export function storeUrl(folder: string): string {
  return `sqlite:${join(folder, 'bridge.db')}`;
}
