import { expect, test } from 'vitest';
import { startWorld } from '../e2e/world.ts';
import { run } from './terminal.ts';

test('members who are no users are kept, counted in status, and listed with their groups', async () => {
  const world = await startWorld();
  const ask = async (...command: readonly string[]) => {
    const { code, out } = await run([...command, '--socket', world.runtime.config.adminSocket]);
    expect(code).toBe(0);
    return out.split('\n');
  };
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const sales = await world.addGroup('Connect Sales', [ana]);
  expect(await ask('unresolved')).toEqual(['every member of a group is a user here']);
  expect((await ask('status')).join('\n')).not.toContain('bridge unresolved');

  await world.addGroup('Everybody', [ana, sales, 'left-long-ago']);

  expect(await ask('unresolved')).toEqual([
    `Everybody: ${sales} is a group; groups in groups are not expanded`,
    'Everybody: left-long-ago is the id of no user here',
  ]);
  expect(await ask('status')).toContain('  2 members of groups are no users here: bridge unresolved');
});

test('a list longer than one reply goes on at its cursor', async () => {
  const world = await startWorld();
  const ids = Array.from({ length: 1_001 }, (_, index) => `gone-${index}`);
  await world.addGroup('Everybody', ids);
  const socket = ['--socket', world.runtime.config.adminSocket];

  const first = (await run(['unresolved', ...socket])).out.split('\n');
  expect(first).toHaveLength(1_001);
  const cursor = /--cursor (\d+)$/.exec(first.at(-1)!)![1]!;
  expect((await run(['unresolved', '--cursor', cursor, ...socket])).out).toContain('gone-1000 is the id');
});
