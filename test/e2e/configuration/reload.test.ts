import { hash } from 'node:crypto';
import request from 'supertest';
import { expect, test } from 'vitest';
import { audit, status, validate } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const US_ID = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f51';
const MINUTE_MS = 60_000;

const agentsOnly = `
version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - { name: agents, when: { group: Agents }, set: { routingProfile: Sales, securityProfiles: [Agent] } }
`;

/** The bridge has `uk`; Connect has another instance that bridge.yaml may name. */
function startWithSpare(): Promise<World> {
  return startWorld({
    mapping: agentsOnly,
    seed: (yaml) => {
      const uk = yaml.slice(yaml.indexOf('  - alias: acme-uk'));
      return `${yaml}\n${uk.replace('acme-uk', 'acme-us').replace(INSTANCE_ID, US_ID)}`;
    },
  });
}

/** Adds `us`, like `uk` but for its id, and lets the directory feed it. */
function withUs(yaml: string): string {
  const uk = yaml.slice(yaml.indexOf('  uk:'), yaml.indexOf('\ndirectories:'));
  const us = uk.replace('  uk:', '  us:').replace(INSTANCE_ID, US_ID);
  return yaml
    .replace('\ndirectories:', `${us}\ndirectories:`)
    .replace('instances: [uk]', 'instances: [uk, us]');
}

async function withAgents(world: World, names: readonly string[]): Promise<string[]> {
  const users: string[] = [];
  for (const name of names) users.push(await world.addUser(`${name}@acme.test`, name));
  await world.addGroup('Agents', users);
  await world.quiet();
  return users;
}

const inInstance = (world: World, id: string, username: string) =>
  world.simulator.operator.snapshot(id).users.find((user) => user.username === username);

const callsTo = (world: World, id: string) =>
  world.simulator.journal().filter(({ instanceId }) => instanceId === id).length;

test('an instance that is added is read and gets its users, without a restart', async () => {
  const world = await startWithSpare();
  await withAgents(world, ['ana', 'bo']);
  await world.editConfig(withUs);
  await world.quiet();
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  expect(inInstance(world, US_ID, 'bo@acme.test')?.routingProfile).toBe('Sales');
  expect(
    (await status(world.runtime)).instances.map(({ instance, degraded }) => [instance, degraded]),
  ).toEqual([
    ['uk', []],
    ['us', []],
  ]);
  await world.expectRest();
});

test('an instance that is removed is called no more and left as it is, and goes on when it comes back', async () => {
  const world = await startWithSpare();
  await world.editConfig((yaml) => yaml.replace('resyncMinutes: 60', 'resyncMinutes: 20'));
  const before = world.configText();
  await world.editConfig(withUs);
  const [ana] = await withAgents(world, ['ana', 'bo']);
  await world.editConfig(() => before);
  world.simulator.clearJournal();
  await world.patch(`/Users/${ana!}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(25 * MINUTE_MS);
  expect(inInstance(world, INSTANCE_ID, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(world.calls()).toContain('SearchUsers');
  expect(callsTo(world, US_ID)).toBe(0);
  const { removedInstances, instances } = await status(world.runtime);
  expect(removedInstances).toEqual([{ instance: 'us', users: 2 }]);
  expect(instances.map(({ instance }) => instance)).toEqual(['uk']);

  await world.editConfig(withUs);
  await world.quiet();
  expect(inInstance(world, US_ID, 'ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(inInstance(world, US_ID, 'bo@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test('work of a removed instance waits in the store, and is done when the instance is back', async () => {
  const world = await startWithSpare();
  const before = world.configText();
  await world.editConfig(withUs);
  await withAgents(world, ['ana']);
  world.simulator.addFault({ kind: 'serverError', operation: 'CreateUser', count: 1_000 });
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('More', [bo]);
  world.setMapping(agentsOnly.replace('group: Agents', 'anyGroup: [Agents, More]'));
  await world.clock.sleep(2 * MINUTE_MS);
  await world.editConfig(() => before);
  world.simulator.clearFaults();
  world.simulator.clearJournal();
  await world.until(() => inInstance(world, INSTANCE_ID, 'bo@acme.test') !== undefined);
  await world.clock.sleep(10 * MINUTE_MS);
  expect(callsTo(world, US_ID)).toBe(0);
  await world.editConfig(withUs);
  await world.quiet();
  expect(inInstance(world, US_ID, 'bo@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test('a call that is under way when its instance is removed is recorded, and none follows', async () => {
  const world = await startWithSpare();
  const before = world.configText();
  await world.editConfig((yaml) => withUs(yaml).replaceAll('settleSeconds: 30', 'settleSeconds: 0'));
  await world.quiet();
  const us = { operation: 'CreateUser', when: 'afterCommit', ms: 8_000 } as const;
  world.simulator.addFault({ kind: 'slow', ...us, count: 2 });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Agents', [ana]);
  await world.until(() => inInstance(world, US_ID, 'ana@acme.test') !== undefined);
  await world.editConfig(() => before);
  await world.clock.sleep(10_000);
  expect(world.runtime.instances.has('us')).toBe(false);
  const { removedInstances } = await status(world.runtime);
  expect(removedInstances).toEqual([{ instance: 'us', users: 1 }]);
  await world.editConfig(withUs);
  await world.quiet();
  const created = world.simulator.journal().filter(({ operation }) => operation === 'CreateUser');
  expect(created).toHaveLength(2);
  await world.expectRest();
});

test('mode, guard and leavers of an instance are in force at once', async () => {
  const world = await startWorld({
    bridge: (yaml) => yaml.replace('mode: live', 'mode: observe'),
    mapping: agentsOnly,
  });
  const users = await withAgents(world, ['ana', 'bo', 'cy', 'dee']);
  expect(world.calls()).toEqual([]);
  await world.editConfig((yaml) => yaml.replace('mode: observe', 'mode: live'));
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.editConfig((yaml) =>
    yaml
      .replace('deactivate: suspend', 'deactivate: delete')
      .replace('count: 5, percent: 5', 'count: 1, percent: 1'),
  );
  await world.quiet();
  for (const user of users.slice(0, 2))
    await world.patch(`/Users/${user}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect([world.connectUser('ana@acme.test'), world.connectUser('bo@acme.test')?.securityProfiles]).toEqual([
    undefined,
    ['Agent'],
  ]);
  expect((await status(world.runtime)).held).toMatchObject([{ effect: 'deactivate', users: 1 }]);
});

test('rates of the budget are in force at once, for calls that wait too', async () => {
  const world = await startWorld({ mapping: agentsOnly });
  await world.quiet();
  await world.editConfig((yaml) => yaml.replace('perSecond: 2, burst: 4', 'perSecond: 0.1, burst: 1'));
  const users = [];
  for (const name of ['ana', 'bo', 'cy', 'dee', 'eve'])
    users.push(await world.addUser(`${name}@acme.test`, name));
  await world.addGroup('Agents', users);
  const created = () => world.calls().filter((call) => call === 'CreateUser').length;
  await world.until(() => created() === 1);
  await world.clock.sleep(9_000);
  expect(created()).toBe(1);
  await world.editConfig((yaml) => yaml.replace('perSecond: 0.1, burst: 1', 'perSecond: 2, burst: 4'));
  expect(created()).toBe(5);
});

test('a token that is removed is refused by the next request, and a new one is taken', async () => {
  const world = await startWorld();
  const get = (token: string) =>
    request(world.url).get('/scim/v2/Users').set('Authorization', `Bearer ${token}`);
  await get('token-of-okta').expect(200);
  await world.editConfig((yaml) => yaml.replace('env:OKTA_TOKEN_SHA256', hash('sha256', 'another-token')));
  await get('token-of-okta').expect(401);
  await get('another-token').expect(200);
});

test('a directory is served from when it is in the file until it is not', async () => {
  const world = await startWithSpare();
  await world.quiet();
  const get = () =>
    request(world.url).get('/emea/scim/v2/Users').set('Authorization', 'Bearer token-of-emea');
  await get().expect(404);
  const before = world.configText();
  await world.editConfig((yaml) =>
    yaml.replace(
      '\nbudget:',
      `\n  emea:\n    instances: [uk]\n    mapping: ./mapping.yaml\n    settleSeconds: 0\n    clients: { okta: { tokenHash: ${hash('sha256', 'token-of-emea')} } }\n\nbudget:`,
    ),
  );
  await get().expect(200);
  await world.clock.sleep(10_000);
  const { directories } = await status(world.runtime);
  expect(directories.find(({ directory }) => directory === 'emea')).toMatchObject({
    activeMapping: expect.any(Number),
  });
  await world.editConfig(() => before);
  await get().expect(404);
});

const refusals = [
  { name: 'has a mistake', edit: (yaml: string) => `${yaml}\nsetle: 1\n`, error: /unknown key "setle"/ },
  {
    name: 'takes a restart',
    edit: (yaml: string) =>
      yaml
        .replace('bridgeId: acme-example', 'bridgeId: other')
        .replace(/adminSocket: \S+/, 'adminSocket: o.sock'),
    error:
      /^bridgeId is not what .*\nadminSocket is not what .* Put the old value back, or restart the bridge\.$/,
  },
  {
    name: 'puts another instance behind an alias',
    edit: (yaml: string) => yaml.replace(INSTANCE_ID, US_ID),
    error: /instances\.uk .* this store was made with/,
  },
];

test.each(refusals)('a file that $name is reported, and what was in force stays', async ({ edit, error }) => {
  const world = await startWorld({ mapping: agentsOnly });
  await world.quiet();
  const before = world.configText();
  await world.editConfig(edit);
  const { config, instances } = await status(world.runtime);
  expect(config).toMatchObject({
    hash: hash('sha256', before),
    refused: { error: expect.stringMatching(error) as string },
  });
  expect(instances).toMatchObject([{ instance: 'uk', mode: 'live' }]);
  const { body } = await request(world.url).get('/readyz').expect(200);
  expect(body).toMatchObject({ degraded: [expect.stringContaining('bridge.yaml is refused')] });
  expect((await request(world.url).get('/metrics')).text).toContain('\nbridge_config_refused 1\n');
  await withAgents(world, ['ana']);
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['Agent']);

  await world.editConfig(() => before);
  expect((await status(world.runtime)).config).toMatchObject({ hash: hash('sha256', before), refused: null });
  expect((await request(world.url).get('/metrics')).text).toContain('\nbridge_config_refused 0\n');
});

test('bridge validate says beforehand which settings take a restart', async () => {
  const world = await startWorld();
  const text = world.configText().replace(/adminSocket: \S+/, 'adminSocket: other.sock');
  const env = { OKTA_TOKEN_SHA256: hash('sha256', 'token') };
  expect(await validate(world.runtime, { bridge: { file: 'bridge.yaml', text } }, env)).toMatchObject({
    valid: true,
    warnings: [expect.stringContaining('adminSocket is not what the bridge was started with')],
  });
});

test('a change is in the audit log with what is in force from then on', async () => {
  const world = await startWorld();
  await world.quiet();
  await world.editConfig((yaml) => yaml.replace('settleSeconds: 30', 'settleSeconds: 5'));
  const hashNow = hash('sha256', world.configText());
  expect((await status(world.runtime)).config).toMatchObject({ hash: hashNow, refused: null });
  const { items } = await audit(world.runtime, { action: 'config.changed', limit: 10 });
  expect(items).toMatchObject([{ actor: 'bridge', detail: { hash: hashNow } }]);
});

test('an instance whose role changes is reached through the new one, on the quota of its account', async () => {
  const role = 'arn:aws:iam::123456789012:role/connect-scim-bridge';
  const world = await startWorld({
    mapping: agentsOnly,
    seed: (yaml) => `${yaml}\nroles: [{ arn: "${role}" }]\n`,
  });
  await withAgents(world, ['ana']);
  await world.editConfig((yaml) =>
    yaml.replace('    mode: live', `    aws: { roleArn: "${role}" }\n    mode: live`),
  );
  world.simulator.clearJournal();
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('More', [bo]);
  world.setMapping(agentsOnly.replace('group: Agents', 'anyGroup: [Agents, More]'));
  await world.until(() => world.connectUser('bo@acme.test') !== undefined);
  const created = world.simulator.journal().find(({ operation }) => operation === 'CreateUser');
  expect(created?.roleArn).toBe(role);
  expect((await status(world.runtime)).instances).toMatchObject([{ scope: '123456789012/eu-west-2' }]);
});
