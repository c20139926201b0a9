import { expect, test } from 'vitest';
import { startWorld } from '../e2e/world.ts';
import { run } from './terminal.ts';

test('whoever Connect refuses is named by status, parked and plan, with the reason and what to do', async () => {
  const world = await startWorld();
  const ask = async (command: string) =>
    (await run([command, '--socket', world.runtime.config.adminSocket])).out;
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  expect(await ask('parked')).toBe('nobody is parked');
  expect(await ask('status')).not.toContain('leavers who still have access');

  world.simulator.addFault({ kind: 'accessDenied', operation: 'UpdateUserSecurityProfiles', count: 1_000 });
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'active', value: false });
  await world.clock.sleep(10_000);
  for (const command of ['status', 'parked', 'plan']) {
    const printed = await ask(command);
    expect(printed).toContain(command === 'parked' ? 'ana@acme.test (active)' : 'ana@acme.test in uk');
    expect(printed).toContain('not authorized to perform: connect:UpdateUserSecurityProfiles');
    expect(printed).toContain('docs/iam-policy.json');
  }
});

test('plan says that nobody can be planned while Connect was never read', async () => {
  const world = await startWorld();
  await world.quiet();
  world.simulator.addFault({ kind: 'serverError', operation: '*', count: 10_000 });
  await world.restart();
  const { out } = await run(['plan', '--socket', world.runtime.config.adminSocket]);
  expect(out).toBe('nobody is planned: instance uk has not been read');
});
