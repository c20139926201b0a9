import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { OTHER_TOKEN, TOKEN, startBridge } from './bridge.ts';

const PATH = '/scim/v2/ServiceProviderConfig';

describe('a token', () => {
  const accepted = [
    { name: 'as Bearer', path: PATH, authorization: `Bearer ${TOKEN}` },
    { name: 'as bearer in lower case', path: PATH, authorization: `bearer ${TOKEN}` },
    { name: 'alone, as Okta can send it', path: PATH, authorization: TOKEN },
    {
      name: 'under the alias of its directory',
      path: '/main/scim/v2/Schemas',
      authorization: `Bearer ${TOKEN}`,
    },
    {
      name: 'of another directory there',
      path: '/acme/scim/v2/Schemas',
      authorization: `Bearer ${OTHER_TOKEN}`,
    },
  ];
  it.each(accepted)('is accepted $name', async ({ path, authorization }) => {
    const { url } = await startBridge();
    await request(url).get(path).set('Authorization', authorization).expect(200);
  });

  const refused = [
    { name: 'none at all', path: PATH, authorization: '' },
    { name: 'the word Bearer alone', path: PATH, authorization: 'Bearer ' },
    { name: 'an unknown one', path: PATH, authorization: 'Bearer guessed' },
    { name: 'a beginning of the right one', path: PATH, authorization: `Bearer ${TOKEN.slice(0, -1)}` },
    { name: 'one of another directory', path: PATH, authorization: `Bearer ${OTHER_TOKEN}` },
    {
      name: 'another scheme',
      path: PATH,
      authorization: `Basic ${Buffer.from(`a:${TOKEN}`).toString('base64')}`,
    },
    { name: 'none, at a path that does not exist', path: '/scim/v2/nothing', authorization: '' },
  ];
  it.each(refused)('is refused: $name', async ({ path, authorization }) => {
    const { url } = await startBridge();
    const reply = await request(url).get(path).set('Authorization', authorization);
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Bearer realm="SCIM"');
    expect(reply.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(reply.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '401',
    });
    expect(reply.text).not.toContain(TOKEN.slice(0, -1));
  });

  it('is not asked for before the body is refused for its size', async () => {
    const { url } = await startBridge();
    await request(url).post('/scim/v2/Users').send('x'.repeat(100)).expect(401);
  });
});

describe('a credential', () => {
  it('may send 100 requests at once, and is told in whole seconds when the next is taken', async () => {
    const { call, clock } = await startBridge();
    for (let sent = 0; sent < 100; sent += 1) await call('get', '/ServiceProviderConfig').expect(200);

    const reply = await call('get', '/ServiceProviderConfig').expect(429);
    expect(reply.headers['retry-after']).toBe('1');
    expect(reply.body).toMatchObject({ status: '429' });

    clock.advance(1_000);
    await call('get', '/ServiceProviderConfig').expect(200);
  });

  it('does not spend what another may send', async () => {
    const { call, url } = await startBridge();
    for (let sent = 0; sent < 101; sent += 1) await call('get', '/ServiceProviderConfig');
    await request(url).get('/acme/scim/v2/Schemas').set('Authorization', OTHER_TOKEN).expect(200);
  });
});
