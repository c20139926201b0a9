import { describe, expect, it } from 'vitest';
import { runMappingTests } from '../../src/mapping/check/run-mapping-tests.ts';
import { catalog, mappingOf } from './acme.ts';

const RULES = `
  - { name: sales, when: { group: Sales }, set: { routingProfile: Sales, securityProfiles: [Agent, Admin], hierarchy: [EMEA, London, Sales], phone: { autoAccept: true } } }
  - { name: uk only, instances: [uk], when: { group: UK }, set: { routingProfile: Support, securityProfiles: [Agent] } }
  - { name: skilled, when: { group: Skilled }, set: { routingProfile: Sales, securityProfiles: [Agent], tags: { site: leeds }, proficiencies: { Product: { CRM: 4 } } } }
access: { until: user.nickName, suspendWhen: user.userType == "leave" }
tests:`;
const ANA = 'userName: ana, name: { givenName: Ana, familyName: Lima }';

function run(test: string) {
  return runMappingTests(mappingOf(`${RULES}\n  - { name: t, ${test} }`)).map(({ message }) => message);
}

describe('a test in a mapping file', () => {
  it.each([
    `user: { ${ANA} }, groups: [Sales], expect: { username: ana, firstName: Ana, routingProfile: Sales }`,
    `user: { ${ANA} }, groups: [Sales], expect: { securityProfiles: [Agent, Admin], hierarchy: [EMEA, London, Sales] }`,
    `user: { ${ANA} }, groups: [Sales], expect: { securityProfiles: [Admin, Agent], phone: { autoAccept: true } }`,
    `user: { ${ANA} }, groups: [Skilled], expect: { tags: { site: leeds }, proficiencies: { Product: { CRM: 4 } } }`,
    `user: { ${ANA} }, expect: unmatched`,
    `user: { ${ANA} }, groups: [UK], expect: unmatched`,
    `user: { ${ANA} }, groups: [UK], instance: uk, expect: { routingProfile: Support }`,
    `user: { userName: a b }, groups: [Sales], expect: invalid`,
    `user: { ${ANA}, userType: leave }, groups: [Sales], expect: suspended`,
    `user: { ${ANA}, nickName: "2026-03-31" }, groups: [Sales], at: "2026-04-01", expect: suspended`,
    `user: { ${ANA}, nickName: "2026-03-31" }, groups: [Sales], expect: { username: ana }`,
    `user: { ${ANA}, nickName: soon }, groups: [Sales], expect: invalid`,
  ])('passes: %s', (test) => expect(run(test)).toEqual([]));

  it.each([
    [
      `user: { ${ANA} }, groups: [Sales], expect: { firstName: Bo, routingProfile: Support }`,
      [
        'test "t": firstName: expected "Bo", found "Ana".',
        'test "t": routingProfile: expected "Support", found "Sales".',
      ],
    ],
    [
      `user: { ${ANA} }, groups: [Sales], expect: { securityProfiles: [Agent] }`,
      ['test "t": securityProfiles: expected ["Agent"], found ["Admin","Agent"].'],
    ],
    [
      `user: { ${ANA} }, groups: [Sales], expect: { phone: { type: DESK_PHONE } }`,
      ['test "t": phone.type: expected "DESK_PHONE", found nothing.'],
    ],
    [
      `user: { ${ANA} }, groups: [Sale], expect: { username: ana }`,
      ['test "t": expected mapped, found unmatched: rule "sales": not in "Sales", but in "Sale".'],
    ],
    [
      `user: { userName: a b, name: { givenName: A, familyName: B } }, groups: [Sales], expect: { username: a }`,
      [
        'test "t": expected mapped, found invalid: The Connect username "a b" contains a space. Allowed are A-Z, a-z, 0-9, and . _ - @ in an e-mail address.',
      ],
    ],
    [`user: { ${ANA} }, groups: [Sales], expect: suspended`, ['test "t": expected suspended, found mapped.']],
  ])('fails: %s', (test, messages) => expect(run(test)).toEqual(messages));

  it('stands in the file at its place, and asks the catalog of its instance', () => {
    const mapping = mappingOf(
      `${RULES}\n  - { name: t, user: { ${ANA} }, groups: [UK], instance: uk, expect: { routingProfile: Support, securityProfiles: [Admin] } }`,
    );
    expect(runMappingTests(mapping, new Map([['uk', catalog]]))).toEqual([
      {
        file: 'mapping.yaml',
        line: 16,
        column: 5,
        message: 'test "t": securityProfiles: expected ["Admin"], found ["Agent"].',
      },
    ]);
  });
});
