import { expect, test } from 'vitest';
import { INSTANCE_ID, startWorld } from '../../e2e/world.ts';
import type { World } from '../../e2e/world.ts';
import { run } from '../terminal.ts';

function mapping(world: World, ...args: readonly string[]) {
  return run(['mapping', ...args, '--socket', world.runtime.config.adminSocket]);
}

/** Saves the mapping file, and waits until the bridge has seen it. */
async function save(world: World, text: string): Promise<void> {
  world.setMapping(text);
  await world.clock.sleep(10_000);
  await world.quiet();
}

/** A sales agent under version 1; version 2 moves sales to another routing profile. */
async function edited() {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const original = world.mapping();
  await save(world, original.replace('routingProfile: Sales', 'routingProfile: Support'));
  return { world, original };
}

const routingProfile = (world: World) => world.connectUser('ana@acme.test')?.routingProfile;

test('a rollback makes the earlier text a new version, and stays while the file says what it said', async () => {
  const { world } = await edited();
  expect(routingProfile(world)).toBe('Support');
  const { code, out } = await mapping(world, 'rollback', '1');
  expect([code, out.split('\n')[0]]).toEqual([0, 'version 3, with the text of version 1, is active']);
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(routingProfile(world)).toBe('Sales');
  await world.restart();
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(routingProfile(world)).toBe('Sales');

  const history = (await mapping(world, 'history')).out.split('\n');
  const by = (line: string) => line.replaceAll(/[0-9a-f]{12}|\d{4}-[^ ,]*Z|(?<=uid )\d+/g, '…');
  expect(history.map(by)).toEqual([
    '3  active  …  proposed … by operator:uid …, activated …',
    '  uk: 1 updated',
    '2  superseded  …  proposed … by the mapping file, activated …',
    '  uk: 1 updated',
    '1  superseded  …  proposed … by the mapping file, activated …',
    '  uk: 1 created',
  ]);
});

test('after a rollback the next edit of the file is proposed, and so is what was rolled back', async () => {
  const { world, original } = await edited();
  const rolledBack = world.mapping();
  await mapping(world, 'rollback', '1');
  await save(world, original.replace('routingProfile: Sales', 'routingProfile: Supervisors'));
  expect(routingProfile(world)).toBe('Supervisors');
  await save(world, rolledBack);
  expect(routingProfile(world)).toBe('Support');
});

test('a rollback that would reach too many users is held, and approved like any mapping', async () => {
  const nobody = (await startWorld()).mapping().replaceAll('group: Connect S', 'group: Nobody S');
  const world = await startWorld({ mapping: nobody });
  await world.quiet();
  await save(world, nobody.replaceAll('group: Nobody S', 'group: Connect S'));
  const agents = [];
  for (let n = 0; n < 8; n++) agents.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', agents);
  await world.quiet();

  const { out } = await mapping(world, 'rollback', '1');
  expect(out.split('\n').slice(0, 3)).toEqual([
    'version 3, with the text of version 1, is held',
    '  would deactivate 8 users in uk; the limit is 4',
    '  bridge approve mapping-main-3',
  ]);
  await world.clock.sleep(10_000);
  const approved = await run(['approve', 'mapping-main-3', '--socket', world.runtime.config.adminSocket]);
  expect(approved.code).toBe(0);
  await world.quiet();
  expect(world.connectUser('agent0@acme.test')).toMatchObject({ securityProfiles: ['No Access'] });
});

test('a rollback to a text that Connect no longer fits is refused with its mistakes', async () => {
  const { world } = await edited();
  world.simulator.operator.deleteRoutingProfile(INSTANCE_ID, 'Sales');
  world.runtime.refreshCatalog('uk');
  await world.clock.sleep(10_000);
  const { code, err } = await mapping(world, 'rollback', '1');
  expect(code).toBe(1);
  expect(err).toContain('no routing profile named "Sales"');
});

const refusals = [
  { version: '9', exit: 1, message: 'has no mapping version 9' },
  { version: '1', exit: 1, message: 'is the active one' },
  { version: 'x', exit: 2, message: '"x" is not a whole number' },
];
test.each(refusals)('refuses to roll back to $version', async ({ version, exit, message }) => {
  const world = await startWorld();
  await world.quiet();
  const { code, err } = await mapping(world, 'rollback', version);
  expect([code, err]).toEqual([exit, expect.stringContaining(message)]);
});
