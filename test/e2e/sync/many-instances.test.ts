import { expect, test } from 'vitest';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const US_ID = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f51';

/** A directory that feeds `uk` and `us`, two instances of one account; supervisors are for `uk` only. */
function twoInstances(): Promise<World> {
  return startWorld({
    bridge: (yaml) => {
      const uk = yaml.slice(yaml.indexOf('  uk:'), yaml.indexOf('\ndirectories:'));
      return yaml
        .replace(
          '\ndirectories:',
          `${uk.replace('  uk:', '  us:').replace(INSTANCE_ID, US_ID)}\ndirectories:`,
        )
        .replace('instances: [uk]', 'instances: [uk, us]');
    },
    seed: (yaml) => {
      const uk = yaml.slice(yaml.indexOf('  - alias: acme-uk'));
      return `${yaml}\n${uk.replace('acme-uk', 'acme-us').replace(INSTANCE_ID, US_ID)}`;
    },
    mapping: `
version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - { name: agents, when: { group: Agents }, set: { routingProfile: Sales, securityProfiles: [Agent] } }
  - name: supervisors
    when: { group: Supervisors }
    instances: [uk]
    set: { routingProfile: Supervisors, securityProfiles: [CallCenterManager] }
`,
  });
}

const inInstance = (world: World, id: string, username: string) =>
  world.simulator.operator.snapshot(id).users.find((user) => user.username === username);

test('a user of two instances has in each what the rules give him there, and leaves both', async () => {
  const world = await twoInstances();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Agents', [ana]);
  await world.addGroup('Supervisors', [ana]);
  await world.quiet();
  expect(inInstance(world, INSTANCE_ID, 'ana@acme.test')?.securityProfiles.toSorted()).toEqual([
    'Agent',
    'CallCenterManager',
  ]);
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  for (const id of [INSTANCE_ID, US_ID])
    expect(inInstance(world, id, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  await world.expectRest();
});

test('one instance whose calls are refused does not keep a leaver in the other', async () => {
  const world = await twoInstances();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('Agents', [ana, bo]);
  await world.quiet();
  world.simulator.operator.deleteUser(US_ID, 'ana@acme.test');
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(inInstance(world, INSTANCE_ID, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(inInstance(world, US_ID, 'bo@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});
