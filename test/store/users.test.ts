import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { USER_SCHEMA } from '../../src/scim/resource.ts';
import type { ScimUserInput } from '../../src/scim/resource.ts';
import type { Store } from '../../src/store/database.ts';
import { addMembers } from '../../src/store/group-members.ts';
import { groupsOfUser, insertGroup } from '../../src/store/groups.ts';
import { linksOfUser, upsertLink } from '../../src/store/links.ts';
import type { Tx } from '../../src/store/schema.ts';
import type { StoredUser } from '../../src/store/users.ts';
import {
  countUsers,
  deleteUser,
  insertUser,
  updateUser,
  userById,
  userByUserName,
} from '../../src/store/users.ts';
import { statementsOf } from './statements.ts';
import { engines } from './temporary-store.ts';

const ana: ScimUserInput = {
  schemas: [USER_SCHEMA],
  userName: 'Ana@Acme.test',
  externalId: '00u1',
  displayName: 'Ana',
  active: true,
  emails: [{ value: 'Ana@Acme.test', type: 'work' }, { value: 'ana@home.test' }, { value: 'ANA@acme.test' }],
};

function insert(store: Store, doc: ScimUserInput, directory = 'main'): Promise<StoredUser> {
  return store.write((tx) => insertUser(tx, { id: randomUUID(), directory, doc, at: 5_000 }));
}

function emailsOf(store: Store, id: string): Promise<readonly { value_folded: string }[]> {
  return store.read
    .selectFrom('user_email')
    .select('value_folded')
    .where('user_id', '=', id)
    .orderBy('value_folded')
    .execute();
}

describe.each(engines)('users on $engine', ({ open }) => {
  it('come back as they were written', async () => {
    const store = await open();
    const user = await insert(store, ana);
    expect(user).toMatchObject({
      directory: 'main',
      userName: 'Ana@Acme.test',
      externalId: '00u1',
      displayName: 'Ana',
      active: true,
      version: 1,
      createdAt: 5_000,
      modifiedAt: 5_000,
    });
    expect(JSON.parse(user.doc)).toEqual(ana);
    expect(await userById(store.read, 'main', user.id)).toEqual(user);
  });

  it('are found by userName in any case, in their own directory only', async () => {
    const store = await open();
    const user = await insert(store, ana);
    expect(await userByUserName(store.read, 'main', 'aNA@ACME.test')).toEqual(user);
    expect(await userByUserName(store.read, 'other', ana.userName)).toBeNull();
    expect(await userById(store.read, 'other', user.id)).toBeNull();
    expect(await userById(store.read, 'main', 'a\0')).toBeNull();
  });

  it('share no userName that differs in case only, and the refusal names the other user', async () => {
    const store = await open();
    const user = await insert(store, ana);
    await expect(insert(store, { ...ana, userName: 'ana@acme.TEST' })).rejects.toMatchObject({
      code: 'uniqueness',
      otherId: user.id,
    });
    const bo = await insert(store, { ...ana, userName: 'bo' });
    await expect(
      store.write((tx) => updateUser(tx, bo, { ...ana, userName: 'ANA@acme.test' }, 6_000)),
    ).rejects.toMatchObject({ code: 'uniqueness', otherId: user.id });
    await insert(store, ana, 'other');
  });

  it.each(['userName', 'externalId', 'emails'])('have no %s that an index could not hold', async (name) => {
    const store = await open();
    const long = 'é'.repeat(1_001);
    const doc = { ...ana, [name]: name === 'emails' ? [{ value: 'a' }, { value: long }] : long };
    await expect(insert(store, doc)).rejects.toMatchObject({
      code: 'keyTooLong',
      message: expect.stringContaining(`${name} has 2002 bytes`),
    });
    await insert(store, { ...ana, userName: 'é'.repeat(1_000) });
  });

  it('may change the case of their own userName', async () => {
    const store = await open();
    const user = await insert(store, ana);
    const renamed = await store.write((tx) =>
      updateUser(tx, user, { ...ana, userName: 'ANA@ACME.TEST' }, 6_000),
    );
    expect(renamed).toMatchObject({
      userName: 'ANA@ACME.TEST',
      version: 2,
      createdAt: 5_000,
      modifiedAt: 6_000,
    });
  });

  it('are not updated from a version that is not the last', async () => {
    const store = await open();
    const user = await insert(store, ana);
    await store.write((tx) => updateUser(tx, user, { ...ana, displayName: 'first' }, 6_000));
    expect(
      await store.write((tx) => updateUser(tx, user, { ...ana, displayName: 'late' }, 7_000)),
    ).toBeNull();
    expect(await userById(store.read, 'main', user.id)).toMatchObject({ displayName: 'first', version: 2 });
  });

  it('keep their e-mail addresses findable through every update', async () => {
    const store = await open();
    const user = await insert(store, ana);
    expect(await emailsOf(store, user.id)).toEqual([
      { value_folded: 'ana@acme.test' },
      { value_folded: 'ana@home.test' },
    ]);
    const emails = [{ value: 'ana@home.test' }, { value: 'new@acme.test' }];
    const changed = await store.write((tx) => updateUser(tx, user, { ...ana, emails }, 6_000));
    expect(await emailsOf(store, user.id)).toEqual([
      { value_folded: 'ana@home.test' },
      { value_folded: 'new@acme.test' },
    ]);
    const { emails: _, ...without } = ana;
    await store.write((tx) => updateUser(tx, changed!, without, 7_000));
    expect(await emailsOf(store, user.id)).toEqual([]);
  });

  it('leave the indexes alone of what an update does not change', async () => {
    const store = await open();
    const user = await insert(store, ana);
    await store.write(async (tx) => {
      const update = async (on: Tx) => updateUser(on, user, { ...ana, nickName: 'Annie' }, 6_000);
      const { queries } = await statementsOf(tx, update);
      expect(queries.map(({ sql }) => sql.replaceAll(/ where .*/g, ''))).toEqual([
        expect.stringMatching(/^update "scim_user" set "doc" = \S+, "version" = \S+, "modified_at" = \S+$/),
      ]);
    });
    expect(await userById(store.read, 'main', user.id)).toMatchObject({
      userName: ana.userName,
      doc: JSON.stringify({ ...ana, nickName: 'Annie' }),
    });
  });

  it('take their memberships along when deleted, and leave their links', async () => {
    const store = await open();
    const user = await insert(store, ana);
    await store.write(async (tx) => {
      await insertGroup(tx, { id: 'g1', directory: 'main', doc: { displayName: 'Sales' }, at: 1 });
      await addMembers(tx, 'g1', [{ value: user.id }]);
      await upsertLink(tx, {
        userId: user.id,
        instance: 'uk',
        directory: 'main',
        userName: user.userName,
        linked: null,
        creating: null,
        sync: 'pending',
        reason: null,
        scimDeletedAt: null,
        syncedAt: null,
      });
    });
    expect(await store.write((tx) => deleteUser(tx, user, 9_000))).toBe(true);
    expect(await store.write((tx) => deleteUser(tx, user, 9_001))).toBe(false);
    expect(await userById(store.read, 'main', user.id)).toBeNull();
    expect(await groupsOfUser(store.read, 'main', user.id)).toEqual([]);
    expect(await emailsOf(store, user.id)).toEqual([]);
    expect(await linksOfUser(store.read, user.id)).toMatchObject([{ scimDeletedAt: 9_000 }]);
    expect((await insert(store, ana)).id).not.toBe(user.id);
  });

  it('are counted within their directory', async () => {
    const store = await open();
    await insert(store, ana);
    await insert(store, { ...ana, userName: 'bo' });
    await insert(store, ana, 'other');
    expect(await countUsers(store.read, 'main')).toBe(2);
  });
});
