import { expect, test } from 'vitest';
import { startWorld } from './world.ts';

test('a user who joins a mapped group is created in Connect with one call', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.clearJournal();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  expect(world.calls()).toEqual(['CreateUser']);
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    routingProfile: 'Sales',
    securityProfiles: ['Agent'],
    tags: { 'scim-bridge:id': 'acme-example', 'scim-bridge:user': ana },
  });
});
