import request from 'supertest';
import { expect, test } from 'vitest';
import { status } from '../../../src/sync/admin.ts';
import { startWorld } from '../world.ts';
import type { World } from '../world.ts';

const MINUTE_MS = 60_000;

async function withAgents(world: World, count: number): Promise<string[]> {
  const users: string[] = [];
  for (let n = 0; n < count; n++) users.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', users);
  await world.quiet();
  return users;
}

const writes = (world: World) => world.calls().filter((call) => /^(Create|Update|Put)/.test(call));

test('while Connect is down SCIM accepts, nobody is parked for it, and few calls are tried', async () => {
  const world = await startWorld();
  const users = await withAgents(world, 10);
  world.simulator.addFault({ kind: 'serverError', operation: '*', count: 100_000 });
  world.simulator.clearJournal();
  await world.patch(`/Users/${users[0]!}`, { op: 'replace', path: 'active', value: false });
  for (const id of users.slice(1))
    await world.patch(`/Users/${id}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  await world.clock.sleep(30 * MINUTE_MS);
  const tried = writes(world).length;
  // Ten users, each again after at most five minutes: never a storm.
  expect(tried).toBeLessThan(10 * 30);
  const { instances, secondsToConverge } = await status(world.runtime);
  expect(instances[0]?.degraded).toContainEqual(expect.stringContaining('fail since'));
  expect(secondsToConverge).toBeGreaterThan(0);
  world.simulator.clearFaults();
  await world.quiet();
  expect(world.connectUser('agent0@acme.test')?.securityProfiles).toEqual(['No Access']);
  expect(world.connectUser('agent9@acme.test')?.lastName).toBe('King');
  expect((await status(world.runtime)).instances[0]?.degraded).toEqual([]);
  await world.expectRest();
});

test('what waited through an outage is done leavers first', async () => {
  const world = await startWorld();
  const users = await withAgents(world, 6);
  world.simulator.addFault({ kind: 'serverError', operation: '*', count: 100_000 });
  for (const id of users.slice(1))
    await world.patch(`/Users/${id}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  await world.clock.sleep(5 * MINUTE_MS);
  await world.patch(`/Users/${users[0]!}`, { op: 'replace', path: 'active', value: false });
  world.simulator.clearFaults();
  world.simulator.clearJournal();
  await world.quiet();
  const order = writes(world);
  expect(order.indexOf('UpdateUserSecurityProfiles')).toBeLessThan(order.indexOf('UpdateUserIdentityInfo'));
  await world.expectRest();
});

test('a burst of throttles is waited out; it neither parks anybody nor loses anything', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.addFault({ kind: 'throttle', operation: '*', count: 40 });
  await withAgents(world, 8);
  expect(world.connectUser('agent7@acme.test')?.securityProfiles).toEqual(['Agent']);
  const { work, buckets } = await status(world.runtime);
  expect(work).toEqual([]);
  expect(buckets.find(({ operation }) => operation === 'CreateUser')).toMatchObject({ waiting: 0 });
  await world.expectRest();
});

test('while credentials are refused work waits, and a few calls see when that is over', async () => {
  const world = await startWorld({
    bridge: (yaml) =>
      yaml
        .replace('resyncMinutes: 60', 'resyncMinutes: 600')
        .replace('count: 5, percent: 5', 'count: 9, percent: 50'),
  });
  const users = await withAgents(world, 20);
  world.simulator.addFault({ kind: 'credentials', operation: '*', count: 100_000 });
  world.simulator.clearJournal();
  for (const id of users.slice(5))
    await world.patch(`/Users/${id}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  await world.clock.sleep(30 * MINUTE_MS);
  for (const id of users.slice(0, 5))
    await world.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(30 * MINUTE_MS);
  // One call in 30 s, of the worker or of whoever reads the catalog, and those under way when it began.
  expect(world.simulator.journal().length).toBeLessThan(2 * 60 + 20);
  const { body } = await request(world.url).get('/readyz').expect(200);
  expect(body).toMatchObject({
    ready: true,
    degraded: [
      expect.stringMatching(/^instance uk: .*cannot be read/),
      expect.stringContaining('ExpiredTokenException'),
    ],
  });
  const { instances } = await status(world.runtime);
  expect(instances[0]?.users.filter(({ sync }) => sync === 'parked')).toEqual([]);

  world.simulator.clearFaults();
  world.simulator.clearJournal();
  await world.quiet();
  const order = world.calls();
  expect(order.filter((call) => call === 'UpdateUserIdentityInfo')).toHaveLength(15);
  expect(order.lastIndexOf('UpdateUserSecurityProfiles')).toBeLessThan(
    order.lastIndexOf('UpdateUserIdentityInfo'),
  );
  const accepted = world.simulator.journal().filter(({ status: code }) => code === 200);
  const suspended = accepted.filter(({ operation }) => operation === 'UpdateUserSecurityProfiles');
  expect(suspended).toHaveLength(5);
  // Whoever tried last waits for the moment of the next try, which is 30 s away at most.
  expect(suspended.at(-1)!.at - accepted[0]!.at).toBeLessThan(31_000);
  await world.clock.sleep(MINUTE_MS);
  expect((await status(world.runtime)).instances[0]?.degraded).toEqual([]);
  await world.expectRest();
});
