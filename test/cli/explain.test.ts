import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ExplainReply } from '../../src/cli/reports/explain.ts';
import { startWorld } from '../e2e/world.ts';
import type { World } from '../e2e/world.ts';
import { run } from './terminal.ts';

async function explained(world: World, user: string): Promise<readonly string[]> {
  const { code, out, err } = await run(['explain', user, '--socket', world.runtime.config.adminSocket]);
  expect([code, err]).toEqual([0, '']);
  return out.split('\n');
}

test('says of each parameter its value, rule, fact, losing rules, ownership, and what Connect has', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.addGroup('Connect Support', [ana]);
  await world.quiet();
  const lines = await explained(world, 'ana@acme.test');
  const file = world.runtime.directories.get('main')?.config.mapping[0];
  expect(lines.slice(0, 2)).toEqual([`ana@acme.test (SCIM id ${ana})`, 'instance uk: active, synced']);
  expect(lines.join('\n')).toContain(
    [
      '  security profiles: Agent (enforced; Connect has Agent)',
      `    from rule "sales agents" (${file}:25), because member of "Connect Sales"`,
      `    from rule "support agents" (${file}:32), because member of "Connect Support"`,
    ].join('\n'),
  );
  expect(lines.join('\n')).toContain(
    '  routing profile: Sales (follows the rules, edits in Connect stay until these change; Connect has Sales)',
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {4}rule "support agents" \(.*mapping\.yaml:\d+\) comes later with Support$/),
  );
  expect(lines.join('\n')).not.toMatch(/ProfileId|firstName|hierarchyGroupId/);
  expect(lines.at(-1)).toBe('  nothing to do');
});

test('says pending, what would be done and when it is due, while the work waits', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Users/${ana}`, { op: 'replace', path: 'name.familyName', value: 'King' });
  const before = world.clock.now();
  const { out } = await run(['explain', ana, '--json', '--socket', world.runtime.config.adminSocket]);
  const [uk] = (JSON.parse(out) as ExplainReply).instances;
  expect(uk).toMatchObject({
    sync: 'pending',
    wouldDo: ['last name Byron → King'],
    due: { stage: 'plan', attempts: 0 },
  });
  const { due } = uk as { due: { at: string } };
  expect(Date.parse(due.at)).toBeGreaterThan(before - 60_000);
  await world.quiet();
  expect((await explained(world, ana))[1]).toBe('instance uk: active, synced');
});

test('says which rules came closest to a user whom none matches', async () => {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect sales', [ana]);
  await world.quiet();
  expect((await explained(world, 'ANA@acme.test')).slice(2, 4)).toEqual([
    '  no rule grants a security profile here; the closest:',
    '    rule "sales agents": not in "Connect Sales", but in "Connect sales"',
  ]);
});

test('says once why somebody is parked, each reason with its remedy', async () => {
  const text = await readFile('config/mapping.yaml', 'utf8');
  const world = await startWorld({
    mapping: text
      .replace('routingProfile: Sales', 'routingProfile: { cel: user.title }')
      .replace('securityProfiles: [Agent]', 'securityProfiles: [Agent, { cel: user.title }]'),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana', { title: 'Queen' });
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const lines = await explained(world, 'ana@acme.test');
  expect(lines[1]).toBe('instance uk: absent, parked');
  for (const kind of ['routing', 'security']) {
    const said = lines.filter((line) => line.includes(`no ${kind} profile named "Queen"`));
    expect(said).toHaveLength(1);
  }
  expect(lines.filter((line) => line.startsWith('  parked:'))).toEqual([]);
});

test('names the date at which access changes by itself', async () => {
  const world = await startWorld({
    bridge: (yaml) =>
      yaml.replace(
        'mapping: ./mapping.yaml',
        'mapping: ./mapping.yaml\n    extensions: { acme: { urn: "urn:acme:1.0:User", attributes: { startDate: date } } }',
      ),
    mapping: ACCESS_BY_DATE,
  });
  const start = new Date(world.clock.now() + 3_600_000).toISOString();
  const ana = await world.addUser('ana@acme.test', 'Ana', { 'urn:acme:1.0:User': { startDate: start } });
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const lines = await explained(world, ana);
  expect(lines).toContain(`  access changes by date at ${start}`);
  expect(lines.join('\n')).toContain('access has not begun, because');
  expect(lines.at(-1)).toBe('  nothing to do');
});

const ACCESS_BY_DATE = `
version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
access: { from: user.acme.startDate }
rules:
  - name: sales
    when: { group: Connect Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
unmatched: { new: skip, existing: suspend }
`;

test('a name that would write elsewhere on the screen is shown as what it is', async () => {
  const world = await startWorld();
  const id = await world.addUser('ana\u001b[2J\u202e', 'Ana');
  await world.quiet();
  expect((await explained(world, id))[0]).toBe(`ana\\u001b[2J\\u202e (SCIM id ${id})`);
});
