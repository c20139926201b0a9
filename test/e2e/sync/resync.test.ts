import { expect, test } from 'vitest';
import { drift, parked, retry, status } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World, WorldOptions } from '../world.ts';

const HOUR_MS = 3_600_000;

/** Ana and Bo, agents in sales, at rest long enough that nothing of theirs is fresh. */
async function withTwo(options: WorldOptions = {}) {
  const world = await startWorld(options);
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  const sales = await world.addGroup('Connect Sales', [ana, bo]);
  await world.quiet();
  await world.clock.sleep(60_000);
  world.simulator.clearJournal();
  return { world, ana, bo, sales };
}

const operations = (world: World) =>
  world.simulator
    .journal()
    .map(({ operation }) => operation)
    .filter((operation) => !/^List.*(Profile|AgentStatuses)|Groups$|Attributes$|Instance$/.test(operation));

/** Until the next resync has ended, and what it queued is done. */
async function resynced(world: World) {
  const before = world.runtime.instances.get('uk')!.resync;
  await world.until(() => world.runtime.instances.get('uk')!.resync !== before, 5_000);
  await world.quiet();
}

const edit = (
  world: World,
  username: string,
  change: Parameters<World['simulator']['operator']['editUser']>[2],
) => world.simulator.operator.editUser(INSTANCE_ID, username, change);

test('where nobody changed anything, a resync is one ListUsers and one SearchUsers', async () => {
  const { world } = await withTwo();
  await resynced(world);
  expect(operations(world)).toEqual(['ListUsers', 'SearchUsers']);
  expect((await status(world.runtime)).instances[0]?.resync).toMatchObject({
    read: 0,
    changed: 0,
    problem: null,
  });
  await world.expectRest();
});

test('a security profile added by hand is withdrawn; a name is set back; a move in Connect stays', async () => {
  const { world } = await withTwo();
  edit(world, 'ana@acme.test', {
    securityProfiles: ['Agent', 'Admin'],
    lastName: 'Hacked',
    routingProfile: 'Support',
  });
  expect((await drift(world.runtime, {})).items).toMatchObject([
    {
      username: 'ana@acme.test',
      kind: 'revert',
      was: ['security profiles Agent'],
      is: ['security profiles Admin + Agent'],
    },
    { field: 'lastName', kind: 'revert', was: ['last name Byron'], is: ['last name Hacked'] },
    {
      field: 'routingProfileId',
      kind: 'keep',
      was: ['routing profile Sales'],
      is: ['routing profile Support'],
    },
  ]);
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toContain('Admin');
  world.simulator.clearJournal();
  await resynced(world);
  expect(operations(world)).toEqual([
    'ListUsers',
    'SearchUsers',
    'DescribeUser',
    'UpdateUserSecurityProfiles',
    'UpdateUserIdentityInfo',
  ]);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['Agent'],
    lastName: 'Byron',
    routingProfile: 'Support',
  });
  await world.expectRest();
});

test('an edit in the very moment of our own write is found through the search index', async () => {
  const { world } = await withTwo();
  edit(world, 'bo@acme.test', { securityProfiles: ['Agent', 'Admin'] });
  await world.runtime.store.write((tx) =>
    tx
      .updateTable('link')
      .set({ seen_at: world.clock.now() })
      .execute()
      .then(() => undefined),
  );
  await resynced(world);
  expect(world.connectUser('bo@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test('a suspended user who is given access by hand loses it again', async () => {
  const { world, ana } = await withTwo();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  await world.clock.sleep(60_000);
  edit(world, 'ana@acme.test', { securityProfiles: ['Agent'], routingProfile: 'Sales' });
  await resynced(world);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['No Access'],
    routingProfile: 'Parked',
  });
  await world.expectRest();
});

test('a profile taken by hand is reported and not given back, until an operator asks for it', async () => {
  const { world, ana } = await withTwo();
  edit(world, 'ana@acme.test', { securityProfiles: ['No Access'] });
  await resynced(world);
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect((await drift(world.runtime, { instance: 'uk' })).items).toMatchObject([
    { field: 'securityProfileIds', kind: 'report', was: ['security profiles Agent'] },
  ]);
  await world.expectRest();
  await retry(world.runtime, ana, 'operator:test');
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test('a user deleted by hand is found, reported, and made again only on request', async () => {
  const { world, ana } = await withTwo();
  world.simulator.operator.deleteUser(INSTANCE_ID, 'ana@acme.test');
  expect((await drift(world.runtime, {})).items).toMatchObject([{ field: 'user', kind: 'report' }]);
  await resynced(world);
  expect((await parked(world.runtime, { limit: 10 })).items).toMatchObject([
    { userId: ana, reason: { code: 'deletedInConnect' } },
  ]);
  await world.expectRest();
});

test('a user made by hand with our tags is linked, not made twice; a stranger is left alone', async () => {
  const { world } = await withTwo();
  const cy = await world.addUser('cy@acme.test', 'Cy');
  const person = {
    firstName: 'Cy',
    lastName: 'Byron',
    routingProfile: 'Support',
    securityProfiles: ['Admin'],
  };
  world.simulator.operator.createUser(INSTANCE_ID, {
    ...person,
    username: 'cy@acme.test',
    tags: { 'scim-bridge:id': 'acme-example', 'scim-bridge:user': cy },
  });
  world.simulator.operator.createUser(INSTANCE_ID, { ...person, username: 'stranger' });
  await world.clock.sleep(10_000);
  expect((await drift(world.runtime, {})).items).toMatchObject([{ field: 'link', username: 'cy@acme.test' }]);
  await resynced(world);
  expect(world.connectUser('cy@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(world.connectUser('stranger')?.securityProfiles).toEqual(['Admin']);
  await world.expectRest();
});

test('whose tags were taken is parked and never changed again', async () => {
  const { world, ana } = await withTwo();
  edit(world, 'ana@acme.test', { tags: {}, lastName: 'Somebody' });
  await resynced(world);
  expect((await parked(world.runtime, { limit: 10 })).items).toMatchObject([
    { userId: ana, reason: { code: 'notOurs' } },
  ]);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(HOUR_MS);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    lastName: 'Somebody',
    securityProfiles: ['Agent'],
  });
});

test('a list that ends in the middle is a failure and changes nothing', async () => {
  const { world } = await withTwo();
  world.simulator.addFault({ kind: 'serverError', operation: 'SearchUsers', count: 1 });
  await world.until(() => world.runtime.instances.get('uk')!.resync !== null, 5_000);
  expect(world.runtime.instances.get('uk')!.resync?.problem).toContain('SearchUsers');
  expect((await parked(world.runtime, { limit: 10 })).items).toEqual([]);
  await resynced(world);
  expect(world.runtime.instances.get('uk')!.resync?.problem).toBeNull();
  await world.expectRest();
});

test('a resync is not due again because the bridge was restarted', async () => {
  const { world } = await withTwo();
  await resynced(world);
  await world.restart();
  world.simulator.clearJournal();
  await world.clock.sleep(HOUR_MS / 2);
  expect(operations(world)).toEqual([]);
});

test('an address edited before a write of ours, which hides its time, is found and set back', async () => {
  const { world, ana } = await withTwo();
  edit(world, 'ana@acme.test', { secondaryEmail: 'attacker@mail.test' });
  await world.addGroup('Connect Quality', [ana]);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: expect.arrayContaining(['QualityAnalyst']),
    secondaryEmail: 'attacker@mail.test',
  });
  await world.clock.sleep(60_000);
  await resynced(world);
  expect(world.connectUser('ana@acme.test')?.secondaryEmail ?? '').toBe('');
  world.simulator.clearJournal();
  await resynced(world);
  expect(operations(world)).toEqual(['ListUsers', 'SearchUsers']);
  await world.expectRest();
});
