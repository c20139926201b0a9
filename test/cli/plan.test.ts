import { expect, test } from 'vitest';
import type { WhatIfReply } from '../../src/cli/reports/what-if.ts';
import { approve } from '../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../e2e/world.ts';
import type { World, WorldOptions } from '../e2e/world.ts';
import { run } from './terminal.ts';

/** Four in sales, one in support, one whom no rule matches. */
async function office(options: WorldOptions = {}): Promise<World> {
  const world = await startWorld(options);
  const sales = [];
  for (const name of ['ana', 'bo', 'cy', 'di']) sales.push(await world.addUser(`${name}@acme.test`, name));
  await world.addGroup('Connect Sales', sales);
  await world.addGroup('Connect Support', [await world.addUser('eve@acme.test', 'Eve')]);
  await world.addGroup('Newcomers', [await world.addUser('flo@acme.test', 'Flo')]);
  await world.quiet();
  return world;
}

function plan(world: World, change: (mapping: string) => string, ...options: readonly string[]) {
  const args = ['plan', '--mapping', 'new.yaml', '--socket', world.runtime.config.adminSocket, ...options];
  return run(args, { 'new.yaml': change(world.mapping()) });
}

const same = (mapping: string) => mapping;

/** Sales become supervisors, support loses its rule, newcomers come in. */
const reorganised = (mapping: string) =>
  mapping
    .replace(
      'routingProfile: Sales\n      securityProfiles: [Agent]',
      'routingProfile: Supervisors\n      securityProfiles: [CallCenterManager]',
    )
    .replace('{ group: Connect Support }', '{ group: Newcomers }');

test('a mapping that says the same changes nobody, and nothing is called', async () => {
  const world = await office();
  world.simulator.clearJournal();
  const { code, out } = await plan(world, same, '--fail-on', 'changed,created,suspended,held,parked');
  expect([code, out.split('\n')]).toEqual([
    0,
    [
      'directory main, compared with mapping version 1',
      'instance uk:',
      '  nobody changes',
      '  routing profiles, users before → after:',
      '    Sales: 4 → 4',
      '    Support: 1 → 1',
      '  users in Connect: 5 → 5',
      '    what AWS allows is not known: set userQuota of the instance in bridge.yaml',
    ],
  ]);
  expect(world.calls()).toEqual([]);
});

test('says who would be created, changed by field and rule, and suspended, and who gains and loses what', async () => {
  const world = await office();
  const { code, out } = await plan(world, reorganised);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'directory main, compared with mapping version 1',
    'instance uk:',
    '  created in Connect: 1 (flo@acme.test)',
    '  changed: 4 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test)',
    '    routing profile: 4 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test)',
    '    security profiles: 4 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test)',
    '    by "sales agents": 4 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test)',
    '  suspended: 1 (eve@acme.test)',
    '  security profiles:',
    '    Agent gained by 1 (flo@acme.test)',
    '    Agent lost by 5 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test, eve@acme.test)',
    '    CallCenterManager gained by 4 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test)',
    '  routing profiles, users before → after:',
    '    Sales: 4 → 0',
    '    Supervisors: 0 → 4',
    '    Support: 1 → 1',
    '  users in Connect: 5 → 6',
    '    what AWS allows is not known: set userQuota of the instance in bridge.yaml',
    '  would be held: grant of 4 users, where 2 may pass without approval',
    '  would be held: reduce of 4 users, where 2 may pass without approval',
  ]);
  expect(world.connectUser('eve@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
});

test('what it says is what happens when the file is saved, and approved since it reaches so many', async () => {
  const world = await office();
  const { out } = await plan(world, reorganised, '--json');
  const [uk] = (JSON.parse(out) as WhatIfReply).instances;
  world.setMapping(reorganised(world.mapping()));
  await world.clock.sleep(10_000);
  await approve(world.runtime, 'mapping-main-2', 'operator:test');
  await world.quiet();

  const { users } = world.simulator.operator.snapshot(INSTANCE_ID);
  const ours = users.filter(({ username }) => username.endsWith('@acme.test'));
  expect(ours).toHaveLength(uk!.usersInConnect.after);
  const holders = (profile: string) => ours.filter((user) => user.securityProfiles.includes(profile));
  expect(holders('No Access').map(({ username }) => username)).toEqual(uk!.suspended.listed);
  expect(holders('CallCenterManager')).toHaveLength(uk!.securityProfiles[1]!.gain.users);
  const active = ours.filter(({ securityProfiles }) => !securityProfiles.includes('No Access'));
  const heads = Map.groupBy(active, (user) => user.routingProfile);
  for (const { name, after } of uk!.routingProfiles) expect(heads.get(name)?.length ?? 0).toBe(after);
  expect((await plan(world, same)).out).toContain('nobody changes');
});

test('says whom a mapping parks, and why', async () => {
  const world = await office();
  const { out } = await plan(world, (mapping) =>
    mapping.replace('  value: user.userName', '  value: user.name.givenName + " " + user.userName'),
  );
  expect(out).toContain(
    '  parked: 5 (ana@acme.test, bo@acme.test, cy@acme.test, di@acme.test, eve@acme.test)',
  );
  expect(out).toContain('The Connect username "ana ana@acme.test" contains a space.');
});

const gates = [
  { gate: 'suspended', failure: '--fail-on: 1 suspended in uk' },
  { gate: 'created,changed', failure: '--fail-on: 1 created in uk, 4 changed in uk' },
];
test.each(gates)('--fail-on $gate ends with 1 after the report', async ({ gate, failure }) => {
  const { code, out, err } = await plan(await office(), reorganised, '--fail-on', gate);
  expect([code, err]).toEqual([1, failure]);
  expect(out).toContain('suspended: 1 (eve@acme.test)');
});

test('says that a mapping would be held, as its activation would', async () => {
  const nobody = (mapping: string) => mapping.replaceAll('group: Connect S', 'group: Nobody S');
  const { code, out, err } = await plan(await office(), nobody, '--fail-on', 'held');
  expect([code, err]).toEqual([1, '--fail-on: 5 held in uk']);
  expect(out).toContain('  would be held: deactivate of 5 users, where 2 may pass without approval');
});

test('says that renames wait for approval where the mapping asks', async () => {
  const renamed = (mapping: string) =>
    mapping.replace('value: user.userName', 'value: user.userName.replace("ana@", "anna@")');
  const { code, out, err } = await plan(await office(), renamed, '--fail-on', 'held');
  expect([code, err]).toEqual([1, '--fail-on: 1 held in uk']);
  expect(out).toContain('  made anew under another username: 1 (ana@acme.test)');
  expect(out).toContain('  users in Connect: 5 → 6');
  expect(out).toContain('  would be held: recreate of 1 users, where 0 may pass without approval');
});

test('prints a comment for a pull request in which names stay text', async () => {
  const world = await office();
  const { out } = await plan(world, reorganised, '--markdown');
  expect(out).toContain('## Mapping of directory `main`, compared with active version 1');
  expect(out).toContain('| Outcome | Users |\n|---|---|\n| created in Connect | 1: flo&#64;acme.test |');
  expect(out).toContain('| Sales | 4 → 0 |');
});

test('names the mistakes of the file that was given', async () => {
  const wrong = (mapping: string) => mapping.replace('routingProfile: Sales', 'routingProfile: Salse');
  const { code, err } = await plan(await office(), wrong);
  expect(code).toBe(1);
  expect(err).toMatch(/^new\.yaml:\d+:\d+ +rule "sales agents": no routing profile named "Salse"/);
});

const misuses = [
  { args: ['plan', '--markdown'], message: 'give --mapping' },
  { args: ['plan', '--mapping', 'config/mapping.yaml', '--fail-on', 'hold'], message: 'found "hold"' },
];
test.each(misuses)('refuses $args', async ({ args, message }) => {
  const { code, err } = await run(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

test('whether everybody finds room is said once all users were counted, those of others too', async () => {
  const world = await office({
    bridge: (yaml) => yaml.replace('resyncMinutes: 60', 'userQuota: 6\n    resyncMinutes: 60'),
  });
  const gate = ['--fail-on', 'quota'];
  const uncounted = await plan(world, reorganised, ...gate);
  expect(uncounted.out).toContain('those of others were not counted yet; AWS allows 6');
  expect(uncounted.code).toBe(0);

  await run(['drift', '--socket', world.runtime.config.adminSocket]);
  expect((await plan(world, same, ...gate)).out).toContain('6 with those of others; AWS allows 6');
  const full = await plan(world, reorganised, ...gate);
  expect(full.out).toContain('7 with those of others; AWS allows 6: no room for 1');
  expect([full.code, full.err]).toEqual([1, '--fail-on: 1 quota in uk']);
});
