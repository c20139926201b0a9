import { expect, test } from 'vitest';
import { approve, held, rollBack } from '../../../src/sync/admin.ts';
import { startWorld } from '../world.ts';
import type { World } from '../world.ts';

const OFFICER = 'operator:officer';
const AUTHOR = 'operator:author';

/** With the mapping active before there is anybody to gain by it. */
async function startGuarded(mapping = (yaml: string) => yaml, sensitive = 'CallCenterManager') {
  const world = await startWorld({
    bridge: (yaml) => yaml.replace('    guard:', `    grants: { sensitive: [${sensitive}] }\n    guard:`),
    mapping: mapping(MAPPING),
  });
  await world.quiet();
  return world;
}

const MAPPING = `version: 1
username: { value: user.userName, rename: recreate }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - { name: supervisors, when: { group: Connect Supervisors }, set: { securityProfiles: [CallCenterManager] } }
  - { name: sales, when: { group: Connect Sales }, set: { routingProfile: Sales, securityProfiles: [Agent] } }
  - { name: others, when: 'true', set: { routingProfile: Support } }
`;

const batches = async (world: World) =>
  (await held(world.runtime)).items.map((item) =>
    item.kind === 'users' ? { batch: item.batch, users: item.users, causes: item.causes } : item,
  );
const profiles = (world: World, name: string) =>
  world.connectUser(`${name}@acme.test`)?.securityProfiles.toSorted();
const addTo = (world: World, group: string, ...users: readonly string[]) =>
  world.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: users.map((value) => ({ value })) });
const yes = (world: World, batch: string, actor = OFFICER) => approve(world.runtime, batch, actor, true);

async function save(world: World, text: string): Promise<void> {
  world.setMapping(text);
  await world.clock.sleep(10_000);
  await world.quiet();
}

test('who is first in a group that grants a sensitive profile waits; once it is approved, nobody waits', async () => {
  const world = await startGuarded();
  const [ana, bo, cy] = [
    await world.addUser('ana@acme.test', 'Ana'),
    await world.addUser('bo@acme.test', 'Bo'),
    await world.addUser('cy@acme.test', 'Cy'),
  ];
  const sales = await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const supervisors = await world.addGroup('Connect Supervisors', [ana, bo]);
  await world.quiet();

  // What is legal beside it goes on: Ana stays an agent. Bo has nothing else, so he is not made.
  expect([profiles(world, 'ana'), profiles(world, 'bo')]).toEqual([['Agent'], undefined]);
  expect(await batches(world)).toEqual([
    {
      batch: 'sensitive-uk-1',
      users: 2,
      causes: { 'CallCenterManager by rule "supervisors" through "Connect Supervisors"': 2 },
    },
  ]);
  await world.expectRest();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'name.familyName', value: 'Lovelace' });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.lastName).toBe('Lovelace');

  await yes(world, 'sensitive-uk-1');
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['Agent', 'CallCenterManager']);
  expect(profiles(world, 'bo')).toEqual(['CallCenterManager']);

  await addTo(world, supervisors, cy);
  await world.quiet();
  expect(profiles(world, 'cy')).toEqual(['CallCenterManager']);
  expect(await batches(world)).toEqual([]);

  // A loss is never withheld, though the next gain may be.
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'members', value: [] });
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['CallCenterManager']);
  await world.expectRest();
});

test('what is held vanishes when the identity provider takes it back', async () => {
  const world = await startGuarded();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  const supervisors = await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  expect(await batches(world)).toHaveLength(1);
  await world.patch(`/Groups/${supervisors}`, { op: 'replace', path: 'members', value: [] });
  await world.quiet();
  expect(await batches(world)).toEqual([]);
  expect(profiles(world, 'ana')).toEqual(['Agent']);
  await world.expectRest();
});

test('who changes from a common to a sensitive profile loses the one and waits for the other', async () => {
  const world = await startGuarded();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const sales = await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'members', value: [] });
  const supervisors = await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['No Access']);
  await world.expectRest();

  // Back in the old group she has at once what it gives.
  await addTo(world, sales, ana);
  await world.patch(`/Groups/${supervisors}`, { op: 'replace', path: 'members', value: [] });
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['Agent']);
  await world.expectRest();
});

test('a renamed group stays approved, and a new one under its old name does not', async () => {
  const world = await startGuarded();
  const [ana, bo] = [await world.addUser('ana@acme.test', 'Ana'), await world.addUser('bo@acme.test', 'Bo')];
  const old = await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  await yes(world, 'sensitive-uk-1');
  await world.quiet();
  await world.patch(`/Groups/${old}`, { op: 'replace', path: 'displayName', value: 'Supervisors EMEA' });
  await addTo(world, old, bo);
  await world.quiet();
  expect(profiles(world, 'bo')).toEqual(['CallCenterManager']);

  await world.scim('delete', `/Groups/${old}`);
  await world.addGroup('Connect Supervisors', [await world.addUser('cy@acme.test', 'Cy')]);
  await world.quiet();
  expect(profiles(world, 'cy')).toBeUndefined();
  expect(await batches(world)).toHaveLength(1);
});

test('a rule that names no group is approved person by person', async () => {
  const world = await startGuarded((yaml) =>
    yaml.replace('{ group: Connect Supervisors }', '{ groupPrefix: Lead }'),
  );
  const [ana, bo] = [await world.addUser('ana@acme.test', 'Ana'), await world.addUser('bo@acme.test', 'Bo')];
  const leads = await world.addGroup('Leads', [ana]);
  await world.quiet();
  await yes(world, 'sensitive-uk-1');
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['CallCenterManager']);
  await addTo(world, leads, bo);
  await world.quiet();
  expect(profiles(world, 'bo')).toBeUndefined();
  expect(await batches(world)).toMatchObject([
    { users: 1, causes: { 'CallCenterManager by rule "supervisors" which names no group': 1 } },
  ]);
});

test('approved is what was shown: who gains something else by then is held again', async () => {
  const world = await startGuarded(
    (yaml) =>
      yaml.replace(
        'rules:',
        'rules:\n  - { name: admins, when: { group: Admins }, set: { securityProfiles: [Admin] } }',
      ),
    'CallCenterManager, Admin',
  );
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  await world.addGroup('Admins', [ana]);
  await yes(world, 'sensitive-uk-1');
  await world.quiet();
  expect(profiles(world, 'ana')).toBeUndefined();
  const [both] = await batches(world);
  expect(both).toMatchObject({
    causes: {
      'Admin by rule "admins" through "Admins"; CallCenterManager by rule "supervisors" through "Connect Supervisors"': 1,
    },
  });
  await yes(world, both!.batch);
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['Admin', 'CallCenterManager']);
  await world.expectRest();
});

test('a mapping by which somebody newly gains a sensitive profile is held, though the group is approved', async () => {
  const world = await startGuarded();
  const [ana, bo] = [await world.addUser('ana@acme.test', 'Ana'), await world.addUser('bo@acme.test', 'Bo')];
  await world.addGroup('Connect Supervisors', [ana]);
  const sales = await world.addGroup('Connect Sales', [bo]);
  await world.quiet();
  await yes(world, 'sensitive-uk-1');
  await world.quiet();
  await save(
    world,
    world
      .mapping()
      .replace('{ group: Connect Supervisors }', '{ anyGroup: [Connect Supervisors, Connect Sales] }'),
  );
  const [version] = (await held(world.runtime)).items;
  expect(version).toMatchObject({
    kind: 'mapping',
    author: null,
    exceeded: [{ instance: 'uk', effect: 'sensitive', users: 1, limit: 0 }],
  });
  expect(profiles(world, 'bo')).toEqual(['Agent']);
  await yes(world, version!.batch);
  await world.quiet();
  expect(profiles(world, 'bo')).toEqual(['Agent', 'CallCenterManager']);
  // And the group is approved with it.
  await addTo(world, sales, await world.addUser('cy@acme.test', 'Cy'));
  await world.quiet();
  expect(profiles(world, 'cy')).toEqual(['Agent', 'CallCenterManager']);
  await world.expectRest();
});

test('who proposed the mapping cannot approve what it gives, and a file needs his word', async () => {
  const world = await startGuarded();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  await expect(approve(world.runtime, 'sensitive-uk-1', OFFICER)).rejects.toMatchObject({
    status: 409,
    code: 'authorUnknown',
  });
  expect(await batches(world)).toMatchObject([{ batch: 'sensitive-uk-1', users: 1 }]);

  await save(world, world.mapping().replace('routingProfile: Support', 'routingProfile: Supervisors'));
  await rollBack(world.runtime, { version: 1 }, AUTHOR);
  await world.quiet();
  await expect(yes(world, 'sensitive-uk-1', AUTHOR)).rejects.toMatchObject({
    status: 409,
    code: 'approverIsAuthor',
  });
  await approve(world.runtime, 'sensitive-uk-1', OFFICER);
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['CallCenterManager']);
});

test('whoever is hired again for a sensitive profile alone gets his Connect user back when it is approved', async () => {
  const world = await startGuarded();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const { id: before } = world.connectUser('ana@acme.test')!;
  await world.scim('delete', `/Users/${ana}`);
  await world.quiet();
  await world.addGroup('Connect Supervisors', [await world.addUser('ana@acme.test', 'Ana')]);
  await world.quiet();
  expect(profiles(world, 'ana')).toEqual(['No Access']);
  const [batch] = await batches(world);
  await yes(world, batch!.batch);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    id: before,
    securityProfiles: ['CallCenterManager'],
  });
});
