import { expect, test } from 'vitest';
import { createCatalog } from '../../../src/connect/catalog.ts';
import { unknownYields } from '../../../src/mapping/check/unknown-yields.ts';
import { catalog, mappingOf } from '../acme.ts';

/** Has the routing profile Abroad, and no other. */
const other = createCatalog({ ...catalog.contents, routingProfiles: [{ id: 'rp-abroad', name: 'Abroad' }] });

function warnings(expression: string, field = 'routingProfile: V'): readonly string[] {
  const set = field.replace('V', `{ cel: '${expression}' }`);
  const rules = `
  - { name: a, when: { group: A }, set: { ${set} } }
tables: { t: { "1": Sales, "2": Abroad, "3": Slaes, "4": "" } }`;
  const catalogs = new Map([
    ['uk', catalog],
    ['us', other],
  ]);
  return unknownYields(mappingOf(rules), catalogs).map(({ message }) => message);
}

const SLAES =
  'rule "a": it can yield "Slaes" (table "t" under "3"): no routing profile named "Slaes" in instance "uk". Closest: "Sales".';
const SUPORT =
  'rule "a": it can yield "Suport": no routing profile named "Suport" in instance "uk". Closest: "Support".';

test.each([
  {
    name: 'a table with a name that no instance has',
    expression: 'lookup("t", user.title)',
    expected: [SLAES],
  },
  {
    name: 'what stands in for what the table lacks',
    expression: 'lookup("t", user.title).default("Suport")',
    expected: [SLAES, SUPORT],
  },
  {
    name: 'either branch of a choice, and not what is asked',
    expression: 'user.title == "Boss" ? "Suport" : default(lookup("t", "1"), "Abroad")',
    expected: [SUPORT, SLAES],
  },
])('warns of $name', ({ expression, expected }) => {
  expect(warnings(expression)).toEqual(expected);
});

test('warns of a security profile', () => {
  expect(warnings('user.active ? "Agentt" : ""', 'securityProfiles: [V]')).toEqual([
    'rule "a": it can yield "Agentt": no security profile named "Agentt" in instance "uk". Closest: "Agent".',
  ]);
});

test.each(['user.title', 'lookup("t", user.title) + " Team"', 'replace("Slaes", "ae", "al")'])(
  'does not judge what only a user decides: %s',
  (expression) => {
    expect(warnings(expression)).toEqual([]);
  },
);
