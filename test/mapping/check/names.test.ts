import { expect, test } from 'vitest';
import { createCatalog } from '../../../src/connect/catalog.ts';
import { unknownName } from '../../../src/mapping/names.ts';

const catalog = createCatalog({
  identityManagementType: 'SAML',
  securityProfiles: [{ id: '1', name: 'Agent' }],
  routingProfiles: [{ id: '2', name: 'Sales' }],
  hierarchyGroups: [],
  agentStatuses: [],
  readAt: 0,
});

const unknown = [
  ['routingProfiles', 'Salse', 'Closest: "Sales".'],
  ['routingProfiles', 'Complaints', 'List them with: bridge catalog routing-profiles'],
  ['routingProfiles', 'user.title', 'For its value write { cel: user.title }.'],
  ['hierarchyGroups', 'EMEA / London', 'It has none.'],
] as const;

test.each(unknown)('of %s, "%s" is unknown, and what to do is told', (kind, name, what) => {
  expect(unknownName(kind, name, catalog, 'uk')?.closest).toBe(what);
});

test('a name that the instance has is not unknown', () => {
  expect(unknownName('securityProfiles', 'Agent', catalog, 'uk')).toBeNull();
});
