import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addFanOut, expandFanOut, hasFanOut } from '../../src/store/fan-outs.ts';
import {
  addMembers,
  memberCount,
  membersOf,
  removeAllMembers,
  removeMembers,
  replaceMembers,
} from '../../src/store/group-members.ts';
import type { StoredGroup } from '../../src/store/groups.ts';
import {
  deleteGroup,
  findGroups,
  groupByDisplayName,
  groupById,
  groupsOfUser,
  groupsOfUsers,
  insertGroup,
  touchGroup,
  updateGroup,
} from '../../src/store/groups.ts';
import type { Store } from '../../src/store/database.ts';
import { upsertLink } from '../../src/store/links.ts';
import { insertUser } from '../../src/store/users.ts';
import { statementsOf } from './statements.ts';
import { engines, temporaryStore } from './temporary-store.ts';

function insert(store: Store, id: string, displayName: string, directory = 'main'): Promise<StoredGroup> {
  return store.write((tx) => insertGroup(tx, { id, directory, doc: { displayName }, at: 10 }));
}

function ids(count: number, prefix = 'u'): readonly { value: string }[] {
  return Array.from({ length: count }, (_, n) => ({ value: `${prefix}${n}` }));
}

/** Expands until done; returns whom it queued, and in how many steps. */
async function expandAll(store: Store, batch: number): Promise<{ queued: readonly string[]; steps: number }> {
  let steps = 1;
  while (!(await store.write((tx) => expandFanOut(tx, { batch, instancesOf: () => ['uk'] })))) steps++;
  const rows = await store.read.selectFrom('work_item').select('user_id').orderBy('user_id').execute();
  return { queued: rows.map((row) => row.user_id), steps };
}

describe.each(engines)('groups on $engine', ({ open }) => {
  it('come back as they were written, without their members', async () => {
    const store = await open();
    const doc = { displayName: 'Sales', externalId: 'x1', members: [{ value: 'ana' }] };
    const group = await store.write((tx) => insertGroup(tx, { id: 'g', directory: 'main', doc, at: 10 }));
    expect(group).toMatchObject({
      displayName: 'Sales',
      externalId: 'x1',
      version: 1,
      createdAt: 10,
      modifiedAt: 10,
    });
    expect(JSON.parse(group.doc)).toEqual({ displayName: 'Sales', externalId: 'x1' });
    expect(await groupById(store.read, 'main', 'g')).toEqual(group);
    expect(await groupByDisplayName(store.read, 'main', 'sALES')).toEqual(group);
    expect(await groupById(store.read, 'other', 'g')).toBeNull();
    expect(await groupById(store.read, 'main', 'g\0')).toBeNull();
  });

  it('share no displayName that differs in case only', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    const other = await insert(store, 'h', 'Service');
    const taken = { code: 'uniqueness', otherId: 'g' };
    await expect(insert(store, 'i', 'SALES')).rejects.toMatchObject(taken);
    await expect(
      store.write((tx) => updateGroup(tx, other, { displayName: 'sales' }, 20)),
    ).rejects.toMatchObject(taken);
    await insert(store, 'j', 'Sales', 'other');
  });

  it('take a new version with each change, from the last version only', async () => {
    const store = await open();
    const group = await insert(store, 'g', 'Sales');
    const renamed = await store.write((tx) => updateGroup(tx, group, { displayName: 'Verkauf' }, 20));
    const touched = await store.write((tx) => touchGroup(tx, renamed!, 30));
    expect(touched).toMatchObject({ displayName: 'Verkauf', version: 3, createdAt: 10, modifiedAt: 30 });
    expect(await store.write((tx) => touchGroup(tx, group, 40))).toBeNull();
  });

  it('are gone for every reader once deleted, and free their name at once', async () => {
    const store = await open();
    const group = await insert(store, 'g', 'Sales');
    await store.write((tx) => addMembers(tx, 'g', [{ value: 'ana' }]));
    expect(await store.write((tx) => deleteGroup(tx, group, 20))).toBe(true);
    expect(await store.write((tx) => deleteGroup(tx, group, 20))).toBe(false);
    expect(await groupById(store.read, 'main', 'g')).toBeNull();
    expect(await groupByDisplayName(store.read, 'main', 'Sales')).toBeNull();
    expect(await groupsOfUser(store.read, 'main', 'ana')).toEqual([]);
    expect(await findGroups(store, 'main', { filter: null, startIndex: 1, count: 9 })).toEqual({
      rows: [],
      totalResults: 0,
      next: null,
    });
    expect(await store.write((tx) => touchGroup(tx, group, 30))).toBeNull();
    await insert(store, 'h', 'sales');
  });

  it('are told per user, within the directory', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    await insert(store, 'h', 'Service');
    await insert(store, 'x', 'Sales', 'other');
    await store.write(async (tx) => {
      await addMembers(tx, 'h', [{ value: 'ana' }]);
      await addMembers(tx, 'g', [{ value: 'ana' }, { value: 'bo' }]);
      await addMembers(tx, 'x', [{ value: 'ana' }]);
    });
    const sales = { id: 'g', displayName: 'Sales', externalId: null };
    const service = { id: 'h', displayName: 'Service', externalId: null };
    expect(await groupsOfUser(store.read, 'main', 'ana')).toEqual([sales, service]);
    const many = await groupsOfUsers(store.read, 'main', [
      'ana',
      'bo',
      'cy',
      ...ids(1_200).map(({ value }) => value),
    ]);
    expect(Object.fromEntries(many)).toEqual({ ana: [sales, service], bo: [sales] });
  });
});

it('groups of users are looked up from the users, however many groups there are', async () => {
  const { read } = await temporaryStore();
  const { queries } = await statementsOf(read, (db) => groupsOfUsers(db, 'main', ['ana', 'bo']));
  const [{ sql, parameters }] = queries as readonly [CompiledQuery];
  const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
  const { rows } = await read.executeQuery<{ detail: string }>(explain);
  expect(rows.map(({ detail }) => detail.split(' (')[0])).toEqual([
    'SEARCH member USING COVERING INDEX group_member_by_member_id_group_id',
    'SEARCH group USING INDEX sqlite_autoindex_scim_group_1',
    'USE TEMP B-TREE FOR ORDER BY',
  ]);
});

describe.each(engines)('members on $engine', ({ open }) => {
  it('are added once, keep what was said of them, and come in the order of being added', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    const added = await store.write((tx) =>
      addMembers(tx, 'g', [{ value: 'bo', display: 'Bo', type: 'User' }, { value: 'ana' }, { value: 'bo' }]),
    );
    expect(added).toEqual(['bo', 'ana']);
    expect(await store.write((tx) => addMembers(tx, 'g', [{ value: 'ana' }, { value: 'cy' }]))).toEqual([
      'cy',
    ]);
    expect(await membersOf(store.read, 'g', { after: 0, limit: 9 })).toMatchObject([
      { value: 'bo', display: 'Bo', type: 'User' },
      { value: 'ana', display: null, type: null },
      { value: 'cy' },
    ]);
  });

  it('are removed, and those who were none are not told', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    await store.write((tx) => addMembers(tx, 'g', ids(4)));
    expect(await store.write((tx) => removeMembers(tx, 'g', ['u1', 'nobody']))).toEqual(['u1']);
    expect([...(await store.write((tx) => removeAllMembers(tx, 'g')))].sort()).toEqual(['u0', 'u2', 'u3']);
    expect(await memberCount(store.read, 'g')).toBe(0);
  });

  it('are replaced by what differs', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    await store.write((tx) => addMembers(tx, 'g', ids(1_200)));
    const wanted = [...ids(1_199), { value: 'new' }];
    expect(await store.write((tx) => replaceMembers(tx, 'g', wanted))).toEqual({
      added: ['new'],
      removed: ['u1199'],
    });
    expect(await store.write((tx) => replaceMembers(tx, 'g', wanted))).toEqual({ added: [], removed: [] });
    expect(await memberCount(store.read, 'g')).toBe(1_200);
  });

  it('are paged without loss or repetition while others are added and removed', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    await store.write((tx) => addMembers(tx, 'g', ids(25)));
    const seen: string[] = [];
    for (let after = 0, more = true; more; ) {
      const page = await membersOf(store.read, 'g', { after, limit: 10 });
      seen.push(...page.map(({ value }) => value));
      more = page.length === 10;
      after = page.at(-1)?.seq ?? after;
      await store.write((tx) => removeMembers(tx, 'g', [page[0]!.value]));
    }
    expect(seen).toEqual(ids(25).map(({ value }) => value));
  });

  it('cost the same to change in a group of 10 and of 10,000', async () => {
    const store = await open();
    const costs = [];
    for (const size of [10, 10_000]) {
      const group = await insert(store, `g${size}`, `Group ${size}`);
      await store.write((tx) => addMembers(tx, group.id, ids(size)));
      costs.push(
        await store.write((tx) =>
          statementsOf(tx, async (noted) => {
            await addMembers(noted, group.id, [{ value: 'new' }]);
            await removeMembers(noted, group.id, ['u3']);
            await touchGroup(noted, group, 20);
          }),
        ),
      );
    }
    const [small, large] = costs;
    expect(small!.queries.map(({ sql }) => sql)).toEqual(large!.queries.map(({ sql }) => sql));
    expect(large!.queries).toHaveLength(3);
    expect(large!.scans).toEqual([]);
  });
});

describe.each(engines)('a fan-out on $engine', ({ open }) => {
  const due = { directory: 'main', dueAt: 130, receivedAt: 100 };

  it('of a group queues its members in batches', async () => {
    const store = await open();
    await insert(store, 'g', 'Sales');
    await store.write(async (tx) => {
      await addMembers(tx, 'g', ids(25));
      await addFanOut(tx, { ...due, groupId: 'g' });
    });
    expect(await hasFanOut(store.read)).toBe(true);
    const { queued, steps } = await expandAll(store, 10);
    expect(queued).toEqual(
      ids(25)
        .map(({ value }) => value)
        .sort(),
    );
    expect(steps).toBe(3);
    expect(await hasFanOut(store.read)).toBe(false);
    expect(await memberCount(store.read, 'g')).toBe(25);
    expect(
      await store.read.selectFrom('work_item').selectAll().where('user_id', '=', 'u0').execute(),
    ).toMatchObject([{ instance: 'uk', directory: 'main', lane: 'move', due_at: 130, received_at: 100 }]);
  });

  it('of a deleted group queues all who were members, and purges the group as it goes', async () => {
    const store = await open();
    const group = await insert(store, 'g', 'Sales');
    await store.write(async (tx) => {
      await addMembers(tx, 'g', ids(20));
      await deleteGroup(tx, group, 20);
      await addFanOut(tx, { ...due, groupId: 'g' });
    });
    await store.write((tx) => expandFanOut(tx, { batch: 10, instancesOf: () => ['uk'] }));
    expect(await memberCount(store.read, 'g')).toBe(10);
    const { queued } = await expandAll(store, 10);
    expect(queued).toHaveLength(20);
    expect(await memberCount(store.read, 'g')).toBe(0);
    expect(await store.read.selectFrom('scim_group').selectAll().execute()).toEqual([]);
  });

  it('of a directory queues its users, and those of its links whose user is gone', async () => {
    const store = await open();
    await store.write(async (tx) => {
      for (const { value } of ids(5)) {
        await insertUser(tx, { id: value, directory: 'main', doc: { schemas: [], userName: value }, at: 1 });
      }
      await insertUser(tx, { id: 'x', directory: 'other', doc: { schemas: [], userName: 'x' }, at: 1 });
      const link = {
        directory: 'main',
        userName: 'n',
        linked: null,
        creating: null,
        sync: 'synced',
        reason: null,
        syncedAt: 1,
      } as const;
      await upsertLink(tx, { ...link, userId: 'u0', instance: 'uk', scimDeletedAt: null });
      await upsertLink(tx, { ...link, userId: 'gone', instance: 'uk', scimDeletedAt: 9 });
      await upsertLink(tx, { ...link, userId: 'elsewhere', instance: 'us', scimDeletedAt: 9 });
      await addFanOut(tx, { ...due, groupId: null });
    });
    expect((await expandAll(store, 2)).queued).toEqual(['gone', 'u0', 'u1', 'u2', 'u3', 'u4']);
  });

  it('is done at once when there is none', async () => {
    const store = await open();
    expect(await store.write((tx) => expandFanOut(tx, { batch: 10, instancesOf: () => ['uk'] }))).toBe(true);
  });
});
