import { expect, test } from 'vitest';
import { held } from '../../src/sync/admin.ts';
import { approve } from '../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from './world.ts';
import type { World } from './world.ts';

const usersNamed = (world: World, part: string) =>
  world.simulator.operator.snapshot(INSTANCE_ID).users.filter(({ username }) => username.includes(part));

test('a leaver whose create was made but not answered is found and suspended', async () => {
  const world = await startWorld();
  await world.quiet();
  const bo = await world.addUser('bo@acme.test', 'Bo');
  world.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'afterCommit' });
  await world.addGroup('Connect Sales', [bo]);
  await world.until(() => usersNamed(world, 'bo').length === 1);
  await world.patch(`/Users/${bo}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(usersNamed(world, 'bo')).toMatchObject([{ securityProfiles: ['No Access'] }]);
  await world.expectRest();
});

test('a rename that was made but not answered, then taken back, leaves one active user', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });
  await world.quiet();
  world.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'afterCommit' });
  const [item] = (await held(world.runtime)).items;
  await approve(world.runtime, item!.batch, 'operator:test');
  await world.until(() => usersNamed(world, 'ana.king').length === 1);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana@acme.test' });
  await world.quiet();
  expect(
    usersNamed(world, 'ana').map(({ username, securityProfiles }) => [username, securityProfiles]),
  ).toEqual([
    ['ana.king@acme.test', ['No Access']],
    ['ana@acme.test', ['Agent']],
  ]);
  await world.expectRest();
});

test('a reactivation whose answer was lost does not hide that the user leaves after all', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  world.simulator.addFault({ kind: 'reset', operation: 'UpdateUserSecurityProfiles', when: 'afterCommit' });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: true });
  await world.until(() => world.connectUser('ana@acme.test')?.securityProfiles[0] === 'Agent');
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  await world.expectRest();
});

test('a leaver is suspended although Connect cannot be read, and restored from what was last seen', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  world.simulator.addFault({ kind: 'serverError', operation: 'DescribeUser', count: 50 });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.until(() => world.connectUser('ana@acme.test')?.securityProfiles[0] === 'No Access');
  world.simulator.clearFaults();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: true });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['Agent'],
    routingProfile: 'Sales',
  });
  await world.expectRest();
});

test('a rename that was made but not answered is completed without a detour', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });
  await world.quiet();
  world.simulator.clearJournal();
  world.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'afterCommit' });
  const [item] = (await held(world.runtime)).items;
  await approve(world.runtime, item!.batch, 'operator:test');
  await world.quiet();
  expect(usersNamed(world, 'ana.king')).toMatchObject([
    { securityProfiles: ['Agent'], routingProfile: 'Sales' },
  ]);
  expect(usersNamed(world, 'ana.king')[0]?.status).toBeUndefined();
  expect(world.calls().filter((operation) => operation === 'CreateUser')).toHaveLength(1);
  await world.expectRest();
});
