import { expect, test } from 'vitest';
import { status } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const US_ID = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f51';

const ROLE = 'arn:aws:iam::210987654321:role/connect-scim-bridge';

/** A directory that feeds `uk` and `us`, of one account unless a role is given; supervisors are for `uk` only. */
function twoInstances({ role = null }: { readonly role?: string | null } = {}): Promise<World> {
  return startWorld({
    bridge: (yaml) => {
      const uk = yaml.slice(yaml.indexOf('  uk:'), yaml.indexOf('\ndirectories:'));
      const aws = role === null ? '' : `\n    aws: { roleArn: "${role}", externalId: acme-42 }`;
      const us = uk.replace('  uk:', `  us:${aws}`).replace(INSTANCE_ID, US_ID);
      return yaml
        .replace('\ndirectories:', `${us}\ndirectories:`)
        .replace('instances: [uk]', 'instances: [uk, us]')
        .replaceAll('resyncMinutes: 60', 'resyncMinutes: 600');
    },
    seed: (yaml) => {
      const uk = yaml.slice(yaml.indexOf('  - alias: acme-uk'));
      const account = role === null ? '' : '\n    account: "210987654321"';
      const us = uk.replace('acme-uk', `acme-us${account}`).replace(INSTANCE_ID, US_ID);
      return `${yaml}\n${us}\nroles: [{ arn: "${ROLE}", externalId: acme-42 }]\n`;
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

test('an instance of another account is reached through its role, at the pace of its own quota', async () => {
  const world = await twoInstances({ role: ROLE });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Agents', [ana]);
  await world.quiet();
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  const created = world.simulator.journal().filter(({ operation }) => operation === 'CreateUser');
  expect(new Map(created.map(({ account, roleArn }) => [account, roleArn]))).toEqual(
    new Map([
      ['123456789012', undefined],
      ['210987654321', ROLE],
    ]),
  );
  const scopes = (await status(world.runtime)).buckets.map(({ scope }) => scope);
  expect([...new Set(scopes)].toSorted()).toEqual(['210987654321/eu-west-2', 'default/eu-west-2']);
  await world.expectRest();
});

test('a role that may not be assumed degrades its instance, keeps nobody in the other, and parks nobody', async () => {
  const world = await twoInstances({ role: ROLE });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Agents', [ana]);
  await world.quiet();
  world.simulator.addFault({ kind: 'accessDenied', operation: 'AssumeRole', count: 100_000 });
  await world.clock.sleep(60 * 60_000);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(60_000);
  expect(inInstance(world, INSTANCE_ID, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  const [uk, us] = (await status(world.runtime)).instances;
  expect(uk?.degraded).toEqual([]);
  expect(us?.degraded).toContainEqual(expect.stringMatching(/role arn.* cannot be assumed.*trust policy/));
  expect(us?.users.filter(({ sync }) => sync === 'parked')).toEqual([]);
  world.simulator.clearFaults();
  await world.quiet();
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  await world.expectRest();
});
