import { expect, it } from 'vitest';
import { TOKEN, startBridge } from '../bridge.ts';

const ANA = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ana@acme.test' };
const PATCH_NOTHING = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'userName', value: ANA.userName }],
};

type Asked = readonly [
  name: string,
  method: string,
  path: string,
  init?: { headers?: Record<string, string>; body?: string },
];

const requests: readonly Asked[] = [
  ['a user', 'GET', '/Users/ANA'],
  ['a user that the client has', 'GET', '/Users/ANA', { headers: { 'If-None-Match': 'W/"1"' } }],
  ['a part of a user', 'GET', '/Users/ANA?attributes=userName&attributes=groups'],
  ['a user that is not there', 'GET', '/Users/nobody'],
  ['a list', 'GET', '/Users?filter=userName+eq+%22ana@acme.test%22'],
  ['a filter that is none', 'GET', '/Users?filter=userName+is'],
  ['groups', 'GET', '/Groups'],
  ['a group in pieces', 'GET', '/Groups/SALES'],
  ['a write that changes nothing', 'PATCH', '/Users/ANA', { body: JSON.stringify(PATCH_NOTHING) }],
  [
    'a group patch without a change',
    'PATCH',
    '/Groups/SALES',
    {
      body: JSON.stringify({
        ...PATCH_NOTHING,
        Operations: [{ op: 'add', path: 'members', value: [{ value: 'none' }] }],
      }),
    },
  ],
  ['a name that is taken', 'POST', '/Users', { body: JSON.stringify(ANA) }],
  [
    'a write of another version',
    'PATCH',
    '/Users/ANA',
    { headers: { 'If-Match': 'W/"7"' }, body: JSON.stringify(PATCH_NOTHING) },
  ],
  ['no JSON', 'PUT', '/Users/ANA', { body: '{' }],
  ['no body', 'POST', '/Users'],
  ['an empty body', 'POST', '/Users', { body: '' }],
  ['a body of another type', 'POST', '/Users', { headers: { 'Content-Type': 'text/plain' }, body: '{}' }],
  ['a stranger', 'GET', '/Users/ANA', { headers: { Authorization: 'Bearer stranger' } }],
];

for (const [name, method, path, init] of requests) {
  it(`${name} is answered alike directly and by Express`, async () => {
    const { url, call } = await startBridge();
    const { body: ana } = await call('post', '/Users').send(ANA);
    const { body: sales } = await call('post', '/Groups').send({
      displayName: 'Sales',
      members: [{ value: ana.id }, { value: 'none' }],
    });
    const ask = async (address: string) => {
      const headers = {
        Authorization: `Bearer ${TOKEN}`,
        'Content-Type': 'application/scim+json',
        ...init?.headers,
      };
      const reply = await fetch(`${url}/scim/v2${address}`, { ...init, method, headers });
      const { date: _, 'x-request-id': id, ...kept } = Object.fromEntries(reply.headers);
      expect(id).toMatch(/^[\da-f-]{36}$/);
      return { status: reply.status, headers: kept, text: await reply.text() };
    };
    const plain = path.replace('ANA', ana.id).replace('SALES', sales.id);
    const direct = await ask(plain);
    // Express takes a slash at the end for none.
    const byExpress = await ask(plain.replace(/\?|$/, '/$&'));
    expect(byExpress).toEqual(direct);
  });
}
