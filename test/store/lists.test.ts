import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { createDirectorySchema } from '../../src/scim/schema.ts';
import type { Store } from '../../src/store/database.ts';
import { findGroups } from '../../src/store/groups.ts';
import { findUsers, insertUser } from '../../src/store/users.ts';
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
    await insertUser(tx, { id: 'x', directory: 'other', doc: { schemas: [], userName: 'x' }, at: 1 });
  });
  return store;
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
    const page = await findUsers(store.read, 'main', { filter: null, startIndex, count });
    expect({ ...page, rows: page.rows.map(({ id }) => id).join(' ') }).toEqual({ rows: users, totalResults });
  });

  const orders = [
    { sortBy: 'userName', descending: false, users: 'a B c D e' },
    { sortBy: 'userName', descending: true, users: 'e D c B a' },
    { sortBy: 'title', descending: false, users: 'c e D B a' },
    { sortBy: 'title', descending: true, users: 'D B a e c' },
    { sortBy: 'meta.created', descending: false, users: 'D B a e c' },
    { sortBy: 'active', descending: false, users: 'D B a e c' },
  ];
  it.each(orders)('sorted by $sortBy, descending: $descending', async ({ sortBy, descending, users }) => {
    const store = await withUsers(await open(), ['D', 'B', 'a', 'e', 'c']);
    const path = schema.user.paths.get(sortBy.toLowerCase())!;
    const query = { filter: null, startIndex: 1, count: 9, sortBy: path, descending };
    const { rows } = await findUsers(store.read, 'main', query);
    expect(rows.map(({ id }) => id).join(' ')).toBe(users);
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
      findUsers(db, 'main', { filter, startIndex: 1, count: 10 }),
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
    const filter = parseFilter(text, schema.group);
    const { scans } = await statementsOf(store.read, (db) =>
      findGroups(db, 'main', { filter, startIndex: 1, count: 10 }),
    );
    expect(scans).toEqual([]);
  });
});
