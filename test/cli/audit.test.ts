import { expect, test } from 'vitest';
import { startWorld } from '../e2e/world.ts';
import { run } from './terminal.ts';

test('lists what was done, newest first, about a user, by action, and page by page', async () => {
  const world = await startWorld();
  const audit = async (...options: readonly string[]) => {
    const { code, out } = await run(['audit', '--socket', world.runtime.config.adminSocket, ...options]);
    expect(code).toBe(0);
    return out.split('\n');
  };
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();

  const [newest, oldest] = [(await audit('--user', 'ana@acme.test'))[0], (await audit('--user', ana)).at(-1)];
  expect(newest).toContain(`user.synced  user ${ana} in main/uk by bridge`);
  expect(oldest).toMatch(new RegExp(`Z  user\\.create  user ${ana} in main by client:okta`));
  expect(await audit('--action', 'user.create')).toEqual([
    expect.stringContaining(`user ${bo}`),
    expect.stringContaining(`user ${ana}`),
  ]);
  const [first, more] = await audit('--action', 'user.create', '--limit', '1');
  expect(first).toContain(`user ${bo}`);
  const cursor = /--cursor (\d+)$/.exec(more!)![1]!;
  expect(await audit('--action', 'user.create', '--cursor', cursor)).toEqual([
    expect.stringContaining(`user ${ana}`),
  ]);
  expect(await audit('--user', 'nobody')).toEqual(['nothing is recorded']);
});
