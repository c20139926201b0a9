import { expect, test } from 'vitest';
import { parked } from '../../../src/sync/admin.ts';
import { latestMapping } from '../../../src/store/mapping-versions.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

/** Longer than a catalog is taken as it is. */
const REFRESH_MS = 6 * 60_000;

const MAPPING = `
version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: agents
    when: { group: Agents }
    set:
      routingProfile: Sales
      securityProfiles: [Agent]
      tags: { site: leeds, team: blue }
      proficiencies: { Product: { CRM: 2 } }
  - name: experts
    when: { group: Experts }
    set:
      tags: { level: expert }
      proficiencies: { Product: { CRM: 5, Billing: 3 }, Language: { French: 4 } }
`;

async function withAna() {
  const world = await startWorld({ mapping: MAPPING });
  await world.quiet();
  world.simulator.clearJournal();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const agents = await world.addGroup('Agents', [ana]);
  const experts = await world.addGroup('Experts', []);
  await world.quiet();
  return { world, ana, agents, experts };
}

const skills = (world: World) =>
  world
    .connectUser('ana@acme.test')!
    .proficiencies.map(
      ({ AttributeName, AttributeValue, Level }) => `${AttributeName} ${AttributeValue} ${Level}`,
    )
    .toSorted();

test('a joiner with proficiencies is one create and one association', async () => {
  const { world, ana } = await withAna();
  expect(world.calls()).toEqual(['CreateUser', 'AssociateUserProficiencies']);
  expect(skills(world)).toEqual(['Product CRM 2']);
  expect(world.connectUser('ana@acme.test')?.tags).toEqual({
    'scim-bridge:id': 'acme-example',
    'scim-bridge:user': ana,
    site: 'leeds',
    team: 'blue',
  });
  await world.expectRest();
});

test('what rules add, change and withdraw is one call each', async () => {
  const { world, ana, experts } = await withAna();
  world.simulator.clearJournal();
  await world.patch(`/Groups/${experts}`, { op: 'add', path: 'members', value: [{ value: ana }] });
  await world.quiet();
  expect(world.calls().toSorted()).toEqual([
    'AssociateUserProficiencies',
    'TagResource',
    'UpdateUserProficiencies',
  ]);
  expect(skills(world)).toEqual(['Language French 4', 'Product Billing 3', 'Product CRM 5']);
  await world.expectRest();
  await world.patch(`/Groups/${experts}`, { op: 'remove', path: 'members' });
  await world.quiet();
  expect(world.calls().toSorted()).toEqual([
    'DisassociateUserProficiencies',
    'UntagResource',
    'UpdateUserProficiencies',
  ]);
  expect(skills(world)).toEqual(['Product CRM 2']);
  expect(world.connectUser('ana@acme.test')?.tags).not.toHaveProperty('level');
  await world.expectRest();
});

test.each(['AssociateUserProficiencies', 'TagResource', 'UpdateUserProficiencies'])(
  'a %s whose answer is lost is found by reading, not repeated blindly',
  async (operation) => {
    const { world, ana, experts } = await withAna();
    world.simulator.addFault({ kind: 'reset', operation, when: 'afterCommit' });
    await world.patch(`/Groups/${experts}`, { op: 'add', path: 'members', value: [{ value: ana }] });
    await world.quiet();
    expect(skills(world)).toEqual(['Language French 4', 'Product Billing 3', 'Product CRM 5']);
    expect(world.calls().filter((call) => call === operation)).toHaveLength(
      operation === 'AssociateUserProficiencies' ? 2 : 1,
    );
    await world.expectRest();
  },
);

test('who is hired again with his old name gets the proficiencies of a joiner', async () => {
  const { world, ana, agents } = await withAna();
  await world.scim('delete', `/Users/${ana}`).expect(204);
  await world.quiet();
  const again = await world.addUser('ana@acme.test', 'Ana');
  await world.patch(`/Groups/${agents}`, { op: 'add', path: 'members', value: [{ value: again }] });
  await world.quiet();
  expect(skills(world)).toEqual(['Product CRM 2']);
  await world.expectRest();
});

test('who gets back the name that a rename took from him gets the proficiencies of his rules', async () => {
  const { world, ana } = await withAna();
  world.setMapping(MAPPING.replace('user.userName', 'user.userName, rename: recreate'));
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ann@acme.test' });
  await world.quiet();
  world.setMapping(
    MAPPING.replace('user.userName', 'user.userName, rename: recreate').replace('CRM: 2', 'CRM: 3'),
  );
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana@acme.test' });
  await world.quiet();
  expect(skills(world)).toEqual(['Product CRM 3']);
  await world.expectRest();
});

test('a proficiency in what the instance has not refuses the file at its place, with the closest', async () => {
  const { world } = await withAna();
  world.setMapping(MAPPING.replace('Billing: 3', 'Biling: 3').replace('Language:', 'language:'));
  await world.clock.sleep(10_000);
  const latest = await latestMapping(world.runtime.store.read, 'main');
  expect(latest).toMatchObject({ state: 'refused' });
  expect(latest?.error).toMatch(
    /:17:43 .*no value "Biling" of the predefined attribute "Product" in instance "uk"/,
  );
  expect(latest?.error).toContain('Closest: "Billing".');
  expect(latest?.error).toMatch(/:17:56 .*no predefined attribute named "language" in instance "uk"/);
  expect(latest?.error).toContain('Closest: "Language".');
  expect(skills(world)).toEqual(['Product CRM 2']);
});

test('a value that vanishes parks who would get it, until it is there again', async () => {
  const { world, ana, experts } = await withAna();
  const { operator } = world.simulator;
  operator.setPredefinedAttribute(INSTANCE_ID, 'Language', ['English', 'French (CA)']);
  await world.clock.sleep(REFRESH_MS);
  world.simulator.clearJournal();
  await world.patch(`/Groups/${experts}`, { op: 'add', path: 'members', value: [{ value: ana }] });
  await world.quiet();
  expect(world.calls()).toEqual([]);
  const { items } = await parked(world.runtime, { limit: 10 });
  expect(items).toMatchObject([
    {
      userName: 'ana@acme.test',
      reason: {
        code: 'unknownProficiency',
        detail: 'Rule "experts": no value "French" of the predefined attribute "Language" in instance "uk".',
      },
    },
  ]);

  operator.setPredefinedAttribute(INSTANCE_ID, 'Language', ['English', 'French']);
  await world.clock.sleep(REFRESH_MS);
  await world.quiet();
  expect(skills(world)).toEqual(['Language French 4', 'Product Billing 3', 'Product CRM 5']);
  await world.expectRest();
});

test('a role that may not read predefined attributes leaves everything at work, and status says what is not checked', async () => {
  const world = await startWorld({ mapping: MAPPING });
  const denied = { kind: 'accessDenied', operation: 'SearchPredefinedAttributes', count: 1_000 } as const;
  world.simulator.addFault(denied);
  await world.restart();
  await world.quiet();
  const uk = world.runtime.instances.get('uk')!;
  await world.until(() => uk.catalog?.contents.predefinedAttributes === undefined, 1_000);
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Agents', [ana]);
  await world.quiet();
  expect(skills(world)).toEqual(['Product CRM 2']);
  expect(uk.degraded).toEqual([
    expect.stringMatching(
      /^The predefined attributes of instance "uk" may not be read:.* Allow connect:SearchPre/,
    ),
  ]);

  world.simulator.clearFaults();
  await world.clock.sleep(REFRESH_MS);
  await world.quiet();
  expect(uk.degraded).toEqual([]);
  expect(uk.catalog?.unknownProficiency('Product', 'CRN')).toEqual({ part: 'value', closest: 'CRM' });
  await world.expectRest();
});
