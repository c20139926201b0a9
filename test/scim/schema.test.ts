import { describe, expect, it } from 'vitest';
import { errorBody, ScimError } from '../../src/scim/error.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../../src/scim/resource.ts';
import { createDirectorySchema } from '../../src/scim/schema.ts';
import {
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
} from '../../src/scim/schema/discovery.ts';
import { ACME_SCHEMA, testSchema } from './filter-resources.ts';

const baseUrl = 'https://scim.test/scim/v2';

describe('the schemas of a directory', () => {
  it.each([
    { path: 'userName', keys: ['userName'] },
    { path: 'NAME.GIVENNAME', keys: ['name', 'givenName'] },
    { path: `${USER_SCHEMA}:emails.value`, keys: ['emails', 'value'] },
    { path: `${ENTERPRISE_SCHEMA}:manager.value`, keys: [ENTERPRISE_SCHEMA, 'manager', 'value'] },
    { path: 'manager', keys: [ENTERPRISE_SCHEMA, 'manager'] },
    { path: `${ACME_SCHEMA.toUpperCase()}:COSTCENTER`, keys: [ACME_SCHEMA, 'costCenter'] },
    { path: 'meta.created', keys: ['meta', 'created'] },
    { path: 'department', keys: undefined },
    { path: '__proto__', keys: undefined },
    { path: 'constructor', keys: undefined },
  ])('find $path', ({ path, keys }) => {
    expect(testSchema.user.paths.get(path.toLowerCase())?.keys).toEqual(keys);
  });

  it('are its own: another directory has other extensions', () => {
    const other = createDirectorySchema({
      extensions: { x: { urn: 'urn:x:User', attributes: { y: 'string' } } },
    });
    expect([...other.user.extensions.keys()]).not.toContain(ACME_SCHEMA.toLowerCase());
    expect(other.user.paths.has('urn:x:user:y')).toBe(true);
    expect(testSchema.user.paths.has('urn:x:user:y')).toBe(false);
  });

  it.each([
    { path: 'userName', caseExact: false },
    { path: 'externalId', caseExact: true },
    { path: 'id', caseExact: true },
    { path: 'profileUrl', caseExact: true },
    { path: 'groups.value', caseExact: true },
    { path: 'emails.value', caseExact: false },
  ])('say that $path has caseExact $caseExact', ({ path, caseExact }) => {
    const found = testSchema.user.paths.get(path.toLowerCase());
    expect((found?.subAttribute ?? found?.attribute)?.caseExact).toBe(caseExact);
  });
});

describe('discovery', () => {
  it('lists every schema with its location', () => {
    const documents = schemaDocuments(testSchema, baseUrl);
    expect(documents.map(({ id }) => id)).toEqual([
      USER_SCHEMA,
      ENTERPRISE_SCHEMA,
      'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User',
      ACME_SCHEMA,
      'urn:ietf:params:scim:schemas:core:2.0:Group',
    ]);
    expect(documents[0]).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
      meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${USER_SCHEMA}` },
    });
  });

  it('describes attributes as RFC 7643 has them', () => {
    const [user] = schemaDocuments(testSchema, baseUrl);
    const attributes = user?.['attributes'] as readonly { name: string }[];
    expect(attributes.find(({ name }) => name === 'userName')).toMatchObject({
      type: 'string',
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect(attributes.find(({ name }) => name === 'password')).toMatchObject({
      mutability: 'writeOnly',
      returned: 'never',
    });
    expect(attributes.map(({ name }) => name)).not.toContain('id');
  });

  it('describes a declared extension', () => {
    const acme = schemaDocuments(testSchema, baseUrl).find(({ id }) => id === ACME_SCHEMA);
    expect(acme).toMatchObject({
      name: 'acme',
      attributes: [
        { name: 'costCenter', type: 'string' },
        { name: 'startDate', type: 'string' },
        { type: 'boolean' },
        { type: 'integer' },
        { type: 'decimal' },
        { type: 'dateTime' },
      ],
    });
  });

  it('lists the resource types with their extensions', () => {
    expect(resourceTypeDocuments(testSchema, baseUrl)).toMatchObject([
      {
        id: 'User',
        endpoint: '/Users',
        schema: USER_SCHEMA,
        schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }, {}, { schema: ACME_SCHEMA }],
      },
      {
        id: 'Group',
        endpoint: '/Groups',
        schemaExtensions: [],
        meta: { location: `${baseUrl}/ResourceTypes/Group` },
      },
    ]);
  });

  it('tells what is supported and the limits', () => {
    const options = {
      baseUrl,
      documentationUri: 'https://docs.test',
      sort: true,
      etag: true,
      cursor: true,
      maxResults: 1_000,
      defaultPageSize: 100,
    };
    const bulk = { maxOperations: 10, maxPayloadSizeBytes: 1_000 };
    expect(serviceProviderConfig({ ...options, bulk })).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 10, maxPayloadSize: 1_000 },
      filter: { supported: true, maxResults: 1_000 },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index' },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
      meta: { location: `${baseUrl}/ServiceProviderConfig` },
    });
    expect(serviceProviderConfig({ ...options, bulk: undefined })).toMatchObject({
      bulk: { supported: false },
    });
  });
});

it('an error has its status as text, and a scimType only where there is one', () => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error'];
  expect(errorBody(new ScimError(404, undefined, 'gone'))).toEqual({
    schemas,
    status: '404',
    detail: 'gone',
  });
  expect(errorBody(new ScimError(409, 'uniqueness', 'taken'))).toMatchObject({
    status: '409',
    scimType: 'uniqueness',
  });
});
