import { describe, expect, it } from 'vitest';
import type { ConnectUserId } from '../../src/connect/user.ts';
import type { LinkedUser } from '../../src/plan/plan.ts';
import type { Store } from '../../src/store/database.ts';
import type { Link } from '../../src/store/links.ts';
import {
  activeCount,
  countLinks,
  enqueueUsername,
  linkByConnectUserId,
  linkOf,
  linkOfFormerUser,
  linksByUsernameFolded,
  linksOfUser,
  listLinks,
  upsertLink,
} from '../../src/store/links.ts';
import { parkedCauses } from '../../src/store/link/parked-causes.ts';
import { statementsOf } from './statements.ts';
import { engines } from './temporary-store.ts';

const id = (text: string) => text as ConnectUserId;

const linked: LinkedUser = {
  userId: id('c1'),
  username: 'Ana@Acme.test',
  lifecycle: 'active',
  lastApplied: { firstName: 'Ana', securityProfileIds: ['agent'] },
  actual: { firstName: 'Ana', autoAccept: true },
  tags: { applied: { site: 'leeds' }, actual: { site: 'leeds', team: 'a' } },
  proficiencies: {
    applied: [],
    actual: [{ attributeName: 'Product', attributeValue: 'CRM', level: 4 }],
  },
  snapshot: { routingProfileId: 'sales' },
  agentStatusId: 'offline',
  retiring: { userId: id('c0'), username: 'old', actual: { firstName: 'A' }, agentStatusId: null },
};

const ana: Link = {
  userId: 'ana',
  instance: 'uk',
  directory: 'main',
  userName: 'Ana@Acme.test',
  linked,
  creating: null,
  sync: 'parked',
  reason: { code: 'usernameInvalid', detail: 'It has a blank.', remedy: 'Take it out.' },
  scimDeletedAt: null,
  syncedAt: 5,
};

function write(store: Store, ...links: readonly Partial<Link>[]): Promise<void> {
  return store.write(async (tx) => {
    for (const link of links) await upsertLink(tx, { ...ana, ...link });
  });
}

describe.each(engines)('links on $engine', ({ open }) => {
  it('come back as they were written, and are replaced as a whole', async () => {
    const store = await open();
    await write(store, {});
    expect(await linkOf(store.read, 'ana', 'uk')).toEqual(ana);
    const bare = {
      ...ana,
      linked: null,
      creating: null,
      reason: null,
      sync: 'pending',
      scimDeletedAt: 7,
    } as const;
    await write(store, bare);
    expect(await linkOf(store.read, 'ana', 'uk')).toEqual(bare);
    expect(await linkOf(store.read, 'ana', 'us')).toBeNull();
  });

  it('are found by Connect user and by username in any case, within the instance', async () => {
    const store = await open();
    await write(
      store,
      {},
      { instance: 'us', linked: { ...linked, userId: id('c2') } },
      { userId: 'bo', linked: null },
    );
    expect(await linkByConnectUserId(store.read, 'uk', id('c1'))).toEqual(ana);
    expect(await linkByConnectUserId(store.read, 'us', id('c1'))).toBeNull();
    expect(await linksByUsernameFolded(store.read, 'uk', 'ANA@acme.TEST')).toEqual([ana]);
    expect((await linksOfUser(store.read, 'ana')).map(({ instance }) => instance)).toEqual(['uk', 'us']);
  });

  it('of a former user are found by id or last userName, of the newest when there were two', async () => {
    const store = await open();
    await write(store, { userId: 'first', scimDeletedAt: 1 }, { userId: 'second', scimDeletedAt: 2 }, {});
    expect(await linkOfFormerUser(store.read, 'main', 'ana@ACME.test')).toMatchObject({ userId: 'second' });
    expect(await linkOfFormerUser(store.read, 'main', 'first')).toMatchObject({ userId: 'first' });
    expect(await linkOfFormerUser(store.read, 'main', 'ana')).toBeNull();
    expect(await linkOfFormerUser(store.read, 'other', 'first')).toBeNull();
  });

  it('are listed by state, page by page', async () => {
    const store = await open();
    await write(
      store,
      ...['a', 'b', 'c', 'd', 'e'].map((userId) => ({ userId })),
      { userId: 'synced', sync: 'synced' },
      { userId: 'absent', linked: null },
    );
    const page = async (query: Omit<Parameters<typeof listLinks>[1], 'limit'>) => {
      const { items, nextCursor } = await listLinks(store.read, { ...query, limit: 4 });
      return { users: items.map(({ userId }) => userId).join(''), nextCursor };
    };
    const first = await page({ sync: 'parked', lifecycle: 'active' });
    expect(first.users).toBe('abcd');
    expect(await page({ sync: 'parked', lifecycle: 'active', cursor: first.nextCursor! })).toEqual({
      users: 'e',
      nextCursor: null,
    });
    expect(await page({ lifecycle: 'absent' })).toEqual({ users: 'absent', nextCursor: null });
  });

  it('are counted by state, per instance', async () => {
    const store = await open();
    const suspended = { ...linked, lifecycle: 'suspended' } as const;
    await write(
      store,
      { userId: 'a' },
      { userId: 'b' },
      { userId: 'c', linked: suspended },
      { instance: 'us' },
    );
    expect(await countLinks(store.read)).toEqual([
      { instance: 'uk', lifecycle: 'active', sync: 'parked', users: 2 },
      { instance: 'uk', lifecycle: 'suspended', sync: 'parked', users: 1 },
      { instance: 'us', lifecycle: 'active', sync: 'parked', users: 1 },
    ]);
    expect(await activeCount(store.read, 'uk')).toBe(2);
  });

  it('are parked for causes, the one of most users first', async () => {
    const store = await open();
    const full = { code: 'quotaFull', detail: 'No room.', remedy: 'Ask for room.' };
    await write(
      store,
      { userId: 'a' },
      { userId: 'b', reason: full },
      { userId: 'c', reason: { ...full, detail: 'No room at all.' } },
      { userId: 'd', sync: 'synced', reason: null },
      { userId: 'e', instance: 'us', reason: full },
    );
    const room = { code: 'quotaFull', remedy: 'Ask for room.' };
    expect(await parkedCauses(store.read)).toEqual([
      { instance: 'uk', ...room, users: 2 },
      { instance: 'uk', code: 'usernameInvalid', remedy: 'Take it out.', users: 1 },
      { instance: 'us', ...room, users: 1 },
    ]);
  });

  it('of users who wait for a username are queued when it is free, found by an index', async () => {
    const store = await open();
    const parked = (userId: string, reason: Link['reason'], instance = 'uk') => ({
      userId,
      instance,
      linked: null,
      reason,
    });
    const taken = { code: 'usernameTaken', detail: 'Taken.', remedy: 'Wait.' };
    await write(
      store,
      parked('same', { ...taken, waitsFor: 'ANA@acme.test' }),
      parked('former', { ...taken, code: 'formerUser', waitsFor: 'Ana@Acme.test' }),
      parked('freed', { ...taken, waitsFor: 'ana@acme.test' }),
      parked('elsewhere', { ...taken, waitsFor: 'ana@acme.test' }, 'us'),
      parked('other', { ...taken, waitsFor: 'bo@acme.test' }),
      parked('invalid', ana.reason),
      parked('before', { ...taken, waitsFor: '' }),
    );
    await write(store, { ...parked('cured', null), sync: 'synced' });
    const freed = { userId: 'freed', instance: 'uk', username: 'Ana@ACME.test' };
    const { scans } = await store.write((tx) =>
      statementsOf(tx, (noted) => enqueueUsername(noted, freed, 7)),
    );
    expect(scans).toEqual([]);
    expect(
      await store.read
        .selectFrom('work_item')
        .select(['user_id', 'instance', 'lane', 'due_at'])
        .orderBy('user_id')
        .execute(),
    ).toEqual(
      ['before', 'former', 'same'].map((user_id) => ({ user_id, instance: 'uk', lane: 'joiner', due_at: 7 })),
    );
  });
});
