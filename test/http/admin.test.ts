import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/database.ts';
import { proposeMapping } from '../../src/store/mapping-versions.ts';
import { upsertLink } from '../../src/store/links.ts';
import { countUsers } from '../../src/store/users.ts';
import type { Bridge } from './bridge.ts';
import { startBridge } from './bridge.ts';

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

function admin({ runtime }: Bridge, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: runtime.config.adminSocket, path: `/admin/v1${path}`, method };
    const sent = request(options, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
      reply.on('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          type: reply.headers['content-type'] ?? '',
          body: JSON.parse(text) as Reply['body'],
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A user who is parked in the instance. */
async function parkedUser(bridge: Bridge): Promise<string> {
  const { body } = await bridge.call('post', '/Users').send({ userName: 'ada' }).expect(201);
  const userId = (body as { id: string }).id;
  await bridge.runtime.store.write((tx) =>
    upsertLink(tx, {
      userId,
      instance: 'uk',
      directory: 'main',
      userName: 'ada',
      linked: null,
      creating: null,
      sync: 'parked',
      reason: { code: 'usernameInvalid', detail: 'Too short.', remedy: 'Lengthen it.' },
      scimDeletedAt: null,
      syncedAt: null,
    }),
  );
  return userId;
}

describe('the admin socket', () => {
  it('belongs to the account that runs the bridge alone', async () => {
    const { runtime } = await startBridge();
    expect((await stat(runtime.config.adminSocket)).mode & 0o777).toBe(0o600);
  });

  it('answers what is held, what is parked and how the bridge is', async () => {
    const bridge = await startBridge();
    const userId = await parkedUser(bridge);
    expect(await admin(bridge, 'GET', '/status')).toMatchObject({
      status: 200,
      body: { bridgeId: 'test', directories: [{ directory: 'main', users: 1 }, { directory: 'acme' }] },
    });
    expect((await admin(bridge, 'GET', '/held')).body).toEqual({ items: [], nextCursor: null });
    expect((await admin(bridge, 'GET', '/parked')).body).toMatchObject({
      items: [{ userId, instance: 'uk', sync: 'parked', reason: { code: 'usernameInvalid' } }],
      nextCursor: null,
    });
  });

  it('cuts lists in pages and filters them', async () => {
    const bridge = await startBridge();
    await parkedUser(bridge);
    const audit = (await admin(bridge, 'GET', '/audit?limit=1&action=user.create')).body;
    expect(audit).toMatchObject({
      items: [{ action: 'user.create', actor: 'client:okta' }],
      nextCursor: null,
    });
    expect((await admin(bridge, 'GET', '/users?sync=synced')).body).toMatchObject({ items: [] });
    expect((await admin(bridge, 'GET', '/users?sync=parked&limit=1')).body).toMatchObject({ items: [{}] });
  });

  it('has a user found by userName, tried again, and audited under the operator', async () => {
    const bridge = await startBridge();
    const userId = await parkedUser(bridge);
    expect(await admin(bridge, 'POST', '/users/ADA/retry')).toMatchObject({ status: 200, body: { userId } });
    const { items } = (await admin(bridge, 'GET', `/audit?userId=${userId}&limit=1`)).body;
    expect(items).toMatchObject([
      { action: 'user.retry', actor: expect.stringMatching(/^operator:uid \d+$/) },
    ]);
  });

  const searches = [
    { query: '?q=AD', found: 1 },
    { query: '?q=a%25a', found: 0 },
    { query: '?directory=main&instance=uk', found: 1 },
    { query: '?directory=acme', found: 0 },
    { query: '?instance=us', found: 0 },
  ];
  it.each(searches)('finds $found users by $query', async ({ query, found }) => {
    const bridge = await startBridge();
    await parkedUser(bridge);
    const { body } = await admin(bridge, 'GET', `/users${query}`);
    expect(body['items']).toHaveLength(found);
  });

  it('lists groups with their size and the names by which the mapping knows them', async () => {
    const bridge = await startBridge();
    await bridge
      .call('post', '/Groups')
      .send({ displayName: 'Blue', externalId: 'x', members: [{ value: 'u-1' }, { value: 'u-2' }] })
      .expect(201);
    await bridge.call('post', '/Groups').send({ displayName: 'Red' }).expect(201);
    const first = await admin(bridge, 'GET', '/groups?limit=1');
    expect(first.body).toEqual({
      items: [
        {
          groupId: expect.any(String),
          directory: 'main',
          displayName: 'Blue',
          externalId: 'x',
          members: 2,
          pinnedAs: [],
          modifiedAt: '2026-01-01T00:00:00.000Z',
        },
      ],
      nextCursor: 2,
    });
    const second = await admin(bridge, 'GET', '/groups?limit=1&cursor=2');
    expect(second.body).toMatchObject({ items: [{ displayName: 'Red' }], nextCursor: null });
    const found = await admin(bridge, 'GET', '/groups?q=RE');
    expect(found.body).toMatchObject({ items: [{ displayName: 'Red' }] });
  });

  it('lists the versions of the mapping', async () => {
    const bridge = await startBridge();
    await bridge.runtime.store.write((tx) =>
      proposeMapping(tx, { directory: 'main', hash: 'h', text: 'version: 1', author: null, at: 0 }),
    );
    expect((await admin(bridge, 'GET', '/mapping/versions')).body).toMatchObject({
      items: [{ seq: 1, state: 'proposed' }],
      nextCursor: null,
    });
  });

  it('checks files that are not in force', async () => {
    const bridge = await startBridge();
    const { status, body } = await admin(bridge, 'POST', '/validate', { mapping: { text: 'rules: 7' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: false, errors: [expect.stringContaining('mapping.yaml:1')] });
  });

  const problems = [
    { method: 'GET', path: '/users/nobody/explain', status: 404, code: 'noSuchUser' },
    { method: 'POST', path: '/held/none/approve', status: 404, code: 'noSuchBatch' },
    { method: 'POST', path: '/mapping/versions/9/activate', status: 404, code: 'noSuchMapping' },
    { method: 'POST', path: '/mapping/versions/x/activate', status: 400, code: 'badRequest' },
    { method: 'GET', path: '/users?sync=maybe', status: 400, code: 'badRequest' },
    { method: 'GET', path: '/users?limit=0', status: 400, code: 'badRequest' },
    { method: 'GET', path: '/users?colour=red', status: 400, code: 'badRequest' },
    { method: 'POST', path: '/plan', body: { mapping: 'x' }, status: 400, code: 'badRequest' },
    { method: 'POST', path: '/plan', body: { mappingText: 'rules: 7' }, status: 422, code: 'mappingInvalid' },
    { method: 'GET', path: '/nothing', status: 404, code: 'noSuchRoute' },
    { method: 'POST', path: '/status', status: 404, code: 'noSuchRoute' },
  ] as const;
  it.each(problems)(
    'answers $status $code to $method $path',
    async ({ method, path, status, code, ...rest }) => {
      const bridge = await startBridge();
      const reply = await admin(bridge, method, path, 'body' in rest ? rest.body : undefined);
      expect(reply).toMatchObject({
        status,
        type: 'application/problem+json; charset=utf-8',
        body: { code, detail: expect.any(String), remedy: expect.any(String) },
      });
    },
  );

  it('does not say what failed inside', async () => {
    const bridge = await startBridge();
    await bridge.runtime.store.close();
    expect(await admin(bridge, 'GET', '/status')).toMatchObject({ status: 500, body: { code: 'internal' } });
  });
});

describe('a backup over the admin socket', () => {
  it('is a whole store in a new file', async () => {
    const bridge = await startBridge();
    await bridge.call('post', '/Users').send({ userName: 'ada' }).expect(201);
    const file = `${bridge.runtime.config.adminSocket}.copy.db`;
    const { status, body } = await admin(bridge, 'POST', '/backup', { file });
    expect([status, body]).toEqual([200, { file, bytes: (await stat(file)).size }]);
    const clock = { now: () => 0 };
    const copy = await openStore({ url: `sqlite:${file}`, clock, pid: 1, poolSize: 1 });
    expect(await countUsers(copy.read, 'main')).toBe(1);
    await copy.close();
  });

  it.each([
    { file: 'relative.db', status: 400, code: 'badRequest' },
    { file: '/', status: 409, code: 'fileExists' },
    { file: '/nonexistent/copy.db', status: 400, code: 'cannotWrite' },
  ])('to $file is refused with what to do instead', async ({ file, status, code }) => {
    const reply = await admin(await startBridge(), 'POST', '/backup', { file });
    expect(reply).toMatchObject({ status, body: { code, remedy: expect.stringMatching(/^(Name|Give) /) } });
  });
});
