import { CompiledQuery, Kysely } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { createDirectorySchema } from '../../../src/scim/schema.ts';
import { scanDialect, ScanThread } from '../../../src/store/engine/sqlite/scan-thread.ts';
import { setMeta } from '../../../src/store/engine/meta.ts';
import type { Schema } from '../../../src/store/schema.ts';
import { findUsers } from '../../../src/store/user/listed-users.ts';
import { temporaryFolder, temporaryStore } from '../temporary-store.ts';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';

const schema = createDirectorySchema({ extensions: {} });
const ENDLESS = CompiledQuery.raw(
  'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n',
);

async function thread(limitMs?: number): Promise<Kysely<Schema>> {
  const path = join(await temporaryFolder(), 'empty.db');
  new DatabaseSync(path).close();
  const scans = new ScanThread(path, limitMs);
  onTestFinished(() => scans.close());
  return new Kysely<Schema>({ dialect: scanDialect(scans) });
}

describe('what no index serves', () => {
  it('is answered beside the event loop, which goes on turning', async () => {
    const db = await thread();
    const million =
      'with recursive n(i) as (select 1 union all select i + 1 from n limit 3000000) select count(*) as total from n';
    const answer = db.executeQuery<{ total: number }>(CompiledQuery.raw(million));
    const progress = { turns: 0, ended: false };
    void answer.finally(() => (progress.ended = true));
    for (; !progress.ended; progress.turns++) await new Promise((resolve) => setImmediate(resolve));
    expect((await answer).rows).toEqual([{ total: 3_000_000 }]);
    expect(progress.turns).toBeGreaterThan(100);
  });

  it('sees what was committed before', async () => {
    const store = await temporaryStore();
    await store.write((tx) => setMeta(tx, 'key', 'new'));
    expect(await store.scan.selectFrom('meta').selectAll().execute()).toEqual([{ key: 'key', value: 'new' }]);
  });

  it('cannot change anything', async () => {
    const store = await temporaryStore();
    await expect(store.scan.deleteFrom('meta').execute()).rejects.toThrow('readonly');
  });

  it('is ended at its time limit, and the next is answered', async () => {
    const db = await thread(1_000);
    await expect(db.executeQuery(ENDLESS)).rejects.toMatchObject({ code: 'timeLimit' });
    expect((await db.executeQuery(CompiledQuery.raw('select 1 as one'))).rows).toEqual([{ one: 1 }]);
  });

  it('is refused for now when others take all the time', async () => {
    const db = await thread(1_000);
    const results = await Promise.allSettled([1, 2, 3].map(() => db.executeQuery(ENDLESS)));
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'timeLimit' } },
      { status: 'rejected', reason: { code: 'timeLimit' } },
      { status: 'rejected', reason: { code: 'storeUnavailable' } },
    ]);
  });

  it('takes filters and orders that would look at everybody, and nothing else', async () => {
    const store = await temporaryStore();
    const ways: string[] = [];
    const noting = (name: string, db: typeof store.read) =>
      db.withPlugin({
        transformQuery: ({ node }) => {
          ways.push(name);
          return node;
        },
        transformResult: async ({ result }) => result,
      });
    const noted = { read: noting('read', store.read), scan: noting('scan', store.scan) };
    const find = async (filter: string | null, sortBy?: string) => {
      ways.length = 0;
      const query = {
        filter: filter === null ? null : parseFilter(filter, schema.user),
        startIndex: 1,
        count: 1,
      };
      await findUsers(noted, 'main', {
        ...query,
        sortBy: schema.user.paths.get(sortBy ?? ''),
      });
      return [...new Set(ways)].join();
    };
    for (const lookup of [
      'id eq "a"',
      'userName eq "a"',
      'externalId eq "a"',
      'emails eq "a"',
      'emails[value eq "a"]',
      'userName eq "a" and title pr',
    ])
      expect([lookup, await find(lookup)]).toEqual([lookup, 'read']);
    expect(await find(null)).toBe('read');
    for (const scan of [
      'title eq "a"',
      'active eq true',
      'userName co "a"',
      'userName eq "a" or title pr',
      'not (id eq "a")',
    ])
      expect([scan, await find(scan)]).toEqual([scan, 'scan']);
    expect(await find(null, 'title')).toBe('scan');
  });
});
