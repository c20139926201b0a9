import { expect, test } from 'vitest';
import type { WhatIfReply } from '../../src/cli/reports/what-if.ts';
import { approve } from '../../src/sync/admin.ts';
import { INSTANCE_ID, startWorld } from '../e2e/world.ts';
import type { World } from '../e2e/world.ts';
import { run } from './terminal.ts';

/** Two of whom have mobiles, one a desk phone, and all but one a hierarchy group. */
async function office(): Promise<World> {
  const world = await startWorld();
  const mobile = (value: string) => ({ type: 'mobile', value });
  const ana = await world.addUser('ana@acme.test', 'Ana', {
    phoneNumbers: [mobile('07700 900001'), { type: 'work', value: '0113 496 0001' }],
  });
  const bo = await world.addUser('bo@acme.test', 'Bo', { phoneNumbers: [mobile('07700 900002')] });
  const cy = await world.addUser('cy@acme.test', 'Cy');
  const di = await world.addUser('di@acme.test', 'Di', { title: 'Trainee' });
  await world.addGroup('Connect Sales', [ana, bo, cy]);
  await world.addGroup('Connect Supervisors', [di]);
  await world.addGroup('Site Leeds', [ana]);
  await world.quiet();
  return world;
}

const changes: readonly (readonly [what: string, change: (mapping: string) => string])[] = [
  [
    'fields that no rule sets any more',
    (mapping) =>
      mapping
        .replace('  mobile: e164(phone(user, "mobile"), "GB")\n', '')
        .replace('      hierarchy: [EMEA, London, Sales]\n', '')
        .replace('{ group: Site Leeds }', '{ group: Nowhere }'),
  ],
  [
    'other values',
    (mapping) =>
      mapping
        .replace('user.name.familyName', 'user.name.familyName.upper()')
        .replace('routingProfile: Sales', 'routingProfile: Support\n      tags: { team: sales }')
        .replace('autoAccept: false', 'autoAccept: true'),
  ],
  [
    'other usernames',
    (mapping) =>
      mapping
        .replace('value: user.userName', 'value: user.userName.replace("ana@", "anna@")')
        .replace('rename: ask', 'rename: recreate'),
  ],
  ['a suspension', (mapping) => `${mapping}access: { suspendWhen: user.title == "Trainee" }\n`],
  [
    'more and fewer security profiles',
    (mapping) =>
      mapping
        .replace('{ group: Connect Supervisors }', '{ anyGroup: [Connect Supervisors, Site Leeds] }')
        .replace('securityProfiles: [Agent]', 'securityProfiles: [QualityAnalyst]'),
  ],
];

test.each(changes)('of %s, as many are told as there are when the file is saved', async (_, change) => {
  const world = await office();
  const mapping = change(world.mapping());
  const args = ['plan', '--mapping', 'new.yaml', '--json', '--socket', world.runtime.config.adminSocket];
  const { out } = await run(args, { 'new.yaml': mapping });
  const [uk] = (JSON.parse(out) as WhatIfReply).instances;
  const before = ours(world);
  world.setMapping(mapping);
  await world.clock.sleep(10_000);
  if (uk!.held.length > 0) await approve(world.runtime, 'mapping-main-2', 'operator:test');
  await world.quiet();

  const after = ours(world);
  const gone = (user: Values) => user['securityProfiles'] === 'No Access';
  const suspended = after.filter(gone).filter(({ username }) => !uk!.recreated.listed.includes(username));
  expect(suspended.map(({ username }) => username)).toEqual(uk!.suspended.listed);
  expect(after).toHaveLength(uk!.usersInConnect.after);
  expect(after.length - before.length).toBe(uk!.recreated.users);
  const told = uk!.changedByField.filter(({ name }) => name !== 'username');
  expect(Object.fromEntries(told.map(({ name, users }) => [name, users]))).toEqual(
    differences(
      before,
      after.filter((user) => !gone(user)),
    ),
  );
});

type Values = Readonly<Record<string, string>> & { readonly username: string };

/** By the names that the comparison has for the parameters. */
function ours(world: World): readonly Values[] {
  const { users } = world.simulator.operator.snapshot(INSTANCE_ID);
  return users
    .filter(({ username }) => username.endsWith('@acme.test'))
    .map((user) => ({
      username: user.username,
      securityProfiles: user.securityProfiles.join(),
      'last name': user.lastName ?? '',
      mobile: user.mobile ?? '',
      hierarchy: user.hierarchy.join(),
      tags: String(user.tags['team']),
      'routing profile': user.routingProfile,
      'security profiles': [...user.securityProfiles].sort().join(),
      'phone type': user.phone.type,
      'desk phone number': user.phone.number ?? '',
      'auto-accept': String(user.phone.autoAccept ?? false),
      'after-contact work (s)': String(user.phone.afterContactWorkSeconds ?? 0),
    }));
}

/** Of those who are there before and after, how many differ in what. */
function differences(before: readonly Values[], after: readonly Values[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const was of before) {
    const is = after.find(({ username }) => username === was.username);
    if (is === undefined) continue;
    for (const name of Object.keys(was).filter((one) => one !== 'securityProfiles' && was[one] !== is[one]))
      counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
