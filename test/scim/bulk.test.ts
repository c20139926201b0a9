import { describe, expect, it } from 'vitest';
import { bulkResponse, parseBulk, resolveBulkIds } from '../../src/scim/bulk.ts';
import { errorBody, ScimError } from '../../src/scim/error.ts';
import type { JsonValue } from '../../src/scim/resource.ts';

const parse = (operations: JsonValue, rest = {}) =>
  parseBulk({ Operations: operations, ...rest }, { maxOperations: 3 });
const post = { method: 'POST', path: '/Users', bulkId: '1', data: {} };

describe('a Bulk request', () => {
  it('has its operations in order', () => {
    const request = parse([post, { method: 'delete', path: '/Users/u-1', version: 'W/"3"' }], {
      failOnErrors: 2,
    });
    expect(request.failOnErrors).toBe(2);
    expect(request.operations).toMatchObject([
      { method: 'POST', path: '/Users', bulkId: '1' },
      { method: 'DELETE', path: '/Users/u-1', version: 'W/"3"', data: undefined },
    ]);
  });

  it.each([
    { operations: 'x', says: 'needs a list' },
    { operations: [7], says: 'Operations[0] is not an object' },
    { operations: [{ ...post, method: 'GET' }], says: 'Operations[0].method' },
    { operations: [{ ...post, path: 'Users' }], says: 'Operations[0].path' },
    { operations: [{ ...post, bulkId: null }], says: 'POST needs a bulkId' },
    { operations: [{ ...post, data: undefined as unknown as null }], says: 'data must be an object' },
    { operations: [post, post], says: 'bulkId "1" is given twice' },
    { operations: [post, post, post, post], says: 'At most 3' },
  ])('refuses $operations', ({ operations, says }) => {
    expect(() => parse(operations as JsonValue)).toThrow(says);
  });

  it.each([0, -1, 1.5, '1'])('refuses failOnErrors %s', (failOnErrors) => {
    expect(() => parse([post], { failOnErrors })).toThrow('failOnErrors');
  });
});

describe('a bulkId', () => {
  const ids = new Map([
    ['1', 'u-1'],
    ['12', 'u-12'],
  ]);
  const operation = (path: string, data: JsonValue) =>
    ({ method: 'PATCH', path, data, bulkId: undefined, version: undefined }) as const;

  it('is resolved in the path and everywhere in the data', () => {
    const data = { members: [{ value: 'bulkId:1' }, { value: 'bulkId:12' }], note: 'about bulkId:1' };
    expect(resolveBulkIds(operation('/Groups/bulkId:12', data), ids)).toMatchObject({
      path: '/Groups/u-12',
      data: { members: [{ value: 'u-1' }, { value: 'u-12' }], note: 'about bulkId:1' },
    });
  });

  it('without an id is refused with 409', () => {
    expect(() => resolveBulkIds(operation('/Users/bulkId:2', {}), ids)).toThrow(
      expect.objectContaining({ status: 409 }) as Error,
    );
  });
});

it('a Bulk response has each status as text', () => {
  const response = errorBody(new ScimError(409, 'uniqueness', 'taken'));
  expect(bulkResponse([{ method: 'POST', bulkId: '1', status: 409, response }])).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: [
      {
        method: 'POST',
        bulkId: '1',
        status: '409',
        response: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: '409',
          scimType: 'uniqueness',
          detail: 'taken',
        },
      },
    ],
  });
});
