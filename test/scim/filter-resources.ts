import type { JsonObject } from '../../src/scim/resource.ts';
import {
  AMAZON_CONNECT_SCHEMA,
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  USER_SCHEMA,
} from '../../src/scim/resource.ts';
import { createDirectorySchema } from '../../src/scim/schema.ts';

export const ACME_SCHEMA = 'urn:acme:1.0:User';

/** The schema of all tables here. */
export const testSchema = createDirectorySchema({
  extensions: {
    acme: {
      urn: ACME_SCHEMA,
      attributes: {
        costCenter: 'string',
        startDate: 'date',
        senior: 'boolean',
        score: 'integer',
        rate: 'decimal',
        reviewedAt: 'dateTime',
      },
    },
  },
});

/** Users that the filters below are held against. Each is found by its id in `matches`. */
export const filterUsers: readonly JsonObject[] = [
  {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA, ACME_SCHEMA],
    id: 'ada',
    userName: 'ada@acme.test',
    externalId: '00uADA',
    displayName: 'Ada Byron',
    name: { givenName: 'Ada', familyName: 'Byron', formatted: 'Ada "Enchantress" Byron' },
    title: 'Engineer',
    active: true,
    emails: [
      { value: 'ada@acme.test', type: 'work', primary: true },
      { value: 'ada@home.test', type: 'home' },
    ],
    phoneNumbers: [{ value: '+1 555 0100', type: 'mobile' }],
    roles: [{ value: 'agent', type: 'job', primary: true }],
    [ENTERPRISE_SCHEMA]: { department: 'R&D', employeeNumber: '7', manager: { value: 'dan' } },
    [ACME_SCHEMA]: {
      costCenter: 'CC-1',
      startDate: '2026-01-15',
      senior: true,
      score: 10,
      rate: 1.5,
      reviewedAt: '2026-05-01T12:00:00+02:00',
    },
    groups: [{ value: 'blue', display: 'Blue' }],
    meta: meta('User', '2026-01-01T00:00:00.000Z', '2026-06-01T12:00:00.000Z'),
  },
  {
    schemas: [USER_SCHEMA],
    id: 'bob',
    userName: 'Bob@Acme.test',
    displayName: 'Bob (Contractor)',
    title: 'Sales, North and South',
    active: false,
    meta: meta('User', '2026-02-01T00:00:00.000Z', '2026-06-01T12:00:00.500Z'),
  },
  {
    schemas: [USER_SCHEMA, AMAZON_CONNECT_SCHEMA],
    id: 'cenek',
    userName: 'ČENĚK@acme.test',
    displayName: 'Čeněk Král',
    active: true,
    emails: [{ value: 'cenek@acme.test', type: 'other' }],
    addresses: [{ type: 'work', locality: 'Leeds', country: 'GB' }],
    [AMAZON_CONNECT_SCHEMA]: {
      routingProfile: 'Sales',
      securityProfiles: ['Agent', 'QualityAnalyst'],
      proficiencies: [
        { name: 'Language', value: 'Czech', level: 4 },
        { name: 'Product', value: 'CRM', level: 2 },
      ],
    },
    groups: [
      { value: 'blue', display: 'Blue' },
      { value: 'red', display: 'Red' },
    ],
    meta: meta('User', '2026-03-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z'),
  },
  {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA, ACME_SCHEMA],
    id: 'dan',
    userName: 'dan',
    externalId: '00uada',
    active: true,
    emails: [
      { value: 'DAN@ACME.TEST', type: 'work', primary: true },
      { value: 'dan@example.org', type: 'other' },
    ],
    [ENTERPRISE_SCHEMA]: { department: 'Sales', employeeNumber: '12' },
    [ACME_SCHEMA]: { costCenter: 'cc-1', startDate: '2025-12-01', senior: false, score: -3, rate: 20 },
    groups: [{ value: 'red', display: 'Red' }],
    meta: meta('User', '2026-04-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'),
  },
  {
    schemas: [USER_SCHEMA],
    id: 'eve',
    userName: "eve_o'neil%x",
    displayName: 'Eve "E" \\ 😀',
    nickName: 'and',
    meta: meta('User', '2026-05-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'),
  },
];

export const filterGroups: readonly JsonObject[] = [
  {
    schemas: [GROUP_SCHEMA],
    id: 'blue',
    displayName: 'Blue',
    externalId: 'b-1',
    members: [
      { value: 'ada', display: 'Ada Byron', type: 'User' },
      { value: 'cenek', type: 'User' },
    ],
    meta: meta('Group', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'),
  },
  {
    schemas: [GROUP_SCHEMA],
    id: 'red',
    displayName: 'Red',
    members: [{ value: 'cenek' }, { value: 'dan' }, { value: 'blue', type: 'Group' }],
    meta: meta('Group', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'),
  },
  {
    schemas: [GROUP_SCHEMA],
    id: 'empty',
    displayName: 'Empty "group"',
    meta: meta('Group', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'),
  },
];

function meta(resourceType: string, created: string, lastModified: string): JsonObject {
  return {
    resourceType,
    created,
    lastModified,
    location: `https://scim.test/${resourceType}s`,
    version: 'W/"1"',
  };
}
