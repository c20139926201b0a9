import { expect, test } from 'vitest';
import { ruleWarnings } from '../../../src/mapping/check/rule-warnings.ts';
import { mappingOf } from '../acme.ts';

const GRANT = 'set: { routingProfile: Sales, securityProfiles: [Agent] }';

/** Of a rule after one that gives members of Sales the routing profile Sales and the profile Agent. */
function warnings(second: string, first = `when: { group: Sales }, ${GRANT}`): readonly string[] {
  const mapping = mappingOf(`
  - { name: first, ${first} }
  - { name: second, ${second} }`);
  return ruleWarnings(mapping).map(({ message }) => message);
}

const SHADOWED = 'rule "second": it never has an effect: "first" above sets all of it for the same users.';

const shadowed = [
  { name: 'the same condition and values', second: `when: { group: Sales }, ${GRANT}` },
  {
    name: 'another routing profile, which loses',
    second: 'when: { group: Sales }, set: { routingProfile: Support }',
  },
  {
    name: 'one group of several that are asked for',
    second: `when: { allGroups: [Sales, Leeds] }, ${GRANT}`,
  },
  { name: 'the only group of any', second: `when: { anyGroup: [Sales] }, ${GRANT}` },
  { name: 'an instance of all', second: `instances: [uk], when: { group: Sales }, ${GRANT}` },
  {
    name: 'a longer prefix',
    first: `when: { groupPrefix: Connect }, ${GRANT}`,
    second: 'when: { groupPrefix: Connect Sales }, set: { routingProfile: Support }',
  },
  {
    name: 'the same expression',
    first: `when: 'user.title == "A"', ${GRANT}`,
    second: `when: 'user.title == "A"', set: { securityProfiles: [Agent] }`,
  },
  {
    name: 'a lower level',
    first: 'when: { group: Sales }, set: { proficiencies: { Language: { French: 4 } } }',
    second: 'when: { group: Sales }, set: { proficiencies: { Language: { French: 3 } } }',
  },
];
test.each(shadowed)('a rule is shadowed with $name', ({ first, second }) => {
  expect(warnings(second, first)).toContain(SHADOWED);
});

const effective = [
  {
    name: 'another security profile',
    second: 'when: { group: Sales }, set: { securityProfiles: [QualityAnalyst] }',
  },
  {
    name: 'a field that is not set above',
    second: 'when: { group: Sales }, set: { phone: { autoAccept: true } }',
  },
  { name: 'another group', second: `when: { group: Support }, ${GRANT}` },
  { name: 'one more group', second: `when: { anyGroup: [Sales, Support] }, ${GRANT}` },
  {
    name: 'fewer groups',
    first: `when: { allGroups: [Sales, Leeds] }, ${GRANT}`,
    second: `when: { group: Sales }, ${GRANT}`,
  },
  {
    name: 'more instances',
    first: `instances: [uk], when: { group: Sales }, ${GRANT}`,
    second: `when: { group: Sales }, ${GRANT}`,
  },
  {
    name: 'a value where the one above may yield none',
    first: 'when: { group: Sales }, set: { routingProfile: { cel: user.title } }',
    second: 'when: { group: Sales }, set: { routingProfile: Support }',
  },
  {
    name: 'a higher level',
    first: 'when: { group: Sales }, set: { proficiencies: { Language: { French: 3 } } }',
    second: 'when: { group: Sales }, set: { proficiencies: { Language: { French: 4 } } }',
  },
];
test.each(effective)('a rule has an effect with $name', ({ first, second }) => {
  expect(warnings(second, first)).toEqual([]);
});

test('a prefix that grants is told apart from one that only moves', () => {
  expect(warnings(`when: { groupPrefix: Team }, ${GRANT}`)).toEqual([
    expect.stringContaining('members of any group whose name begins with "Team"'),
  ]);
  expect(warnings('when: { groupPrefix: Team }, set: { routingProfile: Support }')).toEqual([]);
});

const byAttribute = [
  { rule: `when: 'user.title == "A"', ${GRANT}`, reads: 'user.title' },
  {
    rule: 'when: { group: Support }, set: { securityProfiles: [{ cel: user.enterprise.department }] }',
    reads: 'user.enterprise.department',
  },
];
test.each(byAttribute)('a grant by $reads is warned of, since Entra never empties it', ({ rule, reads }) => {
  expect(warnings(rule)).toEqual([expect.stringContaining(`grants security profiles by ${reads}. Entra`)]);
});

const byNothingThatEmpties = [
  `when: user.active, ${GRANT}`,
  `when: '"Support" in groups', ${GRANT}`,
  `when: 'user.title == "A"', set: { routingProfile: Support }`,
];
test.each(byNothingThatEmpties)('{ %s } rests on nothing that is emptied', (rule) => {
  expect(warnings(rule)).toEqual([]);
});

test('a tag that is the name of an attribute, where its value is meant', () => {
  expect(warnings(`when: { group: Leeds }, set: { tags: { site: user.title, from: users } }`)).toEqual([
    'rule "second": tag "site" gets the text "user.title" as it is. For its value write { cel: user.title }.',
  ]);
});
