import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { USER_SCHEMA } from '../../../src/scim/resource.ts';
import type { Store } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/database.ts';
import { getMeta, setMeta } from '../../../src/store/engine/meta.ts';
import { insertUser, userByUserName } from '../../../src/store/users.ts';
import { hasPostgres, temporaryDatabase } from '../../postgres/database.ts';
import type { PostgresServer } from '../../postgres/server.ts';
import {
  databaseUrl,
  postgresPrograms,
  removeServer,
  serverFolder,
  startServer,
} from '../../postgres/server.ts';

const clock = { now: () => 1_000 };

async function open(url: string): Promise<Store> {
  const store = await openStore({ url, clock, pid: process.pid, poolSize: 2 });
  onTestFinished(() => store.close());
  return store;
}

async function ask(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A server that the test may stop, with an empty database. */
async function ownServer(): Promise<{ url: string; stop: () => Promise<void>; start: () => void }> {
  const folder = await serverFolder();
  const programs = postgresPrograms()!;
  let server: PostgresServer = startServer(programs, folder);
  onTestFinished(() => removeServer(server));
  const url = databaseUrl(folder, 'postgres');
  for (let turn = 0; turn < 200; turn++) {
    const up = await ask(url, 'select 1').then(
      () => true,
      () => false,
    );
    if (up) break;
    await delay(100);
  }
  return { url, stop: () => server.stop(), start: () => void (server = startServer(programs, folder)) };
}

/** Writes, four at a time, until told to stop. */
function writing(store: Store) {
  const acknowledged: string[] = [];
  const refused: unknown[] = [];
  const stopping = new AbortController();
  const writer = async (name: number) => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const key = `${name}-${n}`;
      await store
        .write((tx) => setMeta(tx, key, 'x'))
        .then(
          () => acknowledged.push(key),
          (error: unknown) => refused.push(error),
        );
    }
  };
  const writers = Promise.all([1, 2, 3, 4].map(writer));
  return {
    acknowledged,
    refused,
    until: async (count: number) => {
      while (acknowledged.length < count) await delay(5);
    },
    stop: () => {
      stopping.abort();
      return writers;
    },
  };
}

async function lost(store: Store, acknowledged: readonly string[]): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('meta').select('key').execute();
  const stored = new Set(rows.map(({ key }) => key));
  return acknowledged.filter((key) => !stored.has(key));
}

describe.skipIf(!hasPostgres)('a store on PostgreSQL', () => {
  it('goes on by itself when the server is restarted, and loses nothing that it has acknowledged', async () => {
    const server = await ownServer();
    const store = await open(server.url);
    const writes = writing(store);
    await writes.until(50);
    await server.stop();
    const before = writes.acknowledged.length;
    await expect(getMeta(store.read, 'x')).rejects.toMatchObject({ code: 'storeUnavailable' });
    server.start();
    await writes.until(before + 50);
    await writes.stop();
    // Those whose COMMIT was under way; all others were only late.
    for (const error of writes.refused) expect(error).toMatchObject({ code: 'outcomeUnknown' });
    expect(await lost(store, writes.acknowledged)).toEqual([]);
  });

  it('goes on when its sessions are ended', async () => {
    const url = await temporaryDatabase();
    const store = await open(url);
    const writes = writing(store);
    for (let round = 1; round <= 5; round++) {
      await writes.until(writes.acknowledged.length + 10);
      await ask(
        url,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
    await writes.until(writes.acknowledged.length + 10);
    await writes.stop();
    for (const error of writes.refused) expect(error).toMatchObject({ code: 'outcomeUnknown' });
    expect(await lost(store, writes.acknowledged)).toEqual([]);
  });

  it('runs a write again that was lost before its COMMIT, and tells its caller nothing of it', async () => {
    const url = await temporaryDatabase();
    const store = await open(url);
    let runs = 0;
    await store.write(async (tx) => {
      await setMeta(tx, 'runs', String(++runs));
      if (runs === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
    });
    expect(runs).toBe(2);
    expect(await getMeta(store.read, 'runs')).toBe('2');
  });

  it('is refused at once where there is no server', async () => {
    await expect(open(databaseUrl('/nonexistent', 'bridge'))).rejects.toMatchObject({
      code: 'storeUnavailable',
    });
  });

  it('is refused in a database that cannot hold every name', async () => {
    const url = await temporaryDatabase();
    const name = `ascii_${randomUUID().replaceAll('-', '')}`;
    await ask(url, `create database ${name} encoding 'SQL_ASCII' locale 'C' template template0`);
    await expect(open(url.replace(/test_\w+/, name))).rejects.toMatchObject({
      code: 'databaseUnsuitable',
      message: expect.stringContaining('encoding SQL_ASCII'),
    });
  });

  it('is opened by several processes at once, whose names do not clash', async () => {
    const url = await temporaryDatabase();
    const name = `fresh_${randomUUID().replaceAll('-', '')}`;
    await ask(url, `create database ${name}`);
    const stores = await Promise.all([1, 2, 3].map(() => open(url.replace(/test_\w+/, name))));
    const results = await Promise.allSettled(
      stores.map((store, index) =>
        store.write((tx) =>
          insertUser(tx, {
            id: `id${index}`,
            directory: 'main',
            doc: { schemas: [USER_SCHEMA], userName: 'ana' },
            at: 1,
          }),
        ),
      ),
    );
    const [winner] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'uniqueness', otherId: winner } },
      { reason: { code: 'uniqueness', otherId: winner } },
    ]);
    for (const store of stores)
      expect(await userByUserName(store.read, 'main', 'ANA')).toMatchObject({ id: winner });
  });

  it('cannot be changed through its reading connections', async () => {
    const store = await open(await temporaryDatabase());
    await expect(store.read.deleteFrom('meta').execute()).rejects.toThrow('read-only');
  });

  it('leaves backups to the tools of PostgreSQL', async () => {
    const store = await open(await temporaryDatabase());
    await expect(store.backup('copy')).rejects.toMatchObject({
      code: 'backupElsewhere',
      message: expect.stringContaining('pg_dump'),
    });
  });
});
