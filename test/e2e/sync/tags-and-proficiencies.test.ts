import { expect, test } from 'vitest';
import { startWorld } from '../world.ts';
import type { World } from '../world.ts';

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
