import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { AMAZON_CONNECT_SCHEMA } from '../../src/scim/resource.ts';
import { createDirectorySchema } from '../../src/scim/schema.ts';
import type { Store, Tx } from '../../src/store/database.ts';
import { engineOf } from '../../src/store/engine/engine-of.ts';
import { findGroups } from '../../src/store/groups.ts';
import type { PagePlace } from '../../src/store/filter/page.ts';
import { findUsers } from '../../src/store/user/listed-users.ts';
import { deleteUser, insertUser } from '../../src/store/users.ts';
import { statementsOf } from './statements.ts';
import { engines } from './temporary-store.ts';

const schema = createDirectorySchema({ extensions: {} });

async function withUsers(store: Store, userNames: readonly string[]): Promise<Store> {
  await store.write(async (tx) => {
    for (const userName of userNames) {
      const title = userName >= 'c' ? { title: userName.toUpperCase() } : {};
      const doc = { schemas: [], userName, ...title };
      await insertUser(tx, { id: userName, directory: 'main', doc, at: 1 });
    }
    const other = { id: randomUUID(), directory: 'other', at: 1 };
    await insertUser(tx, { ...other, doc: { schemas: [], userName: other.id } });
  });
  return store;
}

/** The next user gets a `seq` behind this one. */
async function createFrom(tx: Tx, seq: number): Promise<void> {
  if (seq === 0) return;
  if (engineOf(tx) === 'postgres') await sql`select setval('scim_user_seq_seq', ${seq})`.execute(tx);
  else await sql`update sqlite_sequence set seq = ${seq} where name = 'scim_user'`.execute(tx);
}

describe.each(engines)('a list of users on $engine', ({ open }) => {
  const pages = [
    { name: 'starts with the first created', startIndex: 1, count: 2, users: 'd b', totalResults: 5 },
    { name: 'goes on where the last page ended', startIndex: 3, count: 2, users: 'a e', totalResults: 5 },
    { name: 'ends with a short page', startIndex: 5, count: 2, users: 'c', totalResults: 5 },
    { name: 'has exact totals on a full last page', startIndex: 4, count: 2, users: 'e c', totalResults: 5 },
    { name: 'is empty beyond the end', startIndex: 6, count: 2, users: '', totalResults: 5 },
    { name: 'is only counted with count 0', startIndex: 1, count: 0, users: '', totalResults: 5 },
    { name: 'fits on one page', startIndex: 1, count: 9, users: 'd b a e c', totalResults: 5 },
  ];
  it.each(pages)('$name', async ({ startIndex, count, users, totalResults }) => {
    const store = await withUsers(await open(), ['d', 'b', 'a', 'e', 'c']);
    const page = await findUsers(store, 'main', { filter: null, startIndex, count });
    expect({ ...page, rows: page.rows.map(({ id }) => id).join(' ') }).toEqual({
      rows: users,
      totalResults,
      next: null,
    });
  });

  const orders = [
    { sortBy: 'userName', descending: false, users: 'a B c D e' },
    { sortBy: 'userName', descending: true, users: 'e D c B a' },
    { sortBy: 'title', descending: false, users: 'c e D B a' },
    { sortBy: 'title', descending: true, users: 'D B a e c' },
    { sortBy: 'meta.created', descending: false, users: 'D B a e c' },
    { sortBy: 'active', descending: false, users: 'D B a e c' },
    { sortBy: 'meta.resourceType', descending: true, users: 'D B a e c' },
  ];
  it.each(orders)('sorted by $sortBy, descending: $descending', async ({ sortBy, descending, users }) => {
    const store = await withUsers(await open(), ['D', 'B', 'a', 'e', 'c']);
    const path = schema.user.paths.get(sortBy.toLowerCase())!;
    const query = { filter: null, startIndex: 1, count: 9, sortBy: path, descending };
    const { rows } = await findUsers(store, 'main', query);
    expect(rows.map(({ id }) => id).join(' ')).toBe(users);
  });

  it.each([undefined, ...orders])('paged by cursor is the same list: $sortBy, $descending', async (order) => {
    const store = await withUsers(await open(), ['D', 'B', 'a', 'e', 'c']);
    const sortBy = order && schema.user.paths.get(order.sortBy.toLowerCase())!;
    const query = { filter: null, startIndex: 1, sortBy, descending: order?.descending };
    const pages = [];
    for (let after: PagePlace | null = []; after; after = pages.at(-1)!.next)
      pages.push(
        await findUsers(store, 'main', { ...query, count: 2, after: JSON.parse(JSON.stringify(after)) }),
      );
    expect(pages.map(({ rows }) => rows.length)).toEqual([2, 2, 1]);
    expect(pages.map(({ totalResults }) => totalResults)).toEqual([5, 5, 5]);
    const ids = pages.flatMap(({ rows }) => rows.map(({ id }) => id)).join(' ');
    expect(ids).toBe(order?.users ?? 'D B a e c');
  });

  it('paged by cursor misses and repeats nobody while others come and go', async () => {
    const store = await withUsers(await open(), ['d', 'b', 'a', 'e', 'c']);
    const filter = parseFilter('userName lt "x"', schema.user);
    const query = { filter, startIndex: 1, count: 2 };
    const first = await findUsers(store, 'main', { ...query, after: [] });
    await store.write((tx) => deleteUser(tx, { id: 'b', directory: 'main' }, 2));
    await withUsers(store, ['aa']);
    const second = await findUsers(store, 'main', { ...query, after: first.next! });
    const third = await findUsers(store, 'main', { ...query, after: second.next! });
    expect([first, second, third].map(({ rows }) => rows.map(({ id }) => id).join(' '))).toEqual([
      'd b',
      'a e',
      'c aa',
    ]);
    expect(third.next).toBeNull();
  });

  it.each([[['x', 1]], [[1, '1; drop table scim_user']], [[1, 2.5]], [[null]], [[1, 1, true]]])(
    'refuses the made-up place %j',
    async (after) => {
      const store = await open();
      await expect(
        findUsers(store, 'main', { filter: null, startIndex: 1, count: 2, after }),
      ).rejects.toMatchObject({ status: 400, scimType: 'invalidCursor' });
    },
  );

  it.each([
    { sortBy: 'userName', key: 'a\0' },
    { sortBy: 'userName', key: 'a\ud800' },
    { sortBy: 'userName', key: 1 },
    { sortBy: 'meta.created', key: '' },
    { sortBy: 'meta.created', key: 1.5 },
    { sortBy: 'meta.created', key: 1e300 },
    { sortBy: 'active', key: '0x10' },
    { sortBy: 'active', key: 1.5 },
    { sortBy: `${AMAZON_CONNECT_SCHEMA}:proficiencies.level`, key: ' ' },
    { sortBy: `${AMAZON_CONNECT_SCHEMA}:proficiencies.level`, key: '0x10' },
  ])('sorted by $sortBy refuses a place behind a made-up value', async ({ sortBy, key }) => {
    const store = await withUsers(await open(), ['a']);
    const query = {
      filter: null,
      startIndex: 1,
      count: 2,
      sortBy: schema.user.paths.get(sortBy.toLowerCase())!,
    };
    await expect(findUsers(store, 'main', { ...query, after: [1, 1, key] })).rejects.toMatchObject({
      status: 400,
      scimType: 'invalidCursor',
    });
  });

  it('keeps its total through every create and delete', async () => {
    const store = await withUsers(await open(), ['a', 'b', 'c']);
    await store.write((tx) => deleteUser(tx, { id: 'b', directory: 'main' }, 2));
    await store.write((tx) => deleteUser(tx, { id: 'b', directory: 'main' }, 3));
    await expect(withUsers(store, ['d', 'a'])).rejects.toMatchObject({ code: 'uniqueness' });
    expect(await findUsers(store, 'main', { filter: null, startIndex: 1, count: 0 })).toMatchObject({
      totalResults: 2,
    });
  });

  it('is cut alike wherever it begins, over gaps and blocks of the order of creation', async () => {
    const store = await open();
    for (const [seq, names] of [
      [0, 'abc'],
      [1_997, 'defg'],
      [7_999, 'hij'],
      [20_000, 'k'],
    ] as const) {
      await store.write((tx) => createFrom(tx, seq));
      await withUsers(store, names.split(''));
    }
    for (const id of ['b', 'd', 'h', 'i', 'j']) {
      await store.write((tx) => deleteUser(tx, { id, directory: 'main' }, 2));
    }
    for (let startIndex = 1; startIndex <= 7; startIndex++) {
      const page = await findUsers(store, 'main', { filter: null, startIndex, count: 2 });
      const expected = 'acefgk'.slice(startIndex - 1, startIndex + 1);
      expect({ startIndex, total: page.totalResults, ids: page.rows.map(({ id }) => id).join('') }).toEqual({
        startIndex,
        total: 6,
        ids: expected,
      });
    }
  });

  it.each([
    'userName eq "a"',
    'externalId eq "a"',
    'id eq "a"',
    'id eq "a" and manager eq "b"',
    'emails.value eq "a"',
    'emails[type eq "work"].value eq "a"',
    'groups.value eq "a"',
    'active eq false',
    'meta.lastModified gt "2026-01-01T00:00:00Z"',
  ])('by %s is answered from an index', async (text) => {
    const store = await open();
    const filter = parseFilter(text, schema.user);
    const { queries, scans } = await statementsOf(store.read, (db) =>
      findUsers({ read: db, scan: db }, 'main', { filter, startIndex: 1, count: 10 }),
    );
    expect(queries).toHaveLength(1);
    expect(scans).toEqual([]);
  });

  it.each([
    'displayName eq "a"',
    'externalId eq "a"',
    'id eq "a" and members eq "b"',
    'members.value eq "b"',
  ])('of groups by %s is answered from an index', async (text) => {
    const store = await open();
    // Of so few that reading them all is cheapest, no engine reads less.
    await store.write((tx) =>
      sql`insert into scim_group (id, directory, display_name, display_name_folded, doc, version, created_at, modified_at)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
        select 'id' || i, 'main', 'name' || i, 'name' || i, '{}', 1, 1, 1 from n`.execute(tx),
    );
    const filter = parseFilter(text, schema.group);
    const { scans } = await statementsOf(store.read, (db) =>
      findGroups({ read: db, scan: db }, 'main', { filter, startIndex: 1, count: 10 }),
    );
    expect(scans).toEqual([]);
  });
});
