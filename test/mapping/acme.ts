import { type Catalog, createCatalog } from '../../src/connect/catalog.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { type Ceiling, NO_LIMITS } from '../../src/mapping/grants.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';

/** An instance with the names that the tests use; ids are the names with a prefix. */
export const catalog: Catalog = createCatalog({
  identityManagementType: 'SAML',
  securityProfiles: ['Admin', 'Agent', 'CallCenterManager', 'QualityAnalyst'].map((name) => ({
    id: `sp-${name}`,
    name,
  })),
  routingProfiles: ['Sales', 'Support', 'Supervisors'].map((name) => ({ id: `rp-${name}`, name })),
  hierarchyGroups: [
    { id: 'hg-sales', path: ['EMEA', 'London', 'Sales'] },
    { id: 'hg-leeds', path: ['EMEA', 'Leeds'] },
  ],
  agentStatuses: [],
  predefinedAttributes: [
    { name: 'Language', values: ['French'] },
    { name: 'Product', values: ['Billing', 'CRM'] },
  ],
  readAt: 0,
});

export const noCeiling: Ceiling = { limits: NO_LIMITS, permissions: new Map() };

/** A mapping of these rules, in YAML, with the usual username and identity. */
export function mappingOf(rules: string, { invalid = 'reject' } = {}): Mapping {
  return loadMapping(
    `version: 1
username: { value: user.userName, invalid: ${invalid} }
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
  email: primary(user.emails)
  secondaryEmail: primary(user.emails)
  mobile: e164(phone(user, "mobile"), "GB")
rules:
${rules}`,
    'mapping.yaml',
  );
}

export const ana = {
  userName: 'ana@acme.test',
  name: { givenName: 'Ana', familyName: 'Lima' },
  emails: [{ value: 'ana@acme.test', type: 'work', primary: true }],
  phoneNumbers: [
    { value: '07700 900123', type: 'mobile' },
    { value: '+44 20 7946 0958', type: 'work' },
  ],
} as const;

/** Groups of these names. */
export function groupsOf(...names: readonly string[]) {
  return names.map((displayName) => ({
    id: `id-${displayName}`,
    displayName,
    externalId: `ext-${displayName}`,
  }));
}
