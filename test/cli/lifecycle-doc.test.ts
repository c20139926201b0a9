import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Lifecycle } from '../../src/connect/user.ts';
import type { MappingProblem } from '../../src/mapping/mapping.ts';
import type { Link } from '../../src/store/links.ts';
import { run } from './terminal.ts';

const doc = readFileSync('docs/lifecycle.md', 'utf8');

/** The first column of the table whose head begins with `head`, without its back ticks. */
function firstColumn(head: string): readonly string[] {
  const [, table = ''] = doc.split(`\n| ${head} |`);
  const rows = table.split('\n\n')[0]!.split('\n').slice(2);
  return rows.flatMap((row) => row.split('|')[1]!.split(',')).map((cell) => cell.replaceAll('`', '').trim());
}

// Keys of a Record, so that the compiler tells of one that is missing here.
const lifecycles = { absent: 0, active: 0, suspended: 0, deleted: 0 } satisfies Record<Lifecycle, 0>;
const syncs = { synced: 0, pending: 0, parked: 0, held: 0 } satisfies Record<Link['sync'], 0>;
const ofTheMapping = {
  usernameInvalid: 0,
  nameInvalid: 0,
  emailInvalid: 0,
  phoneNumberInvalid: 0,
  expressionFailed: 0,
  unknownSecurityProfile: 0,
  tooManySecurityProfiles: 0,
  unknownRoutingProfile: 0,
  noRoutingProfile: 0,
  unknownHierarchyGroup: 0,
  unknownProficiency: 0,
  noDeskPhoneNumber: 0,
  tagInvalid: 0,
  tooManyTags: 0,
  forbiddenSecurityProfile: 0,
  conflictingSecurityProfiles: 0,
  dateInvalid: 0,
} satisfies Record<MappingProblem['code'], 0>;

/** Reasons that the planner and the worker give by themselves, as their sources write them. */
const ofTheReconciler = globSync('src/{plan,sync/planning,sync/applying}/**/*.ts').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/^ +code: '(\w+)',$/gm)].map(([, code]) => code!),
);
const ofConnect = ['quotaFull', 'denied', 'permanent', 'notFound'];

test('docs/lifecycle.md explains each state', () => {
  expect(firstColumn('state | meaning')).toEqual(Object.keys(lifecycles));
  expect(firstColumn('state | meaning | how he leaves it')).toEqual(Object.keys(syncs));
});

test('docs/lifecycle.md explains each reason to be parked, and no other', () => {
  expect(ofTheReconciler.length).toBeGreaterThan(3);
  const codes = new Set([...Object.keys(ofTheMapping), ...ofTheReconciler, ...ofConnect]);
  expect([...firstColumn('code')].toSorted()).toEqual([...codes].toSorted());
});

const commands = new Set(
  globSync('{README.md,docs/*.md}').flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/`bridge ([a-z][a-z-]*(?: (?:history|rollback))?)/g)].map(
      ([, command]) => command!,
    ),
  ),
);

test.each([...commands])('the command that a document names exists: bridge %s', async (command) => {
  expect((await run([...command.split(' '), '--help'])).out).toContain(`Usage: bridge ${command} `);
});
