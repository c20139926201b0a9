import { expect, test } from 'vitest';
import { proposeMapping } from '../../../src/store/mapping-versions.ts';
import { mappingHash } from '../../../src/sync/activation/mapping-hash.ts';
import { setFileAside } from '../../../src/sync/activation/set-aside.ts';
import { approve, held, proposeText } from '../../../src/sync/admin.ts';
import { startWorld } from '../../e2e/world.ts';
import type { World } from '../../e2e/world.ts';
import { run } from '../terminal.ts';

const FILE = 'checkout/new.yaml';

/** `bridge mapping propose` of a file that says this. */
function propose(world: World, text: string, ...options: readonly string[]) {
  const { adminSocket } = world.runtime.config;
  return run(['mapping', 'propose', FILE, '--socket', adminSocket, ...options], { [FILE]: text });
}

async function history(world: World): Promise<readonly string[]> {
  const { out } = await run(['mapping', 'history', '--socket', world.runtime.config.adminSocket]);
  const versions = out.split('\n').filter((line) => !line.startsWith(' '));
  return versions.map((line) =>
    line.replaceAll(/ {2}[0-9a-f]{12} | \d{4}-[^ ,]*Z|, activated.*|(?<=uid )\d+/g, ''),
  );
}

async function status(world: World): Promise<string> {
  return (await run(['status', '--socket', world.runtime.config.adminSocket])).out;
}

/** Long enough for the mapping file to be looked at. */
async function pass(world: World): Promise<void> {
  await world.clock.sleep(10_000);
  await world.quiet();
}

async function save(world: World, text: string): Promise<void> {
  world.setMapping(text);
  await pass(world);
}

const routingProfile = (world: World) => world.connectUser('ana@acme.test')?.routingProfile;
const salesIn = (text: string, profile: string) =>
  text.replace('routingProfile: Sales', `routingProfile: ${profile}`);

/** A sales agent under version 1, which the mapping file says. */
async function started() {
  const world = await startWorld();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  return { world, original: world.mapping() };
}

test('a proposed text is active under its author until the mapping file changes, after a restart too', async () => {
  const { world, original } = await started();
  const { code, out, err } = await propose(world, salesIn(original, 'Support'));
  expect([code, err]).toEqual([0, '']);
  expect(out.replace(/(?<=uid )\d+/, '').split('\n')).toEqual([
    'version 2, proposed by operator:uid , is active',
    '  uk: 1 updated',
    'The mapping file says something else, and is not read until it changes: then it is proposed.',
  ]);
  await pass(world);
  await world.restart();
  await pass(world);
  expect(routingProfile(world)).toBe('Support');
  expect(await status(world)).toContain('the mapping file is not read until it changes');
  expect(await history(world)).toEqual([
    '2  active proposed by operator:uid ',
    '1  superseded proposed by the mapping file',
  ]);

  await save(world, salesIn(original, 'Supervisors'));
  expect(routingProfile(world)).toBe('Supervisors');
  expect(await status(world)).not.toContain('the mapping file is not read');
  await world.expectRest();
});

test('a file that comes to say what was proposed adds no version, and its next change is proposed', async () => {
  const { world, original } = await started();
  const proposed = salesIn(original, 'Support');
  await propose(world, proposed);
  await save(world, proposed);
  expect(await history(world)).toHaveLength(2);
  expect(await status(world)).not.toContain('the mapping file is not read');
  await save(world, original);
  expect(routingProfile(world)).toBe('Sales');
});

test('who proposes what the mapping file says becomes its author', async () => {
  const { world, original } = await started();
  const { out } = await propose(world, original);
  expect(out).toMatch(/^version 1, proposed by operator:uid \d+, is active\n {2}uk: 1 created$/);
  expect(await history(world)).toEqual(['1  active proposed by operator:uid ']);
  const { out: audit } = await run(['audit', '--socket', world.runtime.config.adminSocket]);
  expect(audit).toContain('mapping.putForward');
});

test('a text with mistakes changes nothing: what waits goes on waiting, and the mistake has its place', async () => {
  const { world, original } = await started();
  const wrong = salesIn(original, 'Saless');
  const line = wrong.slice(0, wrong.indexOf('Saless')).split('\n').length;
  const { code, out, err } = await propose(world, wrong);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`${FILE}:${line}:`);
  expect(err).toContain('no routing profile named "Saless"');
  expect(await history(world)).toEqual(['1  active proposed by the mapping file']);
  expect(await status(world)).not.toContain('the mapping file is not read');
});

test('several files are laid over each other, base first', async () => {
  const { world, original } = await started();
  const overlay = `version: 1
rules:
  - name: sales agents
    when: { group: Connect Sales }
    set: { routingProfile: Support, securityProfiles: [Agent] }
`;
  const { code, out } = await run(
    ['mapping', 'propose', 'base.yaml', 'client.yaml', '--socket', world.runtime.config.adminSocket],
    { 'base.yaml': original, 'client.yaml': overlay },
  );
  expect([code, out.split('\n')[1]]).toEqual([0, '  uk: 1 updated']);
  await world.quiet();
  expect(routingProfile(world)).toBe('Support');
});

test('what would reach too many is held, with its batch; proposing what is active takes it off the table', async () => {
  const world = await startWorld();
  const original = world.mapping();
  const agents = [];
  for (let n = 0; n < 8; n++) agents.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', agents);
  await world.quiet();
  const nobody = original.replaceAll('group: Connect S', 'group: Nobody S');
  const { code, out } = await propose(world, nobody);
  expect(code).toBe(0);
  expect(out.split('\n').slice(1)).toEqual([
    '  uk: 8 suspended',
    '  would deactivate 8 users in uk; the limit is 4',
    '  bridge approve mapping-main-2',
    'The mapping file says something else, and is not read until it changes: then it is proposed.',
  ]);
  await pass(world);
  expect((await propose(world, nobody)).out).toMatch(/^version 2, .* is held\n/);
  expect((await held(world.runtime)).items).toHaveLength(1);

  expect((await propose(world, original)).out).toMatch(/^version 1, .* is active\n/);
  await pass(world);
  expect((await held(world.runtime)).items).toEqual([]);
  expect(await history(world)).toHaveLength(2);
  await world.expectRest();
});

test('what waits in the mapping file, and is given up for what is active, does not come back by itself', async () => {
  const { world, original } = await started();
  await save(world, salesIn(original, 'Nowhere'));
  expect((await history(world))[0]).toMatch(/^2 {2}refused/);
  await propose(world, original);
  await propose(world, salesIn(original, 'Support'));
  await pass(world);
  expect(routingProfile(world)).toBe('Support');
  expect((await history(world)).map((line) => line.slice(0, 8))).toEqual([
    '3  activ',
    '2  super',
    '1  super',
  ]);
});

test('who proposes a sensitive grant cannot approve it; somebody else needs to give no word', async () => {
  const world = await startWorld({
    bridge: (yaml) =>
      yaml.replace('    guard:', '    grants: { sensitive: [CallCenterManager] }\n    guard:'),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const sensitive = world
    .mapping()
    .replace('securityProfiles: [Agent]', 'securityProfiles: [Agent, CallCenterManager]');
  const { out } = await propose(world, sensitive);
  expect(out).toContain(
    '\n  bridge approve mapping-main-2\nSensitive security profiles that it grants, now or later, cannot be approved by operator:uid ',
  );
  const own = await run([
    'approve',
    'mapping-main-2',
    '--not-the-author',
    '--socket',
    world.runtime.config.adminSocket,
  ]);
  expect(own).toMatchObject({ code: 1, err: expect.stringContaining('need somebody else to approve them') });

  // The file says so too, and still it is known who proposed it.
  await save(world, sensitive);
  const author = (await run(['mapping', 'history', '--json', '--socket', world.runtime.config.adminSocket]))
    .out;
  const { items } = JSON.parse(author) as { items: readonly { author: string }[] };
  await expect(approve(world.runtime, 'mapping-main-2', items[0]!.author, true)).rejects.toThrow(
    'somebody else',
  );
  await approve(world.runtime, 'mapping-main-2', 'operator:officer');
  await world.quiet();
  expect(world.connectUser('ana@acme.test')?.securityProfiles.toSorted()).toEqual([
    'Agent',
    'CallCenterManager',
  ]);
  await world.expectRest();
});

test('of two proposals at once the later is active in the end', async () => {
  const { world, original } = await started();
  const replies = await Promise.all(
    ['Support', 'Supervisors'].map((profile) =>
      proposeText(world.runtime, { mappingText: salesIn(original, profile) }, 'operator:ana'),
    ),
  );
  expect(replies.map(({ version, state }) => [version, state])).toEqual([
    [2, 'active'],
    [3, 'active'],
  ]);
  await pass(world);
  expect(routingProfile(world)).toBe('Supervisors');
});

test('a proposal that nobody came to judge is judged at the next look at the mapping file', async () => {
  const { world, original } = await started();
  const mappingText = salesIn(original, 'Support');
  await world.runtime.store.write(async (tx) => {
    await setFileAside(tx, 'main', mappingHash(mappingText));
    const proposal = {
      directory: 'main',
      hash: mappingHash(mappingText),
      text: mappingText,
      author: 'operator:ana',
    };
    await proposeMapping(tx, { ...proposal, at: world.clock.now() });
  });
  await pass(world);
  expect(routingProfile(world)).toBe('Support');
  expect((await history(world))[0]).toBe('2  active proposed by operator:ana');
});

test('what the mapping file gave up is judged anew, as a new version, when somebody proposes it', async () => {
  const world = await startWorld();
  const original = world.mapping();
  const agents = [];
  for (let n = 0; n < 8; n++) agents.push(await world.addUser(`agent${n}@acme.test`, 'Agent'));
  await world.addGroup('Connect Sales', agents);
  await world.quiet();
  const nobody = original.replaceAll('group: Connect S', 'group: Nobody S');
  await save(world, nobody);
  await save(world, original);
  expect((await history(world))[0]).toMatch(/^2 {2}superseded/);
  await pass(world);
  expect((await propose(world, nobody)).out).toMatch(/^version 3, .* is held\n/);
  await pass(world);
  expect((await held(world.runtime)).items).toMatchObject([{ batch: 'mapping-main-3' }]);
});
