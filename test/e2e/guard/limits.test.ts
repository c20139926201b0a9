import { expect, test } from 'vitest';
import { approve, held } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const RULES = `version: 1
username: { value: user.userName, rename: recreate }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - { name: quality, when: { group: Quality }, set: { securityProfiles: [QualityAnalyst] } }
  - { name: support, when: { group: Support }, set: { routingProfile: Support, securityProfiles: [Agent] } }
  - { name: sales, when: { group: Sales }, set: { routingProfile: Sales, securityProfiles: [Agent] } }
`;

/** Agents in Sales, and groups by which they change. */
async function withAgents(count: number, limits: string) {
  const world = await startWorld({
    mapping: RULES,
    bridge: (yaml) => yaml.replace(/(guard:.*\n)(?: {6}.*\n)+/, `$1      ${limits}\n`),
  });
  const users: string[] = [];
  for (let n = 0; n < count; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  const groups = {
    sales: await world.addGroup('Sales', users),
    support: await world.addGroup('Support'),
    quality: await world.addGroup('Quality'),
  };
  await world.quiet();
  return { world, users, groups };
}

const members = (world: World, group: string, users: readonly string[]) =>
  world.patch(`/Groups/${group}`, {
    op: 'replace',
    path: 'members',
    value: users.map((value) => ({ value })),
  });
const having = (world: World, key: 'routingProfile' | 'securityProfiles', name: string) =>
  world.simulator.operator.snapshot(INSTANCE_ID).users.filter((user) => user[key].includes(name)).length;

async function onlyBatch(world: World) {
  const { items } = await held(world.runtime);
  expect(items).toHaveLength(1);
  return items[0] as { batch: string; users: number };
}

test('more gains of a security profile than the limit are held, and the rest of the change is made', async () => {
  const { world, users, groups } = await withAgents(10, 'grant: { count: 2, percent: 0 }');
  await members(world, groups.quality, users.slice(0, 5));
  await members(world, groups.support, users.slice(0, 5));
  await world.quiet();
  expect(having(world, 'securityProfiles', 'QualityAnalyst')).toBe(2);
  expect(having(world, 'routingProfile', 'Support')).toBe(5);
  const batch = await onlyBatch(world);
  expect(batch).toMatchObject({ batch: 'grant-uk-1', users: 3 });
  await world.expectRest();
  await approve(world.runtime, batch.batch, 'operator:test');
  await world.quiet();
  expect(having(world, 'securityProfiles', 'QualityAnalyst')).toBe(5);
  await world.expectRest();
});

test('more losses of a security profile than the limit are held; who is held gains nothing in its place', async () => {
  const { world, users, groups } = await withAgents(20, 'reduce: { count: 2, percent: 0 }');
  await members(world, groups.quality, users.slice(0, 10));
  await world.quiet();
  await members(world, groups.quality, []);
  await world.quiet();
  expect(having(world, 'securityProfiles', 'QualityAnalyst')).toBe(8);
  const batch = await onlyBatch(world);
  expect(batch).toMatchObject({ batch: 'reduce-uk-1', users: 8 });
  await world.expectRest();
  await members(world, groups.quality, users.slice(0, 4));
  await world.quiet();
  expect(await onlyBatch(world)).toMatchObject({ users: 6 });
  await approve(world.runtime, batch.batch, 'operator:test');
  await world.quiet();
  expect(having(world, 'securityProfiles', 'QualityAnalyst')).toBe(4);
  await world.expectRest();
});

test('a profile that somebody adds in Connect is withdrawn uncounted, from those too whose loss is held', async () => {
  const { world, users, groups } = await withAgents(6, 'reduce: { count: 0, percent: 0 }');
  await members(world, groups.quality, users.slice(0, 1));
  await world.quiet();
  await members(world, groups.quality, []);
  await world.quiet();
  expect(await onlyBatch(world)).toMatchObject({ batch: 'reduce-uk-1', users: 1 });
  for (const username of ['agent0@acme.test', 'agent1@acme.test'])
    world.simulator.operator.editUser(INSTANCE_ID, username, {
      securityProfiles: [...world.connectUser(username)!.securityProfiles, 'CallCenterManager'],
    });
  await world.clock.sleep(3_700_000);
  await world.quiet();
  expect(world.connectUser('agent0@acme.test')?.securityProfiles.toSorted()).toEqual([
    'Agent',
    'QualityAnalyst',
  ]);
  expect(world.connectUser('agent1@acme.test')?.securityProfiles).toEqual(['Agent']);
  expect(await onlyBatch(world)).toMatchObject({ batch: 'reduce-uk-1', users: 1 });
});

test('more changes of routing profile than the limit are held, and an approved one is made', async () => {
  const { world, users, groups } = await withAgents(10, 'routing: { count: 6, percent: 0 }');
  await members(world, groups.support, users);
  await world.quiet();
  expect([having(world, 'routingProfile', 'Support'), having(world, 'routingProfile', 'Sales')]).toEqual([
    6, 4,
  ]);
  const batch = await onlyBatch(world);
  expect(batch).toMatchObject({ batch: 'routing-uk-1', users: 4 });
  await world.expectRest();
  await approve(world.runtime, batch.batch, 'operator:test');
  await world.quiet();
  expect(having(world, 'routingProfile', 'Support')).toBe(10);
  await world.expectRest();
});

test('one queue cannot be emptied, though the instance could spare as many', async () => {
  const { world, users, groups } = await withAgents(
    20,
    'deactivate: { count: 2, percent: 50, percentOfRoutingProfile: 30 }',
  );
  await members(world, groups.support, users.slice(0, 10));
  await world.quiet();
  for (const id of users.slice(0, 8))
    await world.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(having(world, 'securityProfiles', 'No Access')).toBe(3);
  const batch = await onlyBatch(world);
  expect(batch).toMatchObject({ batch: 'deactivate-uk-1', users: 5 });
  await world.patch(`/Users/${users[19]}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(having(world, 'securityProfiles', 'No Access')).toBe(4);
  await approve(world.runtime, batch.batch, 'operator:test');
  await world.quiet();
  expect(having(world, 'securityProfiles', 'No Access')).toBe(9);
  await world.expectRest();
});

test('a wave that comes back after it was approved is held as gains', async () => {
  const { world, users } = await withAgents(8, 'grant: { count: 3, percent: 0 }');
  const active = (value: boolean) =>
    Promise.all(users.map((id) => world.patch(`/Users/${id}`, { op: 'replace', path: 'active', value })));
  await active(false);
  await world.quiet();
  await approve(world.runtime, (await onlyBatch(world)).batch, 'operator:test');
  await world.quiet();
  await active(true);
  await world.quiet();
  // Four were counted as active, and of four no more than half.
  expect(having(world, 'securityProfiles', 'Agent')).toBe(2);
  const batch = await onlyBatch(world);
  expect(batch).toMatchObject({ batch: 'grant-uk-2', users: 6 });
  await world.expectRest();
  await approve(world.runtime, batch.batch, 'operator:test');
  await world.quiet();
  expect(having(world, 'securityProfiles', 'Agent')).toBe(8);
  await world.expectRest();
});
