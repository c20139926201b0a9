import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { explain, parked } from '../../src/sync/admin.ts';
import { latestMapping } from '../../src/store/mapping-versions.ts';
import { INSTANCE_ID, startWorld } from './world.ts';
import type { World } from './world.ts';

const ACME = 'urn:acme:1.0:User';
const EXTENSIONS = `    extensions: { acme: { urn: "${ACME}", attributes: { startDate: date, endDate: date, onLeave: boolean } } }\n`;
const MINUTE_MS = 60_000;

const mapping = (rules: string, more = '') => `version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
${more}
rules:
${rules}`;

const SALES =
  '  - { name: sales, when: { group: Connect Sales }, set: { routingProfile: Sales, securityProfiles: [Agent] } }\n';

/** bridge.yaml with lines for the directory, and for the instance. */
const bridgeWith =
  (directory: string, instance = '') =>
  (yaml: string) =>
    yaml
      .replace('    settleSeconds:', `${directory}    settleSeconds:`)
      .replace('    guard:', `${instance}    guard:`);

describe('access by date', () => {
  const ACCESS =
    'access: { from: user.acme.startDate, until: user.acme.endDate, zone: Europe/London, suspendWhen: user.acme.onLeave }';

  const start = () => startWorld({ bridge: bridgeWith(EXTENSIONS), mapping: mapping(SALES, ACCESS) });

  const later = (world: World, minutes: number) =>
    new Date(world.clock.now() + minutes * MINUTE_MS).toISOString();

  test('begins and ends by itself, while the identity provider is silent', async () => {
    const world = await start();
    const ana = await world.addUser('ana@acme.test', 'Ana', {
      [ACME]: { startDate: later(world, 20), endDate: later(world, 40) },
    });
    await world.addGroup('Connect Sales', [ana]);
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toBeUndefined();

    await world.clock.sleep(20 * MINUTE_MS);
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });

    await world.clock.sleep(20 * MINUTE_MS);
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['No Access'] });
    const [{ wanted, cause } = {}] = (await explain(world.runtime, 'ana@acme.test')).instances as {
      wanted?: string;
      cause?: string;
    }[];
    expect([wanted, cause]).toEqual(['suspended', 'access']);
    await world.expectRest();
  });

  test.each([
    ['an end that lies in the past', (world: World) => ({ endDate: later(world, -1) })],
    ['a start that lies ahead', (world: World) => ({ startDate: later(world, 60) })],
    ['leave', () => ({ onLeave: true })],
  ])('whom %s takes it from does not wait for more changes', async (_name, attributes) => {
    const world = await start();
    const ana = await world.addUser('ana@acme.test', 'Ana');
    await world.addGroup('Connect Sales', [ana]);
    await world.quiet();
    const sentAt = world.clock.now();
    await world.patch(`/Users/${ana}`, { op: 'add', value: { [ACME]: attributes(world) } });
    await world.until(() => world.connectUser('ana@acme.test')?.securityProfiles[0] === 'No Access');
    expect(world.clock.now() - sentAt).toBeLessThan(5_000);
    await world.expectRest();
  });

  test('is suspended while an attribute says so', async () => {
    const world = await start();
    const ana = await world.addUser('ana@acme.test', 'Ana', { [ACME]: { onLeave: true } });
    await world.addGroup('Connect Sales', [ana]);
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toBeUndefined();
    await world.patch(`/Users/${ana}`, { op: 'replace', path: `${ACME}:onLeave`, value: false });
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
    await world.patch(`/Users/${ana}`, { op: 'replace', path: `${ACME}:onLeave`, value: true });
    await world.quiet();
    expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['No Access'] });
    await world.expectRest();
  });
});

describe('the ceiling of bridge.yaml', () => {
  const BOTH = `${SALES}  - { name: training, when: { group: Training }, set: { securityProfiles: [{ cel: user.title }] } }\n`;

  test('refuses a mapping that grants by name what it forbids', async () => {
    const world = await startWorld({ bridge: bridgeWith('', '    grants: { never: [Admin] }\n') });
    await world.quiet();
    world.setMapping(mapping(SALES.replace('Agent', 'Admin')));
    await world.clock.sleep(10_000);
    expect(await latestMapping(world.runtime.store.read, 'main')).toMatchObject({
      state: 'refused',
      error: expect.stringContaining('"Admin", which grants.never of bridge.yaml forbids') as string,
    });
  });

  test.each([
    ['by name', '{ never: [Admin] }', 'Admin', 'forbiddenSecurityProfile'],
    ['by permission', '{ neverPermissions: [SecurityProfiles.Edit] }', 'Admin', 'forbiddenSecurityProfile'],
    [
      'beside another',
      '{ conflicts: [[Agent, QualityAnalyst]] }',
      'QualityAnalyst',
      'conflictingSecurityProfiles',
    ],
  ])(
    'withholds a profile that it forbids %s, and the user keeps the other',
    async (_, grants, title, code) => {
      const world = await startWorld({
        bridge: bridgeWith('', `    grants: ${grants}\n`),
        mapping: mapping(BOTH),
      });
      const ana = await world.addUser('ana@acme.test', 'Ana', { title });
      await world.addGroup('Connect Sales', [ana]);
      await world.quiet();
      await world.addGroup('Training', [ana]);
      await world.quiet();
      expect(world.connectUser('ana@acme.test')?.securityProfiles).toEqual(['Agent']);
      const { items } = await parked(world.runtime, { limit: 10 });
      expect(items).toMatchObject([{ userId: ana, reason: { code } }]);
      await world.expectRest();
    },
  );
});

test('a group named in an expression keeps its meaning when it is renamed', async () => {
  const when = `'"Connect Sales" in groups && user.title != "Trainee"'`;
  const world = await startWorld({ mapping: mapping(SALES.replace('{ group: Connect Sales }', when)) });
  await world.quiet();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const bo = await world.addUser('bo@acme.test', 'Bo', { title: 'Trainee' });
  const sales = await world.addGroup('Connect Sales', [ana, bo]);
  await world.quiet();
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'displayName', value: 'Sales EMEA' });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  expect(world.connectUser('bo@acme.test')).toBeUndefined();
  await world.expectRest();
});

test('whoever is in another group of a pinned name is told which group the rule means', async () => {
  const world = await startWorld({ mapping: mapping(SALES) });
  await world.quiet();
  const [ana, bo] = [await world.addUser('ana@acme.test', 'Ana'), await world.addUser('bo@acme.test', 'Bo')];
  const sales = await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  await world.patch(`/Groups/${sales}`, { op: 'replace', path: 'displayName', value: 'Sales UK' });
  await world.addGroup('Connect Sales', [bo]);
  await world.quiet();
  const explained = async (id: string) => JSON.stringify(await explain(world.runtime, id));
  expect(await explained(ana)).toContain(
    JSON.stringify('"Connect Sales" is called "Sales UK" now').slice(1, -1),
  );
  expect(await explained(bo)).toContain(
    JSON.stringify('the group pinned under that name, now called "Sales UK"').slice(1, -1),
  );
  expect(world.connectUser('bo@acme.test')).toBeUndefined();
  await world.expectRest();
});

test('a group is the same however its accents are encoded', async () => {
  const world = await startWorld({ mapping: mapping(SALES.replace('Connect Sales', '\u00c9quipe')) });
  await world.quiet();
  const ana = await world.addUser('ana@acme.test', 'Ana');
  const group = await world.addGroup('E\u0301quipe', [ana]);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  await world.patch(`/Groups/${group}`, { op: 'replace', path: 'displayName', value: 'Ventes' });
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ securityProfiles: ['Agent'] });
  await world.expectRest();
});

test('a username is sanitized where the file says so, and a second one like it is refused', async () => {
  const world = await startWorld({
    mapping: mapping(SALES).replace('user.userName }', 'user.displayName, invalid: sanitize }'),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana', { displayName: 'Ana Lima' });
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  expect(world.connectUser('AnaLima')).toMatchObject({ firstName: 'Ana' });
  const [{ why } = {}] = (await explain(world.runtime, ana)).instances as { why?: { fields: object[] } }[];
  expect(why?.fields[0]).toMatchObject({
    because: 'user.displayName = "Ana Lima"; sanitized: removed a space',
  });

  const reply = await world.scim('post', '/Users', {
    userName: 'ana2@acme.test',
    displayName: 'AnaLima',
    name: { givenName: 'Ana', familyName: 'Lima' },
  });
  expect([reply.status, (reply.body as { scimType: string }).scimType]).toEqual([409, 'uniqueness']);
  await world.expectRest();
});

test('a mapping of two files is read as one, and read again when either changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-overlay-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const client = join(folder, 'client.yaml');
  await writeFile(client, 'version: 1\n');
  const world = await startWorld({
    bridge: (yaml) => yaml.replace('mapping: ./mapping.yaml', `mapping: [./mapping.yaml, ${client}]`),
    mapping: mapping(SALES),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ routingProfile: 'Sales' });

  await writeFile(
    client,
    `version: 1\nrules:\n${SALES.replace('routingProfile: Sales', 'routingProfile: Support')}`,
  );
  await world.clock.sleep(10_000);
  await world.quiet();
  expect(world.connectUser('ana@acme.test')).toMatchObject({ routingProfile: 'Support' });
  const [{ why } = {}] = (await explain(world.runtime, ana)).instances as { why?: { fields: object[] } }[];
  expect(why?.fields).toContainEqual(
    expect.objectContaining({ field: 'routingProfileId', at: { file: client, line: 3, column: 5 } }),
  );
  await world.expectRest();
});

test('on an existing directory a user is made with his identifier there', async () => {
  const world = await startWorld({
    seed: (yaml) =>
      yaml.replace('identityManagementType: SAML ', 'identityManagementType: EXISTING_DIRECTORY '),
    mapping: mapping(SALES).replace('lastName:', 'directoryUserId: user.externalId, lastName:'),
  });
  const ana = await world.addUser('ana', 'Ana', { externalId: 'S-1-5-21' });
  await world.addGroup('Connect Sales', [ana]);
  await world.quiet();
  const { id } = world.connectUser('ana') ?? {};
  const described = await fetch(`${world.simulator.url}/users/${INSTANCE_ID}/${id}`, { headers: SIGNED });
  expect(await described.json()).toMatchObject({ User: { DirectoryUserId: 'S-1-5-21' } });
  await world.expectRest();
});

/** The simulator takes any signature. */
const SIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260105/eu-west-2/connect/aws4_request, SignedHeaders=host, Signature=0',
};
