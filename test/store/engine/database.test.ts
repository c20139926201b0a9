import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CompiledQuery } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/database.ts';
import { getMeta, setMeta } from '../../../src/store/engine/meta.ts';
import { storeUrl, temporaryFolder, temporaryStore } from '../temporary-store.ts';

const clock = { now: () => 1_000 };

async function open(folder: string): Promise<Store> {
  const store = await openStore({ url: storeUrl(folder), clock, pid: process.pid, poolSize: 1 });
  onTestFinished(() => store.close());
  return store;
}

/** Another process that has the store open and writes to it, announcing each write after its commit. */
function writingProcess(folder: string): { child: ChildProcess; acknowledged: AsyncIterator<string> } {
  const script = fileURLToPath(new URL('./writing-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, storeUrl(folder)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
      await once(child, 'exit');
  });
  return { child, acknowledged: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('opening a store', () => {
  it('makes the folders that are missing', async () => {
    const folder = join(await temporaryFolder(), 'data', 'deeper');
    await open(folder);
    expect(existsSync(join(folder, 'bridge.db'))).toBe(true);
  });

  it('finds again what was written', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    await first.write((tx) => setMeta(tx, 'key', 'kept'));
    await first.close();
    expect(await getMeta((await open(folder)).read, 'key')).toBe('kept');
  });

  it('is safe against the loss of power', async () => {
    const store = await temporaryStore();
    const pragma = async (name: string) =>
      store.write(async (tx) => (await tx.executeQuery<object>(CompiledQuery.raw(`pragma ${name}`))).rows[0]);
    expect(await pragma('journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(await pragma('synchronous')).toEqual({ synchronous: 2 });
    expect(await pragma('foreign_keys')).toEqual({ foreign_keys: 1 });
  });

  it.each(['bridge.db', 'sqlite:', 'sqlite::memory:', 'sqlite://host/bridge.db', 'mysql://x', 'postgres:x'])(
    'refuses the url "%s" and says what one looks like',
    async (url) => {
      await expect(openStore({ url, clock, pid: 1, poolSize: 1 })).rejects.toMatchObject({
        code: 'storeUrlInvalid',
        message: expect.stringContaining('sqlite:./data/bridge.db'),
      });
    },
  );

  it('refuses a schema that is newer than the code, and leaves it alone', async () => {
    const folder = await temporaryFolder();
    await (await open(folder)).close();
    const database = new DatabaseSync(join(folder, 'bridge.db'));
    database.exec(`insert into kysely_migration (name, timestamp) values ('0999-from-tomorrow', '2030')`);
    database.close();
    await expect(open(folder)).rejects.toMatchObject({
      code: 'schemaNewer',
      message: expect.stringMatching(/0999-from-tomorrow.*0011-waits-for.*Start the newer version/),
    });
    await expect(open(folder)).rejects.toMatchObject({ code: 'schemaNewer' });
  });
});

describe('a store that another process has open', () => {
  it('is refused, naming the process, until that process ends, however it ends', async () => {
    const folder = await temporaryFolder();
    const { child, acknowledged } = writingProcess(folder);
    await acknowledged.next();
    await expect(open(folder)).rejects.toMatchObject({
      code: 'storeLocked',
      message: expect.stringContaining(`process ${child.pid}, started 2026-11-21T09:00:00.000Z`),
    });
    await kill(child);
    await open(folder);
  });

  it('is refused to a second opener in the same process too', async () => {
    const folder = await temporaryFolder();
    const first = await open(folder);
    await expect(open(folder)).rejects.toMatchObject({ code: 'storeLocked' });
    await first.close();
    await open(folder);
  });
});

describe('a process killed while it writes', () => {
  it('loses no write that it has acknowledged', async () => {
    const folder = await temporaryFolder();
    const { child, acknowledged } = writingProcess(folder);
    const keys: string[] = [];
    while (keys.length < 300) keys.push((await acknowledged.next()).value);
    child.kill('SIGKILL');
    for (let line = await acknowledged.next(); !line.done; line = await acknowledged.next())
      keys.push(line.value);
    const store = await open(folder);
    const rows = await store.read.selectFrom('meta').select('key').execute();
    const stored = new Set(rows.map(({ key }) => key));
    expect(keys.filter((key) => !stored.has(key))).toEqual([]);
  });
});

describe('a backup', () => {
  it('taken while the store is written is a store of its own', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    await store.write((tx) => setMeta(tx, 'before', 'x'));
    const copy = join(await temporaryFolder(), 'bridge.db');
    const writing = Promise.all(
      Array.from({ length: 50 }, (_, n) => store.write((tx) => setMeta(tx, `during${n}`, 'x'))),
    );
    await Promise.all([store.backup(copy), writing]);
    const restored = await open(join(copy, '..'));
    expect(await getMeta(restored.read, 'before')).toBe('x');
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  it('never takes the place of another file', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    const other = await temporaryFolder();
    writeFileSync(join(other, 'kept'), 'x');
    await expect(store.backup(join(other, 'kept'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(store.backup(join(other, 'missing', 'copy'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(other)).toEqual(['kept']);
    expect(statSync(join(other, 'kept')).size).toBe(1);
  });
});
