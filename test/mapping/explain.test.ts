import { expect, it } from 'vitest';
import { unknownInstances, unknownNames } from '../../src/mapping/check/check-names.ts';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import { type Explanation, explainUser } from '../../src/mapping/explain.ts';
import type { UserJson } from '../../src/mapping/expression/attributes.ts';
import { ana, catalog, groupsOf, mappingOf, noCeiling } from './acme.ts';

const mapping = mappingOf(`
  - name: supervisors
    when: { group: Supervisors }
    set: { routingProfile: Supervisors, securityProfiles: [CallCenterManager] }
  - name: sales
    when: { group: Sales }
    set:
      routingProfile: Salse
      securityProfiles:
        - Agent
        - Agentt
        - { cel: user.title }
      hierarchy: [EMEA, Londn, Sales]
  - name: us only
    instances: [us]
    when: { group: Sales }
    set: { securityProfiles: [Nobody] }`);

function explained(user: UserJson, ...groups: readonly string[]): Explanation {
  const instance = { alias: 'uk', identityManagementType: 'SAML' } as const;
  const result = desiredUser({
    user,
    groups: groupsOf(...groups),
    mapping,
    instance,
    catalog,
    ceiling: noCeiling,
  });
  return explainUser(result);
}

it('explains each field of a mapped user by rule, fact and losing rule', () => {
  const { kind, fields } = explained({ ...ana, emails: [], phoneNumbers: [] }, 'Supervisors');
  expect(kind).toBe('mapped');
  expect(
    fields.map(({ field, value, rule, at, because }) => [field, value, rule, at?.line, because]),
  ).toEqual([
    ['username', 'ana@acme.test', 'username', undefined, 'user.userName = "ana@acme.test"'],
    ['firstName', 'Ana', 'identity', undefined, 'user.name.givenName = "Ana"'],
    ['lastName', 'Lima', 'identity', undefined, 'user.name.familyName = "Lima"'],
    ['secondaryEmail', '', 'identity', undefined, 'user.emails = []'],
    ['mobile', '', 'identity', undefined, 'user.phoneNumbers = []'],
    ['securityProfileIds', 'CallCenterManager', 'supervisors', 11, 'member of "Supervisors"'],
    ['routingProfileId', 'Supervisors', 'supervisors', 11, 'member of "Supervisors"'],
  ]);
});

it('explains what keeps a user out, what to do, and which rules lost', () => {
  const { kind, problems, fields } = explained(ana, 'Sales', 'Supervisors');
  expect(kind).toBe('invalid');
  expect(problems.slice(0, 2)).toMatchObject([
    {
      detail: 'Rule "sales": no security profile named "Agentt" in instance "uk".',
      remedy: 'Closest: "Agent". Correct the name in the rule, or create it in Amazon Connect.',
    },
    {
      detail: 'Rule "sales": no hierarchy group named "EMEA / Londn / Sales" in instance "uk".',
      remedy:
        'Closest: "EMEA / London / Sales". Correct the name in the rule, or create it in Amazon Connect.',
    },
  ]);
  const routing = fields.find(({ field }) => field === 'routingProfileId');
  expect(routing?.lost).toMatchObject([{ rule: 'sales', value: 'Salse', at: { line: 14 } }]);
});

it('explains why nobody granted a user anything', () => {
  expect(explained(ana, 'sales')).toMatchObject({
    kind: 'unmatched',
    closest: [
      { rule: 'sales', missing: 'not in "Sales", but in "sales"' },
      { rule: 'supervisors', missing: 'not in "Supervisors"' },
    ],
  });
});

it('finds literal names that an instance does not know, in the order of the file', () => {
  expect(unknownNames(mapping, catalog, 'uk')).toEqual([
    {
      file: 'mapping.yaml',
      line: 17,
      column: 23,
      message: 'rule "sales": no routing profile named "Salse" in instance "uk".\nClosest: "Sales".',
    },
    {
      file: 'mapping.yaml',
      line: 20,
      column: 11,
      message: 'rule "sales": no security profile named "Agentt" in instance "uk".\nClosest: "Agent".',
    },
    {
      file: 'mapping.yaml',
      line: 22,
      column: 19,
      message:
        'rule "sales": no hierarchy group named "EMEA / Londn / Sales" in instance "uk".\nClosest: "EMEA / London / Sales".',
    },
  ]);
  expect(unknownNames(mapping, catalog, 'us').map(({ line }) => line)).toEqual([17, 20, 22, 26]);
});

it('finds rules for instances that there are not', () => {
  expect(unknownInstances(mapping, ['uk', 'us'])).toEqual([]);
  expect(unknownInstances(mapping, ['uk', 'de'])).toEqual([
    {
      file: 'mapping.yaml',
      line: 24,
      column: 17,
      message: 'rule "us only": there is no instance "us".\nThere are: uk, de.',
    },
  ]);
});
