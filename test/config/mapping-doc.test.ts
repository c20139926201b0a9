import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { mappingSchema } from '../../src/config/mapping-schema.ts';
import { keysAt } from '../../src/config/schema-keys.ts';
import type { Path } from '../../src/config/yaml-file.ts';
import { createCatalog, type Named } from '../../src/connect/catalog.ts';
import { unknownNames } from '../../src/mapping/check/check-names.ts';
import { runMappingTests } from '../../src/mapping/check/run-mapping-tests.ts';
import { expressionCompiler } from '../../src/mapping/expression.ts';
import { type Attributes, USER_ATTRIBUTES } from '../../src/mapping/expression/attributes.ts';
import { COMPREHENSIONS, FUNCTIONS } from '../../src/mapping/expression/rules.ts';

const doc = await readFile('docs/mapping.md', 'utf8');

describe('docs/mapping.md', () => {
  it('has every key of the file in its reference, and no other', () => {
    expect(firstCells('## Reference')).toEqual(keysUnder([], ''));
  });

  it('has every function, and no other', () => {
    expect(firstCells('### Functions')).toEqual([...FUNCTIONS, ...COMPREHENSIONS]);
  });

  it('names every attribute', () => {
    const text = section('## Expressions');
    const unnamed = namesIn(USER_ATTRIBUTES).filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
    expect(unnamed).toEqual([]);
  });

  const blocks = [...doc.matchAll(/```yaml\n(?!# bridge\.yaml)([\s\S]*?)```/g)].map(
    ([, block]) => block ?? '',
  );
  it.each(blocks)('shows a file that loads (%#)', (block) => {
    const mapping = loadMapping(block, 'docs/mapping.md');
    expect(mapping.rules.length).toBeGreaterThan(0);
    expect(runMappingTests(mapping)).toEqual([]);
  });

  const examples = [...section('### Examples').matchAll(/^\| `([^|]+)` \| `([^`]*)`? \|$/gm)].map(
    ([, text = '', value = '']) => [text, value] as const,
  );
  it('shows an example of every function', () => {
    const shown = examples.map(([text]) => text).join('\n');
    const missing = [...FUNCTIONS, ...COMPREHENSIONS].filter((name) => !shown.includes(`${name}(`));
    expect(missing).toEqual([]);
  });
  it.each(examples)('shows that %s is %s', (text, value) => {
    const expression = expressionCompiler(USER_ATTRIBUTES, TABLES)(text, {
      expects: 'string',
      groups: false,
    });
    expect(expression.evaluate({ user: ana, groups: new Set() })).toBe(value);
  });
});

describe('config/mapping.yaml', () => {
  it('names what the simulated instance has', async () => {
    const seed = parse(await readFile('config/simulator.example.yaml', 'utf8')) as Seed;
    const [instance] = seed.instances;
    if (instance === undefined) throw new Error('no instance');
    const catalog = createCatalog({
      identityManagementType: 'SAML',
      securityProfiles: named(instance.securityProfiles),
      routingProfiles: named(instance.routingProfiles),
      hierarchyGroups: pathsIn(instance.hierarchy.groups).map((path) => ({ id: path.join(), path })),
      agentStatuses: [],
      readAt: 0,
    });
    const mapping = loadMapping(await readFile('config/mapping.yaml', 'utf8'), 'config/mapping.yaml');
    expect(unknownNames(mapping, catalog, 'uk')).toEqual([]);
  });
});

/** Of the text above the examples. */
const TABLES = { sites: { LDS: 'Leeds' } };

const ana = {
  userName: 'ana@acme.test',
  name: { givenName: 'Ana', familyName: 'Lima' },
  emails: [{ value: 'ana@acme.test', type: 'work' }],
  phoneNumbers: [{ value: '07700 900123', type: 'mobile' }],
  addresses: [{ locality: 'Leeds' }],
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales ' },
};

interface Tree {
  readonly [name: string]: Tree;
}

interface Seed {
  readonly instances: readonly {
    readonly securityProfiles: readonly { readonly name: string }[];
    readonly routingProfiles: readonly { readonly name: string }[];
    readonly hierarchy: { readonly groups: Tree };
  }[];
}

function named(items: readonly { readonly name: string }[]): readonly Named[] {
  return items.map(({ name }) => ({ id: name, name }));
}

function pathsIn(tree: Tree): readonly (readonly string[])[] {
  return Object.entries(tree).flatMap(([name, below]) => [
    [name],
    ...pathsIn(below).map((path) => [name, ...path]),
  ]);
}

/** The text from a heading to the next of its level or above. */
function section(heading: string): string {
  const level = heading.indexOf(' ');
  const [, after = ''] = doc.split(`\n${heading}\n`);
  return after.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '';
}

function firstCells(heading: string): readonly string[] {
  return [...section(heading).matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? '');
}

/** All keys of the schema below a path, in the notation of the reference. */
function keysUnder(path: Path, prefix: string): readonly string[] {
  return keysAt(mappingSchema, path).flatMap((key) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const inner = [...path, key];
    return [name, ...keysUnder(inner, name), ...keysUnder([...inner, 0], `${name}[]`)];
  });
}

function namesIn(attributes: Attributes): readonly string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => [
    name,
    ...('attributes' in attribute ? namesIn(attribute.attributes) : []),
  ]);
}
