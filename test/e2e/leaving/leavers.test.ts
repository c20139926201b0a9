import { expect, test } from 'vitest';
import { approve, held, status } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

async function withAgents(count: number, bridge: (yaml: string) => string = (yaml) => yaml) {
  const world = await startWorld({ bridge });
  const users: string[] = [];
  for (let n = 0; n < count; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  const sales = await world.addGroup('Connect Sales', users);
  await world.quiet();
  world.simulator.clearJournal();
  return { world, users, sales };
}

const leave = (world: World, id: string, active = false) =>
  world.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: active });
/** As if what happened until now had happened days earlier: days on the clock would take the test minutes. */
const age = (world: World, days: number) =>
  world.runtime.store.write(async (tx) => {
    const by = days * DAY_MS;
    await tx
      .updateTable('link')
      .set((eb) => ({ suspended_at: eb('suspended_at', '-', by) }))
      .execute();
    await tx
      .updateTable('guard_effect')
      .set((eb) => ({ counted_at: eb('counted_at', '-', by) }))
      .execute();
  });

const inConnect = (world: World) =>
  world.simulator.operator.snapshot(INSTANCE_ID).users.filter(({ username }) => username.startsWith('agent'))
    .length;
const revoke = async (world: World) => (await status(world.runtime)).timeToRevoke;

test('the time to revoke is measured from the request to the answer of Connect', async () => {
  const { world, users } = await withAgents(4);
  await leave(world, users[0]!);
  await world.quiet();
  const measured = await revoke(world);
  expect(measured).toMatchObject({ removed: 1, open: { waiting: 0, held: 0 }, heldMs: { p50: null } });
  expect(measured.unheldMs.p95).toBeLessThan(1_000);
});

test('who is held is listed as such, and his wait for a person is told apart', async () => {
  const { world, sales } = await withAgents(12);
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'members', value: [] });
  await world.quiet();
  expect((await revoke(world)).open).toEqual({ waiting: 0, held: 7 });
  await world.clock.sleep(600_000);
  const [batch] = (await held(world.runtime)).items;
  await approve(world.runtime, batch!.batch, 'operator:test');
  await world.quiet();
  const measured = await revoke(world);
  expect(measured).toMatchObject({ removed: 12, open: { waiting: 0, held: 0 } });
  expect(measured.heldMs.p50).toBeGreaterThanOrEqual(600_000);
  expect(measured.afterApprovalMs.p95).toBeLessThan(60_000);
});

test('who stays after all is no leaver', async () => {
  const { world, users } = await withAgents(4);
  world.simulator.addFault({ kind: 'serverError', operation: 'UpdateUserSecurityProfiles', count: 50 });
  await leave(world, users[0]!);
  await world.until(() => world.calls().includes('UpdateUserSecurityProfiles'));
  expect((await revoke(world)).open).toEqual({ waiting: 1, held: 0 });
  await leave(world, users[0]!, true);
  world.simulator.clearFaults();
  await world.quiet();
  expect(await revoke(world)).toMatchObject({ removed: 0, open: { waiting: 0, held: 0 } });
});

test('suspended leavers are announced, then deleted after so many days, so many a day; who came back is not', async () => {
  const { world, users } = await withAgents(6, (yaml) =>
    yaml.replace('deleteAfterDays: null', 'deleteAfterDays: 30').replace('perDay: 20', 'perDay: 2'),
  );
  for (const id of users.slice(0, 4)) await leave(world, id);
  await world.quiet();
  await age(world, 25);
  await leave(world, users[3]!, true);
  await world.quiet();
  expect((await status(world.runtime)).instances[0]?.toBeDeleted).toEqual({
    deleteAfterDays: 30,
    withinDays: 7,
    users: 3,
  });
  expect(inConnect(world)).toBe(6);
  await age(world, 5);
  await world.clock.sleep(HOUR_MS);
  await world.quiet();
  expect(inConnect(world)).toBe(4);
  await age(world, 1);
  await world.clock.sleep(HOUR_MS);
  await world.quiet();
  expect(inConnect(world)).toBe(3);
  expect((await held(world.runtime)).items).toEqual([]);
  await world.expectRest();
});

test('where nobody is to be deleted, nobody is', async () => {
  const { world, users } = await withAgents(4);
  await leave(world, users[0]!);
  await age(world, 4_000);
  await world.clock.sleep(HOUR_MS);
  await world.quiet();
  expect(inConnect(world)).toBe(4);
  expect((await status(world.runtime)).instances[0]?.toBeDeleted).toBeNull();
});
