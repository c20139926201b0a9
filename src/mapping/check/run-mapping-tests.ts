import { isDeepStrictEqual } from 'node:util';
import { type Catalog, HIERARCHY_SEPARATOR } from '../../connect/catalog.ts';
import type { DesiredUser, UserProficiency } from '../../connect/user.ts';
import { accessOf } from '../access.ts';
import { desiredUser } from '../desired-user.ts';
import { NO_LIMITS } from '../grants.ts';
import { groupName } from '../named-groups.ts';
import type { Mapping, MappingResult, MappingTest } from '../mapping.ts';
import type { NameProblem } from './check-names.ts';

/**
 * Runs the tests that a mapping file brings along.
 *
 * @param catalogs by instance alias; for an instance without one every name counts as known, and as SAML
 * @returns what is not as expected, in the order of the file
 */
export function runMappingTests(
  mapping: Mapping,
  catalogs: ReadonlyMap<string, Catalog> = new Map(),
): readonly NameProblem[] {
  return mapping.tests.flatMap((test) => {
    const catalog = (test.instance === null ? undefined : catalogs.get(test.instance)) ?? anyNames;
    return differences(test, mapping, catalog).map((difference) => ({
      ...test.position,
      message: `test "${test.name}": ${difference}`,
    }));
  });
}

/** Names are their own ids. */
const anyNames: Catalog = {
  contents: {
    identityManagementType: 'SAML',
    securityProfiles: [],
    routingProfiles: [],
    hierarchyGroups: [],
    agentStatuses: [],
    readAt: 0,
  },
  id: (_, name) => name,
  name: (_, id) => id,
  closest: () => undefined,
  unknownProficiency: () => null,
};

function differences(test: MappingTest, mapping: Mapping, catalog: Catalog): readonly string[] {
  const { expect } = test;
  const result = resultOf(test, mapping, catalog);
  const access = accessOf(test.user, mapping, test.at ?? 0);
  // Without a time, only what attributes say can suspend.
  const suspended = access.cause === 'suspendWhen' || (test.at !== null && !access.active);
  const found = suspended ? 'suspended' : access.problem ? 'invalid' : result.kind;
  if (found !== expect.kind) return [`expected ${expect.kind}, found ${found}${reasonOf(result)}.`];
  if (expect.kind !== 'mapped' || result.kind !== 'mapped') return [];
  return valueDifferences(expect.values, namedValues(result.user, catalog), '');
}

function resultOf(test: MappingTest, mapping: Mapping, catalog: Catalog): MappingResult {
  return desiredUser({
    user: test.user,
    groups: test.groups.map((name) => ({ id: name, displayName: groupName(name), externalId: null })),
    mapping,
    instance: {
      alias: test.instance ?? '',
      identityManagementType: catalog.contents.identityManagementType,
    },
    catalog,
    ceiling: { limits: NO_LIMITS, permissions: new Map() },
  });
}

function reasonOf(result: MappingResult): string {
  if (result.kind === 'invalid') return `: ${result.problems[0].detail.replace(/\.$/, '')}`;
  const [closest] = result.kind === 'unmatched' ? result.closest() : [];
  return closest === undefined ? '' : `: rule "${closest.rule}": ${closest.missing}`;
}

type Values = Readonly<Record<string, unknown>>;

/** In names, by the keys of the file. */
function namedValues({ username, fields, tags, proficiencies }: DesiredUser, catalog: Catalog): Values {
  const { hierarchyGroupId: group } = fields;
  return {
    ...fields,
    username,
    tags,
    proficiencies: levels(proficiencies ?? []),
    routingProfile: catalog.name('routingProfiles', fields.routingProfileId),
    securityProfiles: fields.securityProfileIds.map((id) => catalog.name('securityProfiles', id)).sort(),
    hierarchy:
      group === undefined ? undefined : catalog.name('hierarchyGroups', group).split(HIERARCHY_SEPARATOR),
    phone: {
      type: fields.phoneType,
      number: fields.deskPhoneNumber,
      autoAccept: fields.autoAccept,
      afterContactWorkTimeLimit: fields.afterContactWorkTimeLimit,
      persistentConnection: fields.persistentConnection,
    },
  };
}

function levels(proficiencies: readonly UserProficiency[]): Values {
  const attributes = Map.groupBy(proficiencies, ({ attributeName }) => attributeName);
  return Object.fromEntries(
    [...attributes].map(([name, values]) => [
      name,
      Object.fromEntries(values.map(({ attributeValue, level }) => [attributeValue, level])),
    ]),
  );
}

function valueDifferences(expected: Values, found: Values, prefix: string): readonly string[] {
  return Object.entries(expected).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    const actual = found[key];
    if (key === 'phone') return valueDifferences(value as Values, actual as Values, 'phone.');
    // Security profiles are a set.
    const wanted = key === 'securityProfiles' ? [...(value as readonly string[])].sort() : value;
    return isDeepStrictEqual(wanted, actual)
      ? []
      : [`${name}: expected ${shown(wanted)}, found ${shown(actual)}.`];
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
