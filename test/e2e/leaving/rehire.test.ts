import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parked } from '../../../src/sync/admin.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

/** Ana, an agent in sales whom the IdP has deleted. */
async function withFormerAna(world: World) {
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const sales = await world.addGroup('Connect Sales', [ana]);
  const support = await world.addGroup('Connect Support', []);
  await world.quiet();
  const { id } = world.connectUser('ana@acme.test')!;
  await world.scim('delete', `/Users/${ana}`).expect(204);
  return { ana, sales, support, id };
}

const join = (world: World, group: string, user: string) =>
  world.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: user }] });

test('who was deleted and comes back under his name gets his Connect user, as a joiner', async () => {
  const world = await startWorld();
  const { ana, support, id } = await withFormerAna(world);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['No Access'] });
  world.simulator.clearJournal();
  const again = await world.addUser('ana@acme.test', 'Anna');
  await join(world, support, again);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    id,
    firstName: 'Anna',
    routingProfile: 'Support',
    securityProfiles: ['Agent'],
    hierarchy: ['EMEA', 'London', 'Support'],
    tags: { 'scim-bridge:id': 'acme-example', 'scim-bridge:user': again },
  });
  const calls = world.calls();
  expect(calls.slice(0, 2)).toEqual(['DescribeUser', 'TagResource']);
  expect(calls.at(-1)).toBe('UpdateUserSecurityProfiles');
  const { items } = await listAudit(world.runtime.store.read, { action: 'user.rehired', limit: 10 });
  expect(items).toMatchObject([{ userId: again, detail: { formerUserId: ana, connectUserId: id } }]);
  await world.expectRest();
});

test('who comes back while he is still being suspended waits for that', async () => {
  const world = await startWorld();
  const { support, id } = await withFormerAna(world);
  const again = await world.addUser('ana@acme.test', 'Ana');
  await join(world, support, again);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    id,
    routingProfile: 'Support',
    securityProfiles: ['Agent'],
  });
  await world.expectRest();
});

test('a retag whose answer is lost leaves the user ours', async () => {
  const world = await startWorld();
  const { support } = await withFormerAna(world);
  await world.quiet();
  world.simulator.addFault({ kind: 'reset', operation: 'TagResource', when: 'afterCommit' });
  world.simulator.addFault({ kind: 'reset', operation: 'TagResource', when: 'beforeCommit' });
  const again = await world.addUser('ana@acme.test', 'Ana');
  await join(world, support, again);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['Agent'],
    tags: { 'scim-bridge:user': again },
  });
  await world.expectRest();
});

test('whom somebody deleted meanwhile is made anew; whose name differs in case is parked', async () => {
  const world = await startWorld();
  const { support } = await withFormerAna(world);
  await world.quiet();
  const upper = await world.addUser('Ana@acme.test', 'Ana');
  await join(world, support, upper);
  await world.quiet();
  expect((await parked(world.runtime, { limit: 10 })).items).toMatchObject([
    { reason: { code: 'formerUser' } },
  ]);
  await world.patch(`/Users/${upper}`, { op: 'replace', path: 'userName', value: 'ana@acme.test' });
  world.simulator.operator.deleteUser(INSTANCE_ID, 'ana@acme.test');
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.tags['scim-bridge:user']).toBe(upper);
  expect((await parked(world.runtime, { limit: 10 })).items).toEqual([]);
  await world.expectRest();
});

test('who is hired again gets what a joiner gets once', async () => {
  const mapping = await readFile('config/mapping.yaml', 'utf8');
  const world = await startWorld({ mapping: `${mapping}\n  lastName: seed\n` });
  await world.quiet();
  const { support } = await withFormerAna(world);
  await world.quiet();
  const again = await world.addUser('ana@acme.test', 'Ana', {
    name: { givenName: 'Ana', familyName: 'King' },
  });
  await join(world, support, again);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ lastName: 'King' });
  await world.patch(`/Users/${again}`, { op: 'replace', path: 'name.familyName', value: 'Lovelace' });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ lastName: 'King' });
  await world.expectRest();
});
