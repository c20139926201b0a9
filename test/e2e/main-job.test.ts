import { expect, test } from 'vitest';
import { approve, explain, held, parked, retry } from '../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from './world.ts';
import type { World } from './world.ts';

const MOBILE = { phoneNumbers: [{ type: 'mobile', value: '020 7946 0001' }] };

/** Ana, an agent in sales, created and at rest, with an empty journal. */
async function withAna(world: World) {
  const ana = await world.addUser('ana@acme.test', 'Ana', MOBILE);
  const sales = await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  world.simulator.clearJournal();
  return { ana, sales };
}

test('a joiner is created with one call, in the groups, names and tags that the rules give', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.clearJournal();
  const ana = await world.addUser('ana@acme.test', 'Ana', MOBILE);
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  expect(world.calls()).toEqual(['CreateUser']);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    firstName: 'Ana',
    lastName: 'Byron',
    mobile: '+442079460001',
    routingProfile: 'Sales',
    securityProfiles: ['Agent'],
    hierarchy: ['EMEA', 'London', 'Sales'],
    tags: { 'scim-bridge:id': 'acme-example', 'scim-bridge:user': ana },
  });
  await world.expectRest();
});

test('a user whom no rule grants a profile is never created', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.clearJournal();
  await world.addUser('bo@acme.test', 'Bo');
  await world.quiet();
  expect(world.calls()).toEqual([]);
  await world.expectRest();
});

test('a mover changes routing profile and hierarchy with one call each, whichever group comes first', async () => {
  const world = await startWorld();
  const { ana, sales } = await withAna(world);
  await world.patch(`/Groups/${sales}`, { op: 'remove', path: `members[value eq "${ana}"]` });
  await world.addGroup('Connect Support', [ana]);
  await world.quiet();
  expect(world.calls().toSorted()).toEqual(['UpdateUserHierarchy', 'UpdateUserRoutingProfile']);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    routingProfile: 'Support',
    hierarchy: ['EMEA', 'London', 'Support'],
  });
  await world.expectRest();
});

test('a new surname is one call', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  await world.patch(`/Users/${ana}`, { op: 'Replace', path: 'name.familyName', value: 'King' });
  await world.quiet();
  expect(world.calls()).toEqual(['UpdateUserIdentityInfo']);
  expect(world.connectUser('ana@acme.test')).toMatchObject({ firstName: 'Ana', lastName: 'King' });
  await world.expectRest();
});

test('a leaver loses his profiles first, at once, after one read; he comes back as he was', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  const before = world.connectUser('ana@acme.test');
  await world.patch(`/Users/${ana}`, { op: 'Replace', path: 'active', value: 'False' });
  await world.quiet();
  expect(world.calls()).toEqual([
    'DescribeUser',
    'UpdateUserSecurityProfiles',
    'UpdateUserRoutingProfile',
    'PutUserStatus',
  ]);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['No Access'],
    routingProfile: 'Parked',
    status: 'Offline',
  });
  await world.expectRest();
  await world.patch(`/Users/${ana}`, { op: 'Replace', path: 'active', value: 'True' });
  await world.quiet();
  const after = world.connectUser('ana@acme.test');
  expect({ ...after, status: before?.status }).toEqual(before);
  await world.expectRest();
});

test("a supervisor's move for lunch survives until the rules want another profile", async () => {
  const world = await startWorld();
  const { ana, sales } = await withAna(world);
  world.simulator.operator.editUser(INSTANCE_ID, 'ana@acme.test', {
    routingProfile: 'Basic Routing Profile',
  });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: true });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.routingProfile).toBe('Basic Routing Profile');
  await world.expectRest();
  await world.patch(`/Groups/${sales}`, { op: 'remove', path: 'members', value: [{ value: ana }] });
  await world.addGroup('Connect Support', [ana]);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.routingProfile).toBe('Support');
  await world.expectRest();
});

test('losing the last granting group suspends', async () => {
  const world = await startWorld();
  const { sales } = await withAna(world);
  await world.patch(`/Groups/${sales}`, { op: 'remove', path: 'members' });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  await world.expectRest();
});

test('renaming a group keeps its meaning; deleting it suspends its members', async () => {
  const world = await startWorld();
  const { sales } = await withAna(world);
  await world.patch(`/Groups/${sales}`, { op: 'replace', value: { id: sales, displayName: 'Vertrieb' } });
  await world.quiet();
  expect(world.calls()).toEqual([]);
  await world.expectRest();
  await world.scim('delete', `/Groups/${sales}`).expect(204);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
});

test('a new userName is held with its plan; approved, the user is made anew and the old one suspended', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });
  await world.quiet();
  expect(world.calls()).toEqual([]);
  const { items } = await held(world.runtime);
  expect(items).toMatchObject([
    {
      kind: 'users',
      effect: 'recreate',
      users: 1,
      people: [{ userName: 'ana.king@acme.test', cause: 'renamed' }],
    },
  ]);
  await world.expectRest();
  await approve(world.runtime, (items[0] as { batch: string }).batch, 'operator:test');
  await world.quiet();
  expect(world.connectUser('ana.king@acme.test')).toMatchObject({
    securityProfiles: ['Agent'],
    routingProfile: 'Sales',
  });
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['No Access'],
    routingProfile: 'Parked',
  });
  expect((await held(world.runtime)).items).toEqual([]);
  await world.expectRest();
});

test('a new userName that is taken back is no longer held', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana@acme.test' });
  await world.quiet();
  expect((await held(world.runtime)).items).toEqual([]);
  expect(world.calls()).toEqual([]);
});

test('a mistake in a group does not empty a contact center: more leavers than the limit are held', async () => {
  const world = await startWorld();
  const users = [];
  for (let n = 0; n < 12; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  const sales = await world.addGroup('Connect Sales', users);
  await world.quiet();
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'members', value: [] });
  await world.quiet();
  const suspended = () =>
    world.simulator.operator
      .snapshot(INSTANCE_ID)
      .users.filter(({ securityProfiles }) => securityProfiles.includes('No Access')).length;
  expect(suspended()).toBe(5);
  const [batch] = (await held(world.runtime)).items;
  expect(batch).toMatchObject({ kind: 'users', effect: 'deactivate', users: 7 });
  await world.expectRest();
  await world.patch(`/Groups/${sales}`, {
    op: 'add',
    path: 'members',
    value: users.map((value) => ({ value })),
  });
  await world.quiet();
  expect((await held(world.runtime)).items).toEqual([]);
  expect(suspended()).toBe(0);
  await world.expectRest();
});

test('a mapping that would suspend more than the limit is held until it is approved', async () => {
  const world = await startWorld();
  const users = [];
  for (let n = 0; n < 12; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', users);
  await world.quiet();
  world.simulator.clearJournal();
  world.setMapping(world.mapping().replace('group: Connect Sales', 'group: Connect Sails'));
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(world.calls()).toEqual([]);
  const [item] = (await held(world.runtime)).items;
  expect(item).toMatchObject({
    kind: 'mapping',
    exceeded: [{ instance: 'uk', effect: 'deactivate', users: 12 }],
  });
  await approve(world.runtime, (item as { batch: string }).batch, 'operator:test');
  await world.quiet();
  const { users: inConnect } = world.simulator.operator.snapshot(INSTANCE_ID);
  expect(inConnect.filter(({ securityProfiles }) => securityProfiles.includes('No Access'))).toHaveLength(12);
  await world.expectRest();
});

test('a profile that vanishes in Connect parks who needs it, until it is there again or the rule changes', async () => {
  const world = await startWorld();
  await withAna(world);
  world.simulator.operator.deleteRoutingProfile(INSTANCE_ID, 'Support');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('Connect Support', [bo]);
  await world.quiet();
  const { items } = await parked(world.runtime, { limit: 10 });
  expect(items).toMatchObject([{ userName: 'bo@acme.test', reason: { code: 'unknownRoutingProfile' } }]);
  await world.expectRest();
  world.setMapping(world.mapping().replace('routingProfile: Support', 'routingProfile: Sales'));
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(world.connectUser('bo@acme.test')?.routingProfile).toBe('Sales');
  await world.expectRest();
});

test('an invalid username is refused at the edge in words for the admin, and nothing is stored', async () => {
  const world = await startWorld();
  await world.quiet();
  const reply = await world.scim('post', '/Users', {
    userName: 'ana byron',
    name: { givenName: 'A', familyName: 'B' },
  });
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({
    scimType: 'invalidValue',
    detail: expect.stringContaining('ana byron'),
  });
});

test('a create whose answer was lost is recognised as our own, not repeated and not parked', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.addFault({ kind: 'serverError', operation: 'CreateUser', when: 'afterCommit' });
  await withAna(world);
  const { users } = world.simulator.operator.snapshot(INSTANCE_ID);
  expect(users.filter(({ username }) => username === 'ana@acme.test')).toHaveLength(1);
  expect((await parked(world.runtime, { limit: 10 })).items).toEqual([]);
  await world.expectRest();
});

test('a user whom no bridge made is not touched: the one who wants his name is parked', async () => {
  const world = await startWorld();
  const id = await world.addUser('breakglass', 'Break');
  await world.addGroup('Connect Sales', [id]);
  await world.quiet();
  const { items } = await parked(world.runtime, { limit: 10 });
  expect(items).toMatchObject([{ userName: 'breakglass', reason: { code: 'usernameTaken' } }]);
  expect(world.connectUser('breakglass')?.securityProfiles).toEqual(['Admin']);
});

test('throttles, errors and resets only delay: everybody arrives, once', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.addFault({ kind: 'throttle', operation: 'CreateUser', count: 3 });
  world.simulator.addFault({ kind: 'serverError', operation: 'CreateUser', count: 2 });
  world.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'afterCommit' });
  const users = [];
  for (let n = 0; n < 8; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', users);
  await world.quiet();
  const { users: inConnect } = world.simulator.operator.snapshot(INSTANCE_ID);
  expect(inConnect.filter(({ username }) => username.startsWith('agent'))).toHaveLength(8);
  await world.expectRest();
});

test('in observe mode plans are shown and nothing is called', async () => {
  const world = await startWorld({ bridge: (yaml) => yaml.replace('mode: live', 'mode: observe') });
  await withAna(world);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toBeUndefined();
  expect(await explain(world.runtime, 'ana@acme.test')).toMatchObject({
    instances: [
      { lifecycle: 'absent', sync: 'pending', wouldDo: [expect.stringContaining('create ana@acme.test')] },
    ],
  });
});

test('a restart finds what changed meanwhile and does no call twice', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  await world.restart();
  await world.quiet();
  expect(world.calls()).toEqual(['UpdateUserIdentityInfo']);
  await world.expectRest();
});

test('a user deleted in Connect by hand is reported, and given back only on request', async () => {
  const world = await startWorld();
  const { ana } = await withAna(world);
  world.simulator.operator.deleteUser(INSTANCE_ID, 'ana@acme.test');
  await retry(world.runtime, ana, 'operator:test');
  await world.quiet();
  expect((await parked(world.runtime, { limit: 10 })).items).toMatchObject([
    { reason: { code: 'deletedInConnect' } },
  ]);
  await world.expectRest();
  await retry(world.runtime, ana, 'operator:test');
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  await world.expectRest();
});
