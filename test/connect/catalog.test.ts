import { expect, test } from 'vitest';
import { createCatalog } from '../../src/connect/catalog.ts';

const catalog = createCatalog({
  identityManagementType: 'SAML',
  securityProfiles: [
    { id: 's1', name: 'Agent' },
    { id: 's2', name: 'Supervisor' },
  ],
  routingProfiles: [],
  hierarchyGroups: [
    { id: 'h1', path: ['EMEA', 'Sales'] },
    { id: 'h2', path: ['APAC', 'Sales'] },
  ],
  agentStatuses: [],
  predefinedAttributes: [{ name: 'Product', values: ['CRM', 'Telephony'] }],
  readAt: 0,
});

test('names lead to ids in exactly their case', () => {
  expect(catalog.id('securityProfiles', 'Agent')).toBe('s1');
  expect(catalog.id('securityProfiles', 'agent')).toBeUndefined();
});

test('hierarchy groups go by their whole path', () => {
  expect(catalog.id('hierarchyGroups', 'APAC / Sales')).toBe('h2');
  expect(catalog.name('hierarchyGroups', 'h1')).toBe('EMEA / Sales');
  expect(catalog.id('hierarchyGroups', 'Sales')).toBeUndefined();
});

test('an id that is gone is its own name', () => {
  expect(catalog.name('securityProfiles', 's9')).toBe('s9');
});

test('the closest name is offered where one is near', () => {
  expect(catalog.closest('securityProfiles', 'Supervisr')).toBe('Supervisor');
  expect(catalog.closest('securityProfiles', 'QualityAnalyst')).toBeUndefined();
  expect(catalog.closest('routingProfiles', 'Sales')).toBeUndefined();
});

test('the same name in another case is the closest, however short', () => {
  expect(catalog.closest('securityProfiles', 'AGENT')).toBe('Agent');
});

const proficiencies = [
  { attribute: 'Product', value: 'CRM', unknown: null },
  { attribute: 'product', value: 'CRM', unknown: { part: 'attribute', closest: 'Product' } },
  { attribute: 'Region', value: 'CRM', unknown: { part: 'attribute', closest: undefined } },
  { attribute: 'Product', value: 'crm', unknown: { part: 'value', closest: 'CRM' } },
  { attribute: 'Product', value: 'Telefony', unknown: { part: 'value', closest: 'Telephony' } },
  { attribute: 'connect:Language', value: 'en-GB', unknown: null },
];

test.each(proficiencies)('of $attribute: $value is unknown: $unknown', ({ attribute, value, unknown }) => {
  expect(catalog.unknownProficiency(attribute, value)).toEqual(unknown);
});

test('without its predefined attributes a catalog calls no proficiency unknown', () => {
  const { predefinedAttributes: _, ...contents } = catalog.contents;
  expect(createCatalog(contents).unknownProficiency('Region', 'North')).toBeNull();
});
