import { describe, expect, it } from 'vitest';
import { startBridge } from './bridge.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

describe('discovery', () => {
  const lists = [
    { path: '/Schemas', id: USER, total: 4 },
    { path: '/ResourceTypes', id: 'User', total: 2 },
  ];
  it.each(lists)('lists $path and gives each by its id', async ({ path, id, total }) => {
    const { call, url } = await startBridge();
    const reply = await call('get', `${path}?startIndex=9&count=0`).expect(200);
    expect(reply.body).toMatchObject({
      schemas: [LIST],
      totalResults: total,
      itemsPerPage: total,
      startIndex: 1,
    });
    const one = await call('get', `${path}/${id}`).expect(200);
    expect(one.body).toMatchObject({ id, meta: { location: `${url}/scim/v2${path}/${id}` } });
    await call('get', `${path}/${id}x`).expect(404);
  });

  it('says in ServiceProviderConfig what is built', async () => {
    const { call } = await startBridge();
    const reply = await call('get', '/ServiceProviderConfig').expect(200);
    expect(reply.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 100, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 1_000 },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
      pagination: { index: true, cursor: true },
    });
  });

  it.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig'])(
    'answers 403 to a filter at %s',
    async (path) => {
      const { call } = await startBridge();
      const reply = await call('get', `${path}?filter=name%20eq%20%22User%22`).expect(403);
      expect(reply.body).toMatchObject({ status: '403' });
    },
  );
});

describe('what is not there', () => {
  const refusals = [
    { method: 'get', path: '/Me', status: 501 },
    { method: 'patch', path: '/Me', status: 501 },
    { method: 'get', path: '/Nothing', status: 404 },
    { method: 'get', path: '/Users/1/2', status: 404 },
    { method: 'put', path: '/Users', status: 405, allow: 'GET, POST' },
    { method: 'post', path: '/Users/1', status: 405, allow: 'GET, PUT, PATCH, DELETE' },
    { method: 'delete', path: '/Schemas', status: 405, allow: 'GET' },
    { method: 'get', path: '/Users/.search', status: 405, allow: 'POST' },
    { method: 'get', path: '/Bulk', status: 405, allow: 'POST' },
  ] as const;
  it.each(refusals)('is answered $status: $method $path', async ({ method, path, status, ...rest }) => {
    const { call } = await startBridge();
    const reply = await call(method, path).expect(status);
    expect(reply.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
    });
    expect(reply.headers['allow']).toBe('allow' in rest ? rest.allow : undefined);
  });
});
