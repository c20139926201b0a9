import { expect, test } from 'vitest';
import { approve, held, retry, status } from '../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from './world.ts';
import type { World } from './world.ts';

/** Ten agents in sales, of whom all leave: five are suspended, five are held. */
async function withHeldLeavers(world: World) {
  const users: string[] = [];
  for (let n = 0; n < 10; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', users);
  await world.quiet();
  for (const user of users)
    await world.patch(`/Users/${user}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  return users;
}

const suspended = (world: World) =>
  world.simulator.operator
    .snapshot(INSTANCE_ID)
    .users.filter(({ securityProfiles }) => securityProfiles.includes('No Access')).length;

const batches = async (world: World) => (await held(world.runtime)).items.map(({ batch }) => batch);

const CATALOG = 'ListSecurityProfiles';

test('a mapping is judged by what it causes, not by what is held already', async () => {
  const world = await startWorld();
  await withHeldLeavers(world);
  expect(await batches(world)).toEqual(['deactivate-uk-1']);
  world.setMapping(`${world.mapping()}\n# a remark\n`);
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(await batches(world)).toEqual(['deactivate-uk-1']);
  expect(suspended(world)).toBe(5);
});

test('what is held stays held over a restart while Connect cannot be read', async () => {
  const world = await startWorld();
  await withHeldLeavers(world);
  world.simulator.addFault({ kind: 'serverError', operation: CATALOG, count: 3 });
  await world.restart();
  await world.clock.sleep(40_000);
  expect(await batches(world)).toEqual(['deactivate-uk-1']);
  await world.clock.sleep(120_000);
  await world.quiet();
  expect(await batches(world)).toEqual(['deactivate-uk-1']);
  await approve(world.runtime, 'deactivate-uk-1', 'operator:test');
  await world.quiet();
  expect(suspended(world)).toBe(10);
});

test('a leaver who arrives before Connect was read is suspended as soon as it is', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  world.simulator.addFault({ kind: 'serverError', operation: CATALOG, count: 2 });
  await world.restart();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.until(() => world.runtime.instances.get('uk')!.catalog !== null);
  const readAt = world.clock.now();
  await world.until(() => suspended(world) === 1);
  expect(world.clock.now() - readAt).toBeLessThan(5_000);
});

test('leavers who cannot be suspended are suspended soon after the profiles are mended', async () => {
  const world = await startWorld({
    seed: (yaml) =>
      yaml.replace('name: No Access\n        permissions: []', 'name: None\n        permissions: []'),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.until(() => world.connectUser('ana@acme.test') !== undefined);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(60_000);
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['Agent']);
  expect((await status(world.runtime)).instances[0]).toMatchObject({
    degraded: [expect.stringContaining('No security profile named "No Access"')],
  });
  await retry(world.runtime, ana, 'operator:test');
});

test('a mapping that was refused for an unknown name is active once the name exists', async () => {
  const world = await startWorld();
  await world.quiet();
  const good = world.mapping();
  world.simulator.operator.deleteSecurityProfile(INSTANCE_ID, 'QualityAnalyst');
  world.runtime.refreshCatalog('uk');
  await world.clock.sleep(10_000);
  world.setMapping(`${good}\n# changed\n`);
  await world.clock.sleep(10_000);
  const [directory] = (await status(world.runtime)).directories;
  expect(directory).toMatchObject({ latestMapping: { state: 'refused' } });
  world.setMapping(good);
  await world.clock.sleep(10_000);
  const [after] = (await status(world.runtime)).directories;
  expect(after?.latestMapping?.state).toBe('superseded');
});

test("when the holder of a rule's name is deleted, the group that has the name now takes its place", async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  const first = await world.addGroup('Connect Support', [ana]);
  await world.quiet();
  await world.patch(`/Groups/${first}`, { op: 'replace', path: 'displayName', value: 'Support UK' });
  await world.addGroup('Connect Support', [bo]);
  await world.quiet();
  expect(world.connectUser('bo@acme.test')).toBeUndefined();
  await world.scim('delete', `/Groups/${first}`).expect(204);
  await world.quiet();
  expect(world.connectUser('bo@acme.test')?.routingProfile).toBe('Support');
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
});

test('while calls fail the instance is degraded, and a leaver goes first when they succeed again', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('Connect Sales', [ana, bo]);
  await world.quiet();
  world.simulator.addFault({ kind: 'serverError', operation: '*', count: 10_000 });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(900_000);
  const before = await status(world.runtime);
  expect(before.instances[0]?.degraded).toContainEqual(expect.stringContaining('fail since'));
  expect(before.instances[0]?.users).toContainEqual(expect.objectContaining({ sync: 'pending', users: 1 }));
  world.simulator.clearFaults();
  await world.patch(`/Users/${bo}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  await world.until(() => world.connectUser('bo@acme.test')?.lastName === 'King');
  const backAt = world.clock.now();
  await world.until(() => suspended(world) === 1);
  expect(world.clock.now() - backAt).toBeLessThan(5_000);
  await world.quiet();
  expect((await status(world.runtime)).instances[0]?.degraded).toEqual([]);
});

test('a leaver whom Connect refuses to suspend is named in the status, with the reason', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  world.simulator.addFault({ kind: 'accessDenied', operation: 'UpdateUserSecurityProfiles', count: 1_000 });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(10_000);
  expect((await status(world.runtime)).leavers).toMatchObject([
    { userName: 'ana@acme.test', instance: 'uk', reason: { code: 'denied' } },
  ]);
  world.simulator.clearFaults();
  await retry(world.runtime, ana, 'operator:test');
  await world.quiet();
  expect((await status(world.runtime)).leavers).toEqual([]);
});
