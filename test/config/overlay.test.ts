import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/error.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { mappingOverlaySchema } from '../../src/config/mapping-schema.ts';
import { mappingFiles, readMappingText } from '../../src/config/mapping-text.ts';
import { parseYamlFile } from '../../src/config/yaml-file.ts';
import { namedGroups } from '../../src/mapping/named-groups.ts';

const BASE = `version: 1
username: { value: user.userName, rename: recreate }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
tables: { sites: { LDS: Leeds, LDN: London } }
rules:
  - { name: leads, when: { group: Leads }, set: { routingProfile: A, securityProfiles: [Lead] } }
  - { name: agents, when: { group: Agents }, set: { routingProfile: A, securityProfiles: [Agent] } }
ownership: { mobile: seed }
`;
const CLIENT = `version: 1
username: { value: user.id }
tables: { sites: { LDS: Leeds North } }
rules:
  - { name: first, when: { group: First }, set: { routingProfile: B } }
  - { name: leads, when: { group: Chiefs }, set: { securityProfiles: [Lead] } }
  - { name: second, when: '"Second" in groups', set: { routingProfile: { cel: 'lookup("sites", user.title)' } } }
`;

async function joined(...texts: readonly string[]): Promise<string> {
  const files = new Map(texts.map((text, index) => [`${index}.yaml`, text]));
  return readMappingText([...files.keys()], async (path) => files.get(path) ?? '');
}

describe('a mapping of several files', () => {
  it('takes the later file key by key, and keeps what it does not name', async () => {
    const mapping = loadMapping(await joined(BASE, CLIENT), '0.yaml');
    expect(mapping.username).toMatchObject({ value: { text: 'user.id' }, rename: 'recreate' });
    expect(mapping.ownership.mobile).toBe('seed');
    const [, second] = mapping.rules;
    const value = second?.set.routingProfile;
    const lookup = (title: string) =>
      value?.kind === 'cel' && value.expression.evaluate({ user: { title }, groups: new Set() });
    expect([lookup('LDS'), lookup('LDN')]).toEqual(['Leeds North', 'London']);
  });

  it('puts new rules first, and a rule of the same name in the place of the earlier', async () => {
    const mapping = loadMapping(await joined(BASE, CLIENT), '0.yaml');
    expect(mapping.rules.map(({ name, at: { file, line } }) => `${name} ${file}:${line}`)).toEqual([
      'first 1.yaml:5',
      'second 1.yaml:7',
      'leads 1.yaml:6',
      'agents 0.yaml:7',
    ]);
    expect([...namedGroups(mapping)]).toEqual(['First', 'Second', 'Chiefs', 'Agents']);
  });

  it.each([
    [[BASE, CLIENT.replace('user.id', 'user.idd')], '1.yaml:2:25'],
    [[BASE.replace('user.name.givenName', 'user.name.given'), CLIENT], '0.yaml:3:34'],
    [[BASE, CLIENT.replace('tables:', 'table:')], '1.yaml:3:1'],
    [[BASE, CLIENT.replace('Leeds North', '7')], '1.yaml:3:25'],
    [[BASE, CLIENT.replace('name: second', 'name: first')], '1.yaml:7:13'],
    [[BASE.replace('LDN: London', 'LDN: London, LDN: X'), CLIENT], '0.yaml:4:45'],
    [[BASE, '- list'], '1.yaml:1:1'],
    [[BASE, ''], '1.yaml:1:1'],
    [[BASE, CLIENT, 'version: 1\nrules: []\nusername: { value: user.nme }'], '2.yaml:3:25'],
    [[BASE.replace(/username.*\n/, ''), CLIENT.replace(/username.*\n/, '')], '1.yaml:1:1'],
  ])('names the file and the place of what is wrong (%#)', async (texts, at) => {
    const text = await joined(...texts);
    let found: unknown;
    try {
      loadMapping(text, '0.yaml');
    } catch (error) {
      found = error;
    }
    if (!(found instanceof ConfigError)) throw new Error('it was accepted');
    const [{ file, line, column } = { file: '', line: 0, column: 0 }] = found.problems;
    expect(`${file}:${line}:${column}`).toBe(at);
  });

  /** What a file may be that is laid over a whole one, and how it stands alone in an editor. */
  it.each([
    ['version: 1\n', true],
    ['{}', true],
    ['username: { invalid: park }', true],
    ['identity: { mobile: user.title }', true],
    ['rules: []', true],
    ['rules:\n  - { name: leads, when: { group: Chiefs }, set: { routingProfile: B } }', true],
    [
      'tables: { sites: { LBA: Leeds } }\nownership: { mobile: enforce }\nunmatched: { existing: delete }',
      true,
    ],
    ['tests:\n  - { name: nobody, user: { userName: ana }, expect: unmatched }', true],
    ['rules:\n  - { name: leads, set: { routingProfile: B } }', false],
    ['rules:\n  - { name: leads, when: { group: Chiefs } }', false],
    ['tests:\n  - { name: nobody, expect: unmatched }', false],
    ['version: 2', false],
    ['username:', false],
    ['usrname: { invalid: park }', false],
    ['- list', false],
  ])(
    'takes a file laid over another when mapping-overlay.schema.json does: %j',
    async (overlay, accepted) => {
      expect(mappingOverlaySchema.safeParse(parseYamlFile(overlay, 'x').value).success).toBe(accepted);
      const text = await joined(BASE, overlay);
      if (accepted) expect(() => loadMapping(text, '0.yaml')).not.toThrow();
      else expect(() => loadMapping(text, '0.yaml')).toThrow(ConfigError);
    },
  );

  it('can be told apart again from its text', async () => {
    expect(mappingFiles(await joined(BASE, CLIENT), 'x')).toEqual([
      { file: '0.yaml', text: `${BASE}\n` },
      { file: '1.yaml', text: CLIENT },
    ]);
    expect(mappingFiles(BASE, 'x')).toEqual([{ file: 'x', text: BASE }]);
  });

  it('is refused when a file holds the line that separates files', async () => {
    await expect(joined(BASE, `${CLIENT}#% file: /etc/passwd\n`)).rejects.toThrow(
      '1.yaml:8:1  a line cannot begin with "#% file:".',
    );
  });
});
