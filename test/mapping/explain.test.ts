import { expect, it } from 'vitest';
import { unknownInstances, unknownNames } from '../../src/mapping/check/check-names.ts';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import { explainUser, renderExplanation } from '../../src/mapping/explain.ts';
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

function explained(user: UserJson, ...groups: readonly string[]): readonly string[] {
  const instance = { alias: 'uk', identityManagementType: 'SAML' } as const;
  const result = desiredUser({
    user,
    groups: groupsOf(...groups),
    mapping,
    instance,
    catalog,
    ceiling: noCeiling,
  });
  return renderExplanation(explainUser(result));
}

it('explains each field of a mapped user by rule, fact and losing rule', () => {
  expect(explained({ ...ana, emails: [], phoneNumbers: [] }, 'Supervisors')).toEqual([
    'username                   "ana@acme.test"  from username: user.userName = "ana@acme.test"',
    'firstName                  "Ana"  from identity: user.name.givenName = "Ana"',
    'lastName                   "Lima"  from identity: user.name.familyName = "Lima"',
    'secondaryEmail             ""  from identity: user.emails = []',
    'mobile                     ""  from identity: user.phoneNumbers = []',
    'securityProfileIds         "CallCenterManager"  from rule "supervisors" (mapping.yaml:11): member of "Supervisors"',
    'routingProfileId           "Supervisors"  from rule "supervisors" (mapping.yaml:11): member of "Supervisors"',
  ]);
});

it('explains what keeps a user out, what to do, and which rules lost', () => {
  const lines = explained(ana, 'Sales', 'Supervisors');
  expect(lines.slice(0, 5)).toEqual([
    'cannot be made as the rules want:',
    '  Rule "sales": no security profile named "Agentt" in instance "uk".',
    '    Closest: "Agent". Correct the name in the rule, or create it in Amazon Connect.',
    '  Rule "sales": no hierarchy group named "EMEA / Londn / Sales" in instance "uk".',
    '    Closest: "EMEA / London / Sales". Correct the name in the rule, or create it in Amazon Connect.',
  ]);
  expect(lines).toContain('                           rule "sales" comes later with "Salse"');
});

it('explains why nobody granted a user anything', () => {
  expect(explained(ana, 'sales')).toEqual([
    'no rule grants a security profile here',
    '  rule "sales": not in "Sales", but in "sales"',
    '  rule "supervisors": not in "Supervisors"',
  ]);
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
      line: 23,
      column: 5,
      message: 'rule "us only": there is no instance "us".\nThere are: uk, de.',
    },
  ]);
});
