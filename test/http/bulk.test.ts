import { describe, expect, it } from 'vitest';
import { startBridge } from './bridge.ts';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

function bulk(operations: readonly object[], failOnErrors?: number): object {
  return { schemas: [BULK], Operations: operations, ...(failOnErrors !== undefined && { failOnErrors }) };
}

interface Results {
  readonly Operations: readonly {
    readonly status: string;
    readonly location?: string;
    readonly bulkId?: string;
    readonly response?: { readonly detail: string };
  }[];
}

describe('POST /Bulk', () => {
  it('carries out operations that refer to each other, in any order', async () => {
    const { call, url } = await startBridge();
    const reply = await call('post', '/Bulk')
      .send(
        bulk([
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'g',
            data: { displayName: 'Blue', members: [{ value: 'bulkId:u' }] },
          },
          { method: 'POST', path: '/Users', bulkId: 'u', data: { userName: 'ada' } },
          {
            method: 'PATCH',
            path: '/Users/bulkId:u',
            data: { Operations: [{ op: 'add', path: 'title', value: 'x' }] },
          },
        ]),
      )
      .expect(200);
    const { Operations } = reply.body as Results;
    expect(Operations.map(({ status }) => status)).toEqual(['201', '201', '200']);
    const [group, user, patched] = Operations;
    expect(user!.location).toMatch(new RegExp(`^${url}/scim/v2/Users/[0-9a-f-]{36}$`));
    expect(patched).toMatchObject({ method: 'PATCH', location: user!.location, version: 'W/"2"' });
    const stored = await call('get', group!.location!.slice(`${url}/scim/v2`.length)).expect(200);
    expect(stored.body).toMatchObject({ members: [{ value: user!.location!.split('/').at(-1) }] });
  });

  it('tells of each failure and goes on, until failOnErrors', async () => {
    const { call } = await startBridge();
    const operations = [
      { method: 'POST', path: '/Users', bulkId: '1', data: { userName: 'ada' } },
      { method: 'POST', path: '/Users', bulkId: '2', data: { userName: 'ADA' } },
      { method: 'PATCH', path: '/Users/bulkId:2', data: { Operations: [] } },
      { method: 'DELETE', path: '/Users/none' },
      { method: 'POST', path: '/Schemas', bulkId: '3', data: {} },
    ];
    const all = await call('post', '/Bulk').send(bulk(operations)).expect(200);
    expect((all.body as Results).Operations.map(({ status }) => status)).toEqual([
      '201',
      '409',
      '409',
      '404',
      '404',
    ]);
    const some = await call('post', '/Bulk')
      .send(bulk(operations.slice(1), 2))
      .expect(200);
    expect((some.body as Results).Operations.map(({ status }) => status)).toEqual(['409', '409']);
  });

  it('names the resource of an operation that failed, and of one with a slash at the end of its path', async () => {
    const { call, url } = await startBridge();
    const reply = await call('post', '/Bulk').send(
      bulk([
        { method: 'DELETE', path: '/Users/none' },
        { method: 'POST', path: '/Users/', bulkId: '1', data: { userName: 'ada' } },
        { method: 'PUT', path: '/Users/bulkId:1', data: {} },
        { method: 'POST', path: '/Users', bulkId: '2', data: {} },
      ]),
    );
    const [removed, made, replaced, refused] = (reply.body as Results).Operations;
    expect(removed).toMatchObject({ status: '404', location: `${url}/scim/v2/Users/none` });
    expect(made!.location).toMatch(new RegExp(`^${url}/scim/v2/Users/[0-9a-f-]{36}$`));
    expect(replaced).toMatchObject({ status: '400', location: made!.location });
    expect(refused).not.toHaveProperty('location');
  });

  it('tells the version of a group after a PATCH', async () => {
    const { call } = await startBridge();
    const reply = await call('post', '/Bulk').send(
      bulk([
        { method: 'POST', path: '/Groups', bulkId: 'g', data: { displayName: 'Blue' } },
        {
          method: 'PATCH',
          path: '/Groups/bulkId:g',
          data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'u-1' }] }] },
        },
      ]),
    );
    expect((reply.body as Results).Operations[1]).toMatchObject({ status: '204', version: 'W/"2"' });
  });

  it('holds to the version that an operation names', async () => {
    const { call } = await startBridge();
    const { body } = await call('post', '/Users').send({ userName: 'ada' });
    const { id } = body as { id: string };
    const reply = await call('post', '/Bulk').send(
      bulk([{ method: 'DELETE', path: `/Users/${id}`, version: 'W/"4"' }]),
    );
    expect((reply.body as Results).Operations).toMatchObject([{ status: '412' }]);
    await call('get', `/Users/${id}`).expect(200);
  });

  it('refuses more operations than it says it takes', async () => {
    const { call } = await startBridge();
    const operations = Array.from({ length: 101 }, (_, index) => ({
      method: 'DELETE',
      path: `/Users/${index}`,
    }));
    await call('post', '/Bulk').send(bulk(operations)).expect(413);
  });
});
