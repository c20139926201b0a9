import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadBridgeConfig } from '../../src/config/bridge-config.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { readMappingText } from '../../src/config/mapping-text.ts';
import { createCatalog } from '../../src/connect/catalog.ts';
import type { Catalog } from '../../src/connect/catalog.ts';
import { mappingFaults } from '../../src/mapping/check/check-mapping.ts';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import type { Assignments, Mapping, Value } from '../../src/mapping/mapping.ts';
import { planUser } from '../../src/plan/plan-user.ts';

const FOLDER = 'config/examples';
const names = await readdir(FOLDER);
const sources = {
  readFile: (path: string) => readFile(path, 'utf8'),
  env: new Proxy<Record<string, string>>({}, { get: () => '0'.repeat(64) }),
};

describe.each(names)('config/examples/%s', async (name) => {
  const config = await loadBridgeConfig(`${FOLDER}/${name}/bridge.yaml`, sources);
  const directories = await Promise.all(
    Object.entries(config.directories).map(async ([alias, directory]) => {
      const text = await readMappingText(directory.mapping, sources.readFile);
      return { alias, directory, mapping: loadMapping(text, directory.mapping[0], directory.extensions) };
    }),
  );

  it('names in each mapping file the schema that checks it in editors', async () => {
    for (const { directory } of directories)
      for (const [index, file] of directory.mapping.entries()) {
        const schema = index === 0 ? 'mapping' : 'mapping-overlay';
        const text = await readFile(file, 'utf8');
        expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=../../${schema}.schema.json`);
      }
  });

  it.each(directories)(
    'has nothing wrong in directory $alias, and its tests pass',
    ({ directory, mapping }) => {
      const fed = directory.instances.map((alias) => ({
        alias,
        limits: config.instances[alias]!.grants,
        catalog: catalogOf(mapping),
      }));
      expect(mapping.tests.length).toBeGreaterThan(1);
      expect(mappingFaults(mapping, { aliases: Object.keys(config.instances), fed })).toEqual([]);
    },
  );

  it.each(directories)(
    'makes the users whom its tests of directory $alias expect',
    ({ directory, mapping }) => {
      const expected = mapping.tests.filter(({ expect: { kind } }) => kind === 'mapped');
      for (const test of expected) {
        const instance = test.instance ?? directory.instances[0]!;
        const catalog = catalogOf(mapping);
        const result = desiredUser({
          user: test.user,
          groups: test.groups.map((displayName) => ({ id: displayName, displayName, externalId: null })),
          mapping,
          instance: { alias: instance, identityManagementType: 'SAML' },
          catalog,
          ceiling: { limits: config.instances[instance]!.grants, permissions: new Map() },
        });
        if (result.kind !== 'mapped') throw new Error(`${test.name}: ${JSON.stringify(result)}`);
        const { changes } = planUser({
          wanted: { kind: 'active', user: result.user },
          link: null,
          ownership: mapping.ownership,
          identityManagementType: 'SAML',
          suspend: null,
          tags: {},
          sensitive: { all: [], unapproved: [] },
          withhold: [],
        });
        expect(changes.map(({ kind }) => kind)).toEqual(['createUser']);
      }
    },
  );
});

it('there are five, each of another kind', () => expect(names).toHaveLength(5));

/** An instance that has every name which the mapping writes out or looks up. */
function catalogOf(mapping: Mapping): Catalog {
  const sets = mapping.rules.map(({ set }) => set);
  const expected = mapping.tests.map(({ expect: wanted }) => (wanted.kind === 'mapped' ? wanted.values : {}));
  const routingProfiles = [
    ...sets.flatMap(({ routingProfile }) => literals([routingProfile])),
    ...expected.map(({ routingProfile }) => routingProfile as string),
  ];
  const paths = [...sets.flatMap(literalPath), ...expected.map(({ hierarchy }) => hierarchy as string[])];
  return createCatalog({
    identityManagementType: 'SAML',
    securityProfiles: named(sets.flatMap(({ securityProfiles = [] }) => literals(securityProfiles))),
    routingProfiles: named(routingProfiles),
    hierarchyGroups: paths.filter((path) => path !== undefined).map((path) => ({ id: path.join('/'), path })),
    agentStatuses: [],
    readAt: 0,
  });
}

function named(all: readonly (string | undefined)[]) {
  return [...new Set(all.filter((one) => one !== undefined))].map((one) => ({ id: one, name: one }));
}

function literals(values: readonly (Value | undefined)[]): string[] {
  return values.flatMap((value) => (value?.kind === 'literal' ? [value.text] : []));
}

function literalPath({ hierarchy = [] }: Assignments): string[][] {
  const path = literals(hierarchy);
  return path.length > 0 && path.length === hierarchy.length ? [path] : [];
}
