import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import type { Bridge } from '../bridge.ts';
import { TOKEN, startBridge } from '../bridge.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

async function post({ url }: Bridge, body: Buffer | string, contentType = 'application/scim+json') {
  return request(url)
    .post('/scim/v2/Users')
    .set('Authorization', `Bearer ${TOKEN}`)
    .set('Content-Type', contentType)
    .serialize((raw: unknown) => raw as string)
    .send(body as string);
}

describe('a body', () => {
  const bodies = [
    { name: 'that is no JSON', body: '{"userName":', status: 400 },
    { name: 'that is empty', body: '', status: 400 },
    { name: 'that is a list', body: '[]', status: 400 },
    { name: 'that is null', body: 'null', status: 400 },
    { name: 'with a name twice', body: '{"userName":"a","userName":"b"}', status: 400 },
    { name: 'with a name twice in different case', body: '{"userName":"a","USERNAME":"b"}', status: 400 },
    { name: 'that nests too deep', body: `${'{"name":'.repeat(100)}1${'}'.repeat(100)}`, status: 400 },
    { name: 'that nests far too deep', body: '['.repeat(1_000_000), status: 400 },
    { name: 'that is no UTF-8', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), status: 400 },
    { name: 'with a NUL', body: '{"userName":"a\\u0000b"}', status: 400 },
    { name: 'with half of a surrogate pair', body: '{"userName":"\\ud800"}', status: 400 },
    { name: 'with a number for a text', body: '{"userName":7}', status: 400 },
    { name: 'with an object for a text', body: '{"userName":{"a":1}}', status: 400 },
    { name: 'without a userName', body: '{}', status: 400 },
    { name: 'of more than 1 MiB', body: `{"userName":"${'a'.repeat(1024 * 1024)}"}`, status: 413 },
    { name: 'with a user of more than 64 KiB', body: `{"userName":"${'a'.repeat(65_536)}"}`, status: 413 },
    {
      name: 'of more than 60,000 values',
      body: `{"userName":"a","x":[${'1,'.repeat(60_000)}1]}`,
      status: 413,
    },
    {
      name: 'with more than 200 e-mails',
      body: `{"userName":"a","emails":[${'{},'.repeat(200)}{}]}`,
      status: 400,
    },
  ];
  it.each(bodies)('$name is answered $status', async ({ body, status }) => {
    const bridge = await startBridge();
    const reply = await post(bridge, body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      schemas: [ERROR],
      status: String(status),
      detail: expect.any(String),
    });
    const { body: list } = await bridge.call('get', '/Users');
    expect(list).toMatchObject({ totalResults: 0 });
  });

  const types = [
    { type: 'application/scim+json; charset=utf-8', status: 201 },
    { type: 'application/json', status: 201 },
    { type: 'text/json', status: 201 },
    { type: 'text/plain', status: 415 },
    { type: 'application/x-www-form-urlencoded', status: 415 },
    { type: 'application/json; charset=iso-8859-1', status: 415 },
  ];
  it.each(types)('as $type is answered $status', async ({ type, status }) => {
    const bridge = await startBridge();
    expect((await post(bridge, '{"userName":"ada"}', type)).status).toBe(status);
  });

  it.each(['/Users', '/Users/'])('that is none has no type that could be wrong, at %s', async (path) => {
    const { call } = await startBridge();
    await call('get', path).set('Content-Type', 'text/plain').expect(200);
    await call('delete', `${path.replace(/\/$/, '')}/none`)
      .set('Content-Type', 'text/plain')
      .expect(404);
  });

  it('without a type is taken: OneLogin sends one only if its admin says so', async () => {
    const { url } = await startBridge();
    const reply = await fetch(`${url}/scim/v2/Users`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: Buffer.from('{"userName":"ada"}'),
    });
    expect(reply.status).toBe(201);
  });

  it('that is compressed is refused: it could be a thousand times as long', async () => {
    const { url } = await startBridge();
    const reply = await fetch(`${url}/scim/v2/Users`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Encoding': 'gzip' },
      body: gzipSync('{"userName":"ada"}'),
    });
    expect(reply.status).toBe(415);
  });

  it('with names of prototypes harms nobody', async () => {
    const bridge = await startBridge();
    const body =
      '{"userName":"ada","__proto__":{"active":false},"constructor":{"prototype":{"x":1}},"name":{"__proto__":{"y":1},"givenName":"Ada"}}';
    const reply = await post(bridge, body);
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ userName: 'ada', active: true, name: { givenName: 'Ada' } });
    expect(Object.keys(reply.body as object)).not.toContain('constructor');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    const patched = await bridge
      .call('patch', `/Users/${(reply.body as { id: string }).id}`)
      .set('Content-Type', 'application/json')
      .send(
        '{"Operations":[{"op":"add","value":{"__proto__.polluted":"yes","constructor.prototype.polluted":"yes"}}]}',
      );
    expect(patched.status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a URL', () => {
  it('of more than 8 KiB is answered 414, with a way out', async () => {
    const { call } = await startBridge();
    const reply = await call('get', `/Users?filter=${'a'.repeat(8_192)}`).expect(414);
    expect(reply.body).toMatchObject({ schemas: [ERROR], status: '414' });
    expect((reply.body as { detail: string }).detail).toContain('/.search');
  });

  const odd = [
    { path: '/Users/%', status: 400 },
    { path: '/Users/%ff', status: 400 },
    { path: '/Users/%00', status: 404 },
    { path: '/Users/..%2f..%2fetc%2fpasswd', status: 404 },
    { path: "/Users/'; drop table scim_user; --", status: 404 },
    { path: '/Users?filter=userName eq "%ff"', status: 400 },
    { path: '/Users/?filter=userName eq "%ff"', status: 400 },
    { path: '/Users?filter=userName eq "%EF%BF%BD"', status: 200 },
    { path: `/Users?filter=${'('.repeat(5_000)}`, status: 400 },
    { path: `/Users?filter=userName eq "${'\\a'.repeat(28)}`, status: 400 },
    { path: '/Users?filter=userName eq "a"&filter=userName eq "b"', status: 400 },
    { path: '/Users?startIndex=99999999999999999999', status: 400 },
    { path: '/Users?__proto__=1&attributes=__proto__', status: 200 },
  ];
  it.each(odd)('$path is answered $status', async ({ path, status }) => {
    const { call } = await startBridge();
    const reply = await call('get', encodeSpaces(path));
    expect(reply.status).toBe(status);
    if (status >= 400) expect(reply.body).toMatchObject({ schemas: [ERROR], status: String(status) });
  });

  it('outside of what is served is answered 404 without a token', async () => {
    const { url } = await startBridge();
    for (const path of ['/', '/nobody/scim/v2/Users', '/scim/v1/Users', '/admin/v1/status']) {
      const reply = await request(url).get(path).expect(404);
      expect(reply.body).toMatchObject({ schemas: [ERROR], status: '404' });
    }
  });
});

describe('what fails inside', () => {
  it('is answered 500 without what is inside', async () => {
    const bridge = await startBridge();
    await bridge.runtime.store.close();
    for (const call of [
      bridge.call('get', '/Users'),
      bridge.call('post', '/Users').send({ userName: 'ada' }),
    ]) {
      const reply = await call.expect(500);
      expect(reply.body).toEqual({
        schemas: [ERROR],
        status: '500',
        detail: 'The server failed to handle this request. Its log has the cause.',
      });
    }
  });
});

function encodeSpaces(path: string): string {
  return path.replaceAll(' ', '%20').replaceAll('"', '%22').replaceAll('\\', '%5C');
}
