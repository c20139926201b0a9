import { expect, test } from 'vitest';
import { run } from '../../cli/terminal.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

const MINUTE_MS = 60_000;
const ROOM_FOR_TWO = (yaml: string) => yaml.replace('userQuota: 500', 'userQuota: 3');

async function eightJoiners(): Promise<World> {
  const world = await startWorld({ seed: ROOM_FOR_TWO });
  const users: string[] = [];
  for (let n = 0; n < 8; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', users);
  await world.quiet();
  return world;
}

const creates = (world: World) => world.calls().filter((call) => call === 'CreateUser').length;

test('a full instance is one incident: it is told once, and one user finds out whether there is room', async () => {
  const world = await eightJoiners();
  const { out } = await run(['parked', '--socket', world.runtime.config.adminSocket]);
  expect(out.split('\n')[0]).toBe('6 users in uk: quotaFull');
  expect(out.match(/Ask AWS for a higher quota/g)).toHaveLength(1);

  world.simulator.clearJournal();
  await world.clock.sleep(60 * MINUTE_MS);
  expect(creates(world)).toBeLessThanOrEqual(4);
  expect(creates(world)).toBeGreaterThan(0);
});

test('once there is room, the one who asks first lets everybody in at once', async () => {
  const world = await eightJoiners();
  world.simulator.operator.setUserQuota(INSTANCE_ID, 500);
  world.simulator.clearJournal();
  await world.until(() => creates(world) > 0, MINUTE_MS);
  await world.quiet();
  expect(creates(world)).toBe(6);
  for (let n = 0; n < 8; n++)
    expect(world.connectUser(`agent${n}@acme.test`)?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test('bridge retry need not wait for the next look', async () => {
  const world = await eightJoiners();
  world.simulator.operator.setUserQuota(INSTANCE_ID, 500);
  const { code } = await run(['retry', 'agent7@acme.test', '--socket', world.runtime.config.adminSocket]);
  expect(code).toBe(0);
  await world.quiet();
  expect(world.connectUser('agent7@acme.test')).toBeDefined();
  expect(world.connectUser('agent2@acme.test')).toBeDefined();
  await world.expectRest();
});
