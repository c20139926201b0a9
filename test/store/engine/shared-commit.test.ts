import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../src/store/engine/migrate.ts';
import type { SharedCommit } from '../../../src/store/engine/shared-commit.ts';
import { sharedCommit } from '../../../src/store/engine/shared-commit.ts';
import { nodeSqliteDialect } from '../../../src/store/engine/sqlite/dialect.ts';
import { getMeta, setMeta } from '../../../src/store/engine/meta.ts';
import type { Schema, Tx } from '../../../src/store/schema.ts';
import { temporaryFolder, temporaryStore } from '../temporary-store.ts';

/** A commit queue, with the number of commits that it made. */
async function countedCommits(): Promise<{
  commits: SharedCommit;
  committed: () => number;
  db: Kysely<Schema>;
}> {
  const database = new DatabaseSync(join(await temporaryFolder(), 'bridge.db'));
  let committed = 0;
  const db = new Kysely<Schema>({
    dialect: nodeSqliteDialect(database),
    log: ({ query }) => {
      if (query.sql === 'commit') committed += 1;
    },
  });
  onTestFinished(() => db.destroy());
  await migrate(db);
  const before = committed;
  return { commits: sharedCommit(db), committed: () => committed - before, db };
}

/** COMMIT itself fails: the row breaks a foreign key that is checked no earlier. */
async function breakCommit(tx: Tx): Promise<void> {
  await sql`pragma defer_foreign_keys = on`.execute(tx);
  await tx
    .insertInto('group_member')
    .values({ group_id: 'none', member_id: 'ana', display: null, type: null })
    .execute();
}

describe('a shared commit', () => {
  it('is one for writes that arrive together', async () => {
    const { commits, committed } = await countedCommits();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => commits.write((tx) => setMeta(tx, `key${n}`, 'x'))),
    );
    expect(committed()).toBe(1);
  });

  it('is bounded, so that the first of many does not wait for the last', async () => {
    const { commits, committed } = await countedCommits();
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => commits.write((tx) => setMeta(tx, `key${n}`, 'x'))),
    );
    expect(committed()).toBe(4);
  });

  it('gives each caller the result of his own work', async () => {
    const { commits } = await countedCommits();
    expect(await Promise.all([1, 2, 3].map((n) => commits.write(async () => n * 2)))).toEqual([2, 4, 6]);
  });

  it('undoes a failing work alone, and tells its caller alone', async () => {
    const { commits, committed, db } = await countedCommits();
    const results = await Promise.allSettled([
      commits.write((tx) => setMeta(tx, 'first', 'kept')),
      commits.write(async (tx) => {
        await setMeta(tx, 'second', 'undone');
        throw new Error('refused');
      }),
      commits.write((tx) => setMeta(tx, 'third', 'kept')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(committed()).toBe(1);
    expect(await Promise.all(['first', 'second', 'third'].map((key) => getMeta(db, key)))).toEqual([
      'kept',
      null,
      'kept',
    ]);
  });

  it('undoes also the statements that were under way beside the one that failed', async () => {
    const { commits, db } = await countedCommits();
    const failing = commits.write((tx) =>
      Promise.all([
        setMeta(tx, 'a', '1'),
        sql`insert into no_such_table values (1)`.execute(tx),
        setMeta(tx, 'b', '1'),
        setMeta(tx, 'c', '1'),
      ]),
    );
    await expect(failing).rejects.toThrow('no_such_table');
    await commits.write((tx) => setMeta(tx, 'later', '1'));
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'later' }]);
  });

  it('that fails rejects every write in it, and the next one works', async () => {
    const { commits, db } = await countedCommits();
    const results = await Promise.allSettled([
      commits.write((tx) => setMeta(tx, 'innocent', '1')),
      commits.write(breakCommit),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await getMeta(db, 'innocent')).toBeNull();
    await commits.write((tx) => setMeta(tx, 'innocent', '2'));
    expect(await getMeta(db, 'innocent')).toBe('2');
  });

  it('that SQLite itself rolled back rejects every write in it with the cause', async () => {
    const { commits, db } = await countedCommits();
    const results = await Promise.allSettled([
      commits.write((tx) => setMeta(tx, 'before', '1')),
      commits.write(async (tx) => {
        await sql`insert or rollback into meta (key, value) values ('before', '2')`.execute(tx);
      }),
    ]);
    expect(results).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('UNIQUE') }) },
      { status: 'rejected', reason: expect.objectContaining({ message: expect.stringContaining('UNIQUE') }) },
    ]);
    await commits.write((tx) => setMeta(tx, 'after', '1'));
    expect(await db.selectFrom('meta').select('key').execute()).toEqual([{ key: 'after' }]);
  });
});

describe('a store', () => {
  it('shows readers what is committed and nothing else', async () => {
    const store = await temporaryStore();
    await store.write(async (tx) => {
      await setMeta(tx, 'key', 'new');
      expect(await getMeta(tx, 'key')).toBe('new');
      expect(await getMeta(store.read, 'key')).toBeNull();
    });
    expect(await getMeta(store.read, 'key')).toBe('new');
  });

  it('cannot be changed through its reading connection', async () => {
    const store = await temporaryStore();
    await expect(store.read.insertInto('meta').values({ key: 'a', value: 'b' }).execute()).rejects.toThrow(
      'readonly',
    );
  });

  it('commits what it has accepted before it closes, and then takes nothing more', async () => {
    const store = await temporaryStore();
    const accepted = store.write((tx) => setMeta(tx, 'key', 'x'));
    const closed = store.close();
    await expect(store.write((tx) => setMeta(tx, 'late', 'x'))).rejects.toMatchObject({
      code: 'storeClosed',
    });
    await accepted;
    await closed;
  });

  it('refuses to store what SQLite would take for something else', async () => {
    const store = await temporaryStore();
    for (const value of [new Date(), { a: 1 }, ['x']]) {
      await expect(store.write((tx) => setMeta(tx, 'key', value as unknown as string))).rejects.toThrow(
        'cannot be stored',
      );
    }
  });
});
