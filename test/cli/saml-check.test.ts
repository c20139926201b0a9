import { expect, test } from 'vitest';
import { startWorld } from '../e2e/world.ts';
import type { World } from '../e2e/world.ts';
import { run } from './terminal.ts';

function check(world: World, expression: string, ...options: readonly string[]) {
  const socket = world.runtime.config.adminSocket;
  return run(['saml-check', '--role-session-name', expression, '--socket', socket, ...options]);
}

async function signingIn(nickNames: readonly string[]): Promise<World> {
  const world = await startWorld();
  const users = [];
  for (const [n, nickName] of nickNames.entries())
    users.push(await world.addUser(`user${n}@acme.test`, 'Ana', { nickName }));
  await world.addGroup('Connect Sales', users);
  await world.addUser('stranger@acme.test', 'Ana');
  await world.quiet();
  return world;
}

test('what equals the username passes, and those whom no rule wants are not asked', async () => {
  const world = await signingIn(['x', 'y']);
  const { code, out, err } = await check(world, 'user.userName');
  expect([code, out, err]).toEqual([0, 'directory main: 2 equal, 0 not', '']);
});

const reasons = [
  { nickName: 'user0@acme.test', code: 0, reason: 'equal' },
  { nickName: 'User0@acme.test', code: 1, reason: 'case' },
  { nickName: 'ana@acme.test', code: 1, reason: 'different' },
  { nickName: 'user0 @acme.test', code: 1, reason: 'illegal' },
  { nickName: 'u'.repeat(65), code: 1, reason: 'illegal' },
  { nickName: '', code: 1, reason: 'noValue' },
];
test.each(reasons)('"$nickName" for user0@acme.test is $reason', async ({ nickName, code, reason }) => {
  const world = await signingIn([nickName]);
  const printed = await check(world, 'user.nickName', '--json');
  const { counts } = JSON.parse(printed.out) as { counts: Readonly<Record<string, number>> };
  expect([printed.code, Object.keys(counts).filter((key) => counts[key] === 1)]).toEqual([code, [reason]]);
});

test('a user who is parked, and so not in Connect, is listed with the reason', async () => {
  const world = await startWorld({
    mapping: (await startWorld()).mapping().replace('invalid: reject', 'invalid: park'),
  });
  const ana = await world.addUser('ana lima', 'Ana', { nickName: 'analima' });
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const { code, out, err } = await check(world, 'user.nickName');
  expect([code, err]).toEqual([1, 'sign-in would fail for 1']);
  expect(out).toContain(
    '1 are not in Connect:\n  ana lima in uk: sent "analima", username none. Parked: The Connect username "ana lima" contains a space.',
  );
});

test('points at what is wrong with the expression', async () => {
  const { code, err } = await check(await startWorld(), 'user.usrName');
  expect(code).toBe(1);
  expect(err).toMatch(/^user\.usrName\n +\^ .*userName/);
});

test('looks into the tables of the active mapping', async () => {
  const base = (await startWorld()).mapping();
  const world = await startWorld({ mapping: `${base}tables: { logins: { Ana: user0@acme.test } }\n` });
  await world.addGroup('Connect Sales', [await world.addUser('user0@acme.test', 'Ana')]);
  await world.quiet();
  const { code, out } = await check(world, 'lookup("logins", user.name.givenName)');
  expect([code, out]).toEqual([0, 'directory main: 1 equal, 0 not']);
});
