import { expect, test } from 'vitest';
import { INSTANCE_ID, startWorld } from '../world.ts';
import type { World } from '../world.ts';

/** Ana, an agent in sales who is a supervisor too; a rename asks nobody. */
async function withAna() {
  const world = await startWorld();
  world.setMapping(world.mapping().replace('rename: ask', 'rename: recreate'));
  await world.clock.sleep(5_000);
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  const supervisors = await world.addGroup('Connect Supervisors', [ana]);
  await world.quiet();
  expect(profilesOf(world)).toEqual(['Agent', 'CallCenterManager']);
  world.simulator.clearJournal();
  return { world, ana, supervisors };
}

const profilesOf = (world: World, name = 'ana') =>
  world.connectUser(`${name}@acme.test`)?.securityProfiles.toSorted();

const rename = (world: World, ana: string) =>
  world.patch(`/Users/${ana}`, { op: 'replace', path: 'userName', value: 'ana.king@acme.test' });

const leave = (world: World, ana: string, group: string) =>
  world.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${ana}"]` });

function strangerComes({ simulator }: World): void {
  const user = { username: 'ana.king@acme.test', routingProfile: 'Sales', securityProfiles: ['Agent'] };
  simulator.operator.createUser(INSTANCE_ID, user);
}

const hindrances: { name: string; hinder: (world: World) => void; unhinder: (world: World) => void }[] = [
  {
    name: 'whose new name a stranger has',
    hinder: strangerComes,
    unhinder: ({ simulator }) => simulator.operator.deleteUser(INSTANCE_ID, 'ana.king@acme.test'),
  },
  {
    name: 'for whom there is no room',
    hinder: ({ simulator: { operator } }) =>
      operator.setUserQuota(INSTANCE_ID, operator.snapshot(INSTANCE_ID).users.length),
    unhinder: ({ simulator }) => simulator.operator.setUserQuota(INSTANCE_ID, 500),
  },
];

test.each(hindrances)('a user $name loses what the rules no longer grant', async ({ hinder, unhinder }) => {
  const { world, ana, supervisors } = await withAna();
  hinder(world);
  await rename(world, ana);
  await leave(world, ana, supervisors);
  await world.quiet();
  expect(profilesOf(world)).toEqual(['Agent']);
  unhinder(world);
  await world.clock.sleep(16 * 60_000);
  await world.quiet();
  expect(profilesOf(world, 'ana.king')).toEqual(['Agent']);
  expect(profilesOf(world)).toEqual(['No Access']);
  await world.expectRest();
});

test('a leaver loses his access though a stranger took the name under which he was about to be made', async () => {
  const { world, ana } = await withAna();
  world.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'beforeCommit', count: 1 });
  await rename(world, ana);
  await world.until(() => world.calls().includes('CreateUser'));
  strangerComes(world);
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.quiet();
  expect(profilesOf(world)).toEqual(['No Access']);
  expect(profilesOf(world, 'ana.king')).toEqual(['Agent']);
  await world.expectRest();
});
