import { describe, expect, it } from 'vitest';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import { explainUser } from '../../src/mapping/explain.ts';
import { runMappingTests } from '../../src/mapping/check/run-mapping-tests.ts';
import { namedGroups } from '../../src/mapping/named-groups.ts';
import type { UserGroup } from '../../src/mapping/user-group.ts';
import { ana, catalog, groupsOf, mappingOf, noCeiling } from './acme.ts';

const COMPOSED = '\u00c9quipe';
const DECOMPOSED = 'E\u0301quipe';
const SET = 'set: { routingProfile: Sales, securityProfiles: [Agent] }';

function explained(when: string, groups: readonly UserGroup[]) {
  const mapping = mappingOf(`  - { name: a, when: ${when}, ${SET} }`);
  const instance = { alias: 'uk', identityManagementType: 'SAML' } as const;
  const result = desiredUser({ user: ana, groups, mapping, instance, catalog, ceiling: noCeiling });
  const { kind, fields, closest } = explainUser(result);
  const because = fields.find(({ field }) => field === 'routingProfileId')?.because;
  return { kind, because, missing: closest[0]?.missing, named: [...namedGroups(mapping)] };
}

describe('a group name that a file writes with a decomposed accent', () => {
  const conditions = (name: string): readonly string[] => [
    `{ group: ${name} }`,
    `{ anyGroup: [${name}, Other] }`,
    `{ allGroups: [${name}] }`,
    `{ groupPrefix: ${name.slice(0, -2)} }`,
    `'"${name}" in groups'`,
    `'groups.exists(g, g.startsWith("${name}"))'`,
  ];
  it.each(conditions(DECOMPOSED))('means the group all the same: %s', (when) => {
    expect(explained(when, groupsOf(COMPOSED)).kind).toBe('mapped');
  });

  it.each(conditions(DECOMPOSED).slice(0, 3))('is pinned in its composed form: %s', (when) => {
    expect(explained(when, []).named).toContain(COMPOSED);
  });

  it('is the same in a test of the file', () => {
    const test = (name: string) => `
tests:
  - { name: t, user: { userName: ana, name: { givenName: A, familyName: L } }, groups: [${name}], expect: { routingProfile: Sales } }`;
    const rule = `  - { name: a, when: { group: ${COMPOSED} }, ${SET} }`;
    expect(runMappingTests(mappingOf(rule + test(DECOMPOSED)))).toEqual([]);
    expect(runMappingTests(mappingOf(rule + test('Equipe')))).toHaveLength(1);
  });
});

describe('a pinned group that was renamed', () => {
  const groups = [{ id: '1', displayName: 'Sales', calledNow: 'Sales UK', externalId: 'x' }];
  const renamed = '"Sales" is called "Sales UK" now';
  it.each([
    ['{ group: Sales }', `member of "Sales" (${renamed})`],
    ['{ anyGroup: [Other, Sales] }', `member of "Sales" (${renamed})`],
    ['{ allGroups: [Sales] }', `member of "Sales" (${renamed})`],
    ['{ groupPrefix: Sal }', `member of "Sales" (${renamed})`],
    ['{ groupExternalId: x }', `member of "Sales" (${renamed}) (externalId "x")`],
    [`'"Sales" in groups'`, `member of "Sales" (${renamed})`],
  ])('is shown by both names for %s', (when, because) => {
    expect(explained(when, groups)).toMatchObject({ kind: 'mapped', because });
  });
});

describe('a group under whose name another one is pinned', () => {
  const groups = [{ id: '2', displayName: 'Sales', meantInstead: 'Sales UK', externalId: 'x' }];
  const why =
    'member of a group called "Sales", but the rule means the group pinned under that name, now called "Sales UK"';
  it.each([
    ['{ group: Sales }', why],
    ['{ anyGroup: [Other, Sales] }', why],
    ['{ allGroups: [Sales] }', why],
    ['{ groupPrefix: Sal }', 'not in a group whose name begins with "Sal"'],
    [`'"Sales" in groups'`, `\`"Sales" in groups\` is false: not member of "Sales" (${why})`],
  ])('is not meant by %s, and the explanation says why', (when, missing) => {
    expect(explained(when, groups)).toMatchObject({ kind: 'unmatched', missing });
  });

  it('is meant by its externalId still', () => {
    const because = 'member of "Sales" (externalId "x")';
    expect(explained('{ groupExternalId: x }', groups)).toMatchObject({ kind: 'mapped', because });
  });
});
