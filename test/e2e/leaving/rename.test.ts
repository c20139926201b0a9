import { expect, test } from 'vitest';
import type { ConnectUserId } from '../../../src/connect/user.ts';
import { approve, held } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

/** Ana, an agent in sales, to whom the quick connect "Operations desk" leads. */
async function withAna(bridge: (yaml: string) => string = (yaml) => yaml) {
  const world = await startWorld({ bridge });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const id = world.connectUser('ana@acme.test')!.id as ConnectUserId;
  const { connect } = world.runtime.instances.get('uk')!;
  const [desk] = await connect.quickConnectsTo(world.connectUser('breakglass')!.id as ConnectUserId);
  await connect.updateQuickConnectConfig(desk!, id);
  world.simulator.clearJournal();
  return { world, ana };
}

const leadsTo = (world: World) =>
  world.simulator.operator.snapshot(INSTANCE_ID).quickConnects.find(({ name }) => name === 'Operations desk')
    ?.userId;

async function renamed(world: World, ana: string) {
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });
  await world.quiet();
  const [item] = (await held(world.runtime)).items;
  await approve(world.runtime, item!.batch, 'operator:test');
}

test('a rename makes the new user, proves him, points quick connects at him, and then suspends the old one', async () => {
  const { world, ana } = await withAna();
  await renamed(world, ana);
  await world.quiet();
  expect(world.calls()).toEqual([
    'DescribeUser',
    'CreateUser',
    'DescribeUser',
    'SearchQuickConnects',
    'UpdateQuickConnectConfig',
    'UpdateUserSecurityProfiles',
    'UpdateUserRoutingProfile',
    'PutUserStatus',
  ]);
  expect(leadsTo(world)).toBe(world.connectUser('ana.king@acme.test')?.id);
  expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
  await world.expectRest();
});

test('a rename for which there is no room leaves the old user as he was, and says so', async () => {
  const { world, ana } = await withAna();
  const { users } = world.simulator.operator.snapshot(INSTANCE_ID);
  world.simulator.operator.setUserQuota(INSTANCE_ID, users.length);
  await renamed(world, ana);
  await world.quiet();
  expect(world.connectUser('ana.king@acme.test')).toBeUndefined();
  expect(world.connectUser('ana@acme.test')).toMatchObject({
    securityProfiles: ['Agent'],
    routingProfile: 'Sales',
  });
  world.simulator.operator.setUserQuota(INSTANCE_ID, 500);
  await world.clock.sleep(16 * 60_000);
  await world.quiet();
  expect(world.connectUser('ana.king@acme.test')?.securityProfiles).toEqual(['Agent']);
  await world.expectRest();
});

test.each(['UpdateQuickConnectConfig', 'SearchQuickConnects'])(
  'without permission for %s the old user loses his access all the same',
  async (operation) => {
    const { world, ana } = await withAna();
    world.simulator.addFault({ kind: 'accessDenied', operation, count: 5 });
    await renamed(world, ana);
    await world.quiet();
    expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['No Access']);
    expect(world.connectUser('ana.king@acme.test')?.securityProfiles).toEqual(['Agent']);
    await world.expectRest();
  },
);

test('a user who is deleted takes his quick connects with him', async () => {
  const { world, ana } = await withAna((yaml) =>
    yaml.replace(/^ {6}delete: suspend/m, '      delete: delete'),
  );
  await world.scim('delete', `/Users/${ana}`).expect(204);
  await world.quiet();
  expect(world.calls()).toEqual(['DescribeUser', 'SearchQuickConnects', 'DeleteQuickConnect', 'DeleteUser']);
  expect(world.connectUser('ana@acme.test')).toBeUndefined();
  expect(leadsTo(world)).toBeUndefined();
  await world.expectRest();
});

test('whom a rename replaced is deleted after as many days as a leaver, with his quick connects', async () => {
  const DAY_MS = 24 * 3_600_000;
  const { world, ana } = await withAna((yaml) =>
    yaml.replace('deleteAfterDays: null', 'deleteAfterDays: 30'),
  );
  await renamed(world, ana);
  await world.quiet();
  const { connect } = world.runtime.instances.get('uk')!;
  const [desk] = await connect.quickConnectsTo(world.connectUser('ana.king@acme.test')!.id as ConnectUserId);
  await connect.updateQuickConnectConfig(desk!, world.connectUser('ana@acme.test')!.id as ConnectUserId);
  const age = (days: number) =>
    world.runtime.store.write(async (tx) => {
      const set = { suspended_at: world.clock.now() - days * DAY_MS };
      await tx.updateTable('replaced_user').set(set).execute();
    });
  await age(29);
  await world.clock.sleep(3_600_000);
  expect(world.connectUser('ana@acme.test')).toBeDefined();
  await age(30);
  world.simulator.clearJournal();
  await world.clock.sleep(3_660_000);
  expect(world.connectUser('ana@acme.test')).toBeUndefined();
  expect(leadsTo(world)).toBeUndefined();
  expect(world.calls().filter((call) => call.startsWith('Delete'))).toEqual([
    'DeleteQuickConnect',
    'DeleteUser',
  ]);
  expect(world.connectUser('ana.king@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  await world.expectRest();
});

test('whom a rename back took up again is nobody to be deleted', async () => {
  const { world, ana } = await withAna((yaml) =>
    yaml.replace('deleteAfterDays: null', 'deleteAfterDays: 30'),
  );
  await renamed(world, ana);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana@acme.test' });
  await world.quiet();
  const [item] = (await held(world.runtime)).items;
  await approve(world.runtime, item!.batch, 'operator:test');
  await world.quiet();
  await world.runtime.store.write(async (tx) => {
    await tx.updateTable('replaced_user').set({ suspended_at: 0 }).execute();
  });
  await world.clock.sleep(3_660_000);
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  expect(world.connectUser('ana.king@acme.test')).toBeUndefined();
  await world.expectRest();
});

test('an approved rename is no permission for the next one', async () => {
  const { world, ana } = await withAna();
  await renamed(world, ana);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.queen@acme.test' });
  await world.quiet();
  expect((await held(world.runtime)).items).toHaveLength(1);
  expect(world.connectUser('ana.queen@acme.test')).toBeUndefined();
});
