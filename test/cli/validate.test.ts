import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startWorld } from '../e2e/world.ts';
import { run } from './terminal.ts';

const BRIDGE = 'config/bridge.yaml';
const MAPPING = 'config/mapping.yaml';
const mapping = await readFile(MAPPING, 'utf8');

test('the files of the repository are valid, offline', async () => {
  const { code, out, err } = await run(['validate', '--offline']);
  expect([code, out, err]).toEqual([
    0,
    'valid; names in Connect were not checked; what security profiles permit was not looked up',
    '',
  ]);
});

test('--json says what is wrong with bridge.yaml too', async () => {
  const { code, out } = await run(['validate', '--offline', '--json'], { [BRIDGE]: 'version: 2' });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    errors: [expect.stringContaining('config/bridge.yaml:1:10')],
    warnings: [],
  });
});

test('the tests of the mapping file are run', async () => {
  const tests = `
tests:
  - name: sales agents sell
    user: { userName: ana@acme.test, name: { givenName: Ana, familyName: Lima } }
    groups: [Connect Sales]
    expect: { routingProfile: Support }
`;
  const { code, err } = await run(['validate', '--offline'], { [MAPPING]: mapping + tests });
  expect(code).toBe(1);
  expect(err).toContain('test "sales agents sell": routingProfile: expected "Support", found "Sales".');
});

test('rules that never have an effect are warned of, offline too', async () => {
  const twice = mapping.replace(
    'unmatched:',
    '  - { name: again, when: { group: Connect Sales }, set: { securityProfiles: [Agent] } }\n\nunmatched:',
  );
  const { code, out } = await run(['validate', '--offline'], { [MAPPING]: twice });
  expect(code).toBe(0);
  expect(out).toMatch(/^warning: config\/mapping\.yaml:\d+:5 {2}rule "again": it never has an effect/);
});

test('a saved catalog stands in for the bridge', async () => {
  const world = await startWorld();
  await world.quiet();
  const saved = await run(['catalog', '--json', '--socket', world.runtime.config.adminSocket]);
  expect(saved.code).toBe(0);
  const check = (text: string, catalog = saved.out, bridge?: string) =>
    run(['validate', '--catalog', 'saved.json'], {
      'saved.json': catalog,
      [MAPPING]: text,
      ...(bridge === undefined ? {} : { [BRIDGE]: bridge }),
    });

  expect((await check(mapping)).out).toBe(
    'valid, names in the saved catalog included; what security profiles permit was not looked up',
  );
  const misspelt = await check(mapping.replace('routingProfile: Sales', 'routingProfile: Salse'));
  expect(misspelt.err).toContain('no routing profile named "Salse" in instance "uk".');
  expect(misspelt.err).toContain('Closest: "Sales".');
  const skilled = mapping.replace(
    'routingProfile: Sales\n',
    'routingProfile: Sales\n      proficiencies: { Product: { CRN: 4 } }\n',
  );
  const unskilled = (await check(skilled)).err;
  expect(unskilled).toContain('no value "CRN" of the predefined attribute "Product" in instance "uk".');
  expect(unskilled).toContain('Closest: "CRM".');
  const older = saved.out.replace('predefinedAttributes', 'whatOlderVersionsDidNotRead');
  expect((await check(skilled, older)).out).toMatch(/^valid, names in the saved catalog included/);
  const bridge = (await readFile(BRIDGE, 'utf8')).replace('No Access', 'No Acces');
  expect((await check(mapping, saved.out, bridge)).out).toContain(
    'warning: leavers.suspend of bridge.yaml: no security profile named "No Acces" in instance "uk". Closest: "No Access".',
  );
  expect((await check(mapping, '{"instances":{}}')).out).toContain(
    'valid; names in Connect were not checked for uk, which has not been read; what security profiles permit was not looked up',
  );
  expect((await check(mapping, 'names')).err).toContain('Save one with: bridge catalog --json > saved.json');
});

test('catalog prints the names of one kind', async () => {
  const world = await startWorld();
  await world.quiet();
  const socket = world.runtime.config.adminSocket;
  const { code, out } = await run(['catalog', 'hierarchy-groups', '--instance', 'uk', '--socket', socket]);
  expect(code).toBe(0);
  expect(out.split('\n').slice(0, 3)).toEqual(['instance uk (SAML)', '  hierarchy-groups:', '    EMEA']);
  expect(out).toContain('    EMEA / London / Sales');
  expect(out).not.toContain('Supervisors');
  const attributes = await run(['catalog', 'predefined-attributes', '--socket', socket]);
  expect(attributes.out.split('\n').slice(1)).toEqual([
    '  predefined-attributes:',
    '    Language: English, French, German',
    '    Product: Billing, CRM, Telephony',
  ]);
  expect((await run(['catalog', '--instance', 'us', '--socket', socket])).err).toContain('no instance "us"');
  expect((await run(['catalog', 'queues', '--socket', socket])).code).toBe(2);
});

test('the running bridge warns of what its users and groups show', async () => {
  const world = await startWorld({
    seed: (yaml) => yaml.replace('permissions: []', 'permissions: [AccessMetrics]'),
  });
  const ana = await world.addUser('ana@acme.test', 'Ana');
  await world.addGroup('Connect Sales', [ana]);
  await world.addGroup('Connect Support');
  await world.addGroup('connect quality', [ana]);
  await world.quiet();

  const { code, out } = await run(['validate', '--socket', world.runtime.config.adminSocket]);
  expect(code).toBe(0);
  const lines = out.split('\n');
  expect(lines.filter((line) => !line.includes('rule "'))).toEqual([
    expect.stringContaining('warning: instance uk: Security profile "No Access" still permits'),
    'warning: The identity provider has sent no group "Connect Supervisors".',
    'warning: The group "Connect Support" has no members.',
    'warning: The identity provider has sent no group "Connect Quality". It sent "connect quality".',
    'warning: The identity provider has sent no group "Connect Training".',
    'warning: The identity provider has sent no group "Site Leeds".',
    'rules grant "Agent" in uk, which permits BasicAgentAccess, OutboundCallAccess',
    'rules grant "CallCenterManager" in uk, which permits AccessMetrics, BasicAgentAccess, ManagerListenIn, Users.Edit, Users.View',
    'rules grant "QualityAnalyst" in uk, which permits AccessMetrics, Evaluation.Create, RecordedConversations.View',
    'valid, names in Connect included',
  ]);
  const rules = lines.flatMap((line) => /(rule .*)/.exec(line)?.[1] ?? []);
  expect(rules).toEqual([
    'rule "supervisors": it applies to nobody.',
    'rule "supervisors": nobody gets the security profile "CallCenterManager".',
    'rule "support agents": it applies to nobody.',
    'rule "quality analysts": it applies to nobody.',
    'rule "quality analysts": nobody gets the security profile "QualityAnalyst".',
    'rule "desk phones in Leeds": it applies to nobody who is granted a security profile.',
  ]);
});
