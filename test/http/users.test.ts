import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { listAudit } from '../../src/store/audit.ts';
import { workOfUser } from '../../src/store/work-items.ts';
import type { Bridge } from './bridge.ts';
import { OTHER_TOKEN, startBridge } from './bridge.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ada = {
  schemas: [USER],
  userName: 'ada@acme.test',
  name: { givenName: 'Ada', familyName: 'Byron' },
  emails: [{ value: 'ada@acme.test', type: 'work', primary: true }],
  externalId: '00u1',
};

async function create(bridge: Bridge, body: object = ada): Promise<string> {
  const reply = await bridge.call('post', '/Users').send(body).expect(201);
  return (reply.body as { id: string }).id;
}

function patch(...operations: readonly object[]): object {
  return { schemas: [PATCH], Operations: operations };
}

describe('POST /Users', () => {
  it('answers 201 with the resource, its address and its version', async () => {
    const { call, url } = await startBridge();
    const reply = await call('post', '/Users')
      .send({ ...ada, password: 'secret', groups: [], id: null })
      .expect(201);
    const { id } = reply.body as { id: string };
    expect(reply.body).toEqual({
      ...ada,
      active: true,
      id,
      meta: {
        resourceType: 'User',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-01T00:00:00.000Z',
        location: `${url}/scim/v2/Users/${id}`,
        version: 'W/"1"',
      },
    });
    expect(reply.headers['location']).toBe(`${url}/scim/v2/Users/${id}`);
    expect(reply.headers['etag']).toBe('W/"1"');
    expect(reply.headers['content-type']).toBe('application/scim+json; charset=utf-8');
  });

  it('refuses a userName that another user has, in any case, and names that user', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge
      .call('post', '/Users')
      .send({ ...ada, userName: 'ADA@acme.test' })
      .expect(409);
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((reply.body as { detail: string }).detail).toContain(id);
  });

  it('gives the addresses of the directory alias that was called', async () => {
    const bridge = await startBridge();
    const reply = await request(bridge.url)
      .post('/acme/scim/v2/Users')
      .set('Authorization', OTHER_TOKEN)
      .send(ada)
      .expect(201);
    const { id } = reply.body as { id: string };
    expect(reply.headers['location']).toBe(`${bridge.url}/acme/scim/v2/Users/${id}`);
  });

  it('queues the user for every instance, and records who did it', async () => {
    const bridge = await startBridge();
    const userId = await create(bridge);
    const now = bridge.clock.now();
    expect(await workOfUser(bridge.runtime.store.read, userId)).toMatchObject([
      { instance: 'uk', lane: 'move', dueAt: now + 30_000, receivedAt: now, generation: 1 },
    ]);
    const { items } = await listAudit(bridge.runtime.store.read, { limit: 10 });
    expect(items).toMatchObject([{ actor: 'client:okta', action: 'user.create', userId, detail: {} }]);
    expect(JSON.stringify(items)).not.toContain('ada');
  });
});

describe('a user that exists', () => {
  it('is read with its ETag, and not sent again to who has that version', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge.call('get', `/Users/${id}`).expect(200);
    expect(reply.body).toMatchObject({ ...ada, id });
    const again = await bridge
      .call('get', `/Users/${id}`)
      .set('If-None-Match', reply.headers['etag']!)
      .expect(304);
    expect(again.text).toBe('');
    await bridge.call('get', `/Users/${id}`).set('If-None-Match', 'W/"7"').expect(200);
  });

  it('answers HEAD like GET, without a body', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge.call('head', `/Users/${id}`).expect(200);
    expect(reply.headers['etag']).toBe('W/"1"');
  });

  it('shows the groups that name it, which are computed and move no version', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const group = await bridge
      .call('post', '/Groups')
      .send({ displayName: 'Blue', members: [{ value: id }] });
    const groupId = (group.body as { id: string }).id;
    const reply = await bridge.call('get', `/Users/${id}`).expect(200);
    expect(reply.body).toMatchObject({
      groups: [
        { value: groupId, display: 'Blue', type: 'direct', $ref: `${bridge.url}/scim/v2/Groups/${groupId}` },
      ],
      meta: { version: 'W/"1"' },
    });
  });

  const projections = [
    { query: '?attributes=userName', keys: ['id', 'schemas', 'userName'] },
    { query: '?attributes=emails.value,displayName', keys: ['emails', 'id', 'schemas'] },
    {
      query: '?excludedAttributes=emails,name,meta',
      keys: ['active', 'externalId', 'id', 'schemas', 'userName'],
    },
  ];
  it.each(projections)('is reduced by $query', async ({ query, keys }) => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge.call('get', `/Users/${id}${query}`).expect(200);
    expect(Object.keys(reply.body as object).sort()).toEqual(keys);
  });

  it('refuses a change by who read another version', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const body = patch({ op: 'replace', path: 'title', value: 'Agent' });
    await bridge.call('patch', `/Users/${id}`).set('If-Match', 'W/"9"').send(body).expect(412);
    await bridge.call('delete', `/Users/${id}`).set('If-Match', 'W/"9"').expect(412);
    const reply = await bridge.call('patch', `/Users/${id}`).set('If-Match', 'W/"1"').send(body).expect(200);
    expect(reply.body).toMatchObject({ title: 'Agent', meta: { version: 'W/"2"' } });
  });
});

describe('PATCH /Users/{id}', () => {
  it('answers 200 with the whole resource and its new version', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    bridge.clock.advance(60_000);
    const reply = await bridge
      .call('patch', `/Users/${id}`)
      .send(patch({ op: 'Replace', path: 'name.familyName', value: 'King' }))
      .expect(200);
    expect(reply.body).toMatchObject({
      name: { givenName: 'Ada', familyName: 'King' },
      meta: {
        version: 'W/"2"',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-01T00:01:00.000Z',
      },
    });
    expect(reply.headers['etag']).toBe('W/"2"');
  });

  it('stores everything although only some attributes are asked for', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge
      .call('patch', `/Users/${id}?attributes=userName`)
      .send(patch({ op: 'add', path: 'title', value: 'Agent' }))
      .expect(200);
    expect(Object.keys(reply.body as object).sort()).toEqual(['id', 'schemas', 'userName']);
    const whole = await bridge.call('get', `/Users/${id}`);
    expect(whole.body).toMatchObject({ ...ada, title: 'Agent' });
  });

  it('moves no version and queues nobody when nothing changes', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    bridge.clock.advance(60_000);
    const reply = await bridge
      .call('patch', `/Users/${id}`)
      .send(patch({ op: 'Replace', path: 'active', value: 'True' }, { op: 'add', value: { title: '' } }))
      .expect(200);
    expect(reply.body).toMatchObject({
      meta: { version: 'W/"1"', lastModified: '2026-01-01T00:00:00.000Z' },
    });
    expect(await workOfUser(bridge.runtime.store.read, id)).toMatchObject([{ generation: 1 }]);
    const { items } = await listAudit(bridge.runtime.store.read, { limit: 10 });
    expect(items.map(({ action }) => action)).toEqual(['user.create']);
  });

  const deactivations = [
    { name: 'Entra', operation: { op: 'Replace', path: 'active', value: 'False' } },
    { name: 'Okta', operation: { op: 'replace', value: { active: false } } },
  ];
  it.each(deactivations)(
    'lets a leaver go at once ($name), and keeps him readable',
    async ({ operation }) => {
      const bridge = await startBridge();
      const id = await create(bridge);
      bridge.clock.advance(1_000);
      const reply = await bridge.call('patch', `/Users/${id}`).send(patch(operation)).expect(200);
      expect(reply.body).toMatchObject({ active: false });
      expect(await workOfUser(bridge.runtime.store.read, id)).toMatchObject([
        { lane: 'leaver', dueAt: bridge.clock.now() },
      ]);
      await bridge.call('get', `/Users/${id}`).expect(200);
    },
  );

  it('leaves all as it was when one of its operations fails', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge
      .call('patch', `/Users/${id}`)
      .send(patch({ op: 'replace', path: 'title', value: 'Agent' }, { op: 'remove', path: 'userName' }))
      .expect(400);
    expect(reply.body).toMatchObject({ scimType: 'mutability' });
    const unchanged = await bridge.call('get', `/Users/${id}`);
    expect(unchanged.body).not.toHaveProperty('title');
  });
});

describe('PUT /Users/{id}', () => {
  it('clears what it leaves out, except active', async () => {
    const bridge = await startBridge();
    const id = await create(bridge, { ...ada, active: false, title: 'Agent' });
    const reply = await bridge
      .call('put', `/Users/${id}`)
      .send({ schemas: [USER], userName: 'ada@acme.test' })
      .expect(200);
    expect(reply.body).toMatchObject({ userName: 'ada@acme.test', active: false });
    for (const cleared of ['title', 'name', 'emails', 'externalId'])
      expect(reply.body).not.toHaveProperty(cleared);
  });

  it('takes back what a GET gave and finds no change in it', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const { body } = await bridge.call('get', `/Users/${id}`);
    const reply = await bridge
      .call('put', `/Users/${id}`)
      .send(body as object)
      .expect(200);
    expect(reply.body).toEqual(body);
  });

  it('never creates', async () => {
    const { call } = await startBridge();
    await call('put', '/Users/none').send(ada).expect(404);
  });
});

describe('DELETE /Users/{id}', () => {
  it('answers 204, then 404, and the userName is free again', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const reply = await bridge.call('delete', `/Users/${id}`).expect(204);
    expect(reply.text).toBe('');
    await bridge.call('delete', `/Users/${id}`).expect(404);
    await bridge.call('get', `/Users/${id}`).expect(404);
    await bridge.call('patch', `/Users/${id}`).send(patch()).expect(404);
    expect(await workOfUser(bridge.runtime.store.read, id)).toMatchObject([{ lane: 'leaver' }]);
    expect(await create(bridge)).not.toBe(id);
  });
});

describe('a directory', () => {
  it('does not see the users of another', async () => {
    const bridge = await startBridge();
    const id = await create(bridge);
    const { default: request } = await import('supertest');
    await request(bridge.url)
      .get(`/acme/scim/v2/Users/${id}`)
      .set('Authorization', 'token-of-entra')
      .expect(404);
  });
});
