import { describe, expect, it } from 'vitest';
import type { Bridge } from './bridge.ts';
import { startBridge } from './bridge.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

interface List {
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly Resources: readonly { readonly userName?: string; readonly displayName?: string }[];
}

/** Ada, Bo and Cy, and the groups Blue, with Ada in it, and Red. */
async function startPopulated(): Promise<Bridge> {
  const bridge = await startBridge();
  const ids: string[] = [];
  for (const userName of ['ada@acme.test', 'bo@acme.test', 'cy@acme.test']) {
    const body = { userName, externalId: `ext-${userName}`, active: userName !== 'cy@acme.test' };
    const reply = await bridge.call('post', '/Users').send(body).expect(201);
    ids.push((reply.body as { id: string }).id);
  }
  await bridge
    .call('post', '/Groups')
    .send({ displayName: 'Blue', members: [{ value: ids[0] }] })
    .expect(201);
  await bridge.call('post', '/Groups').send({ displayName: 'Red' }).expect(201);
  return bridge;
}

async function list({ call }: Bridge, path: string, query: Readonly<Record<string, string>>): Promise<List> {
  const reply = await call('get', path).query(query).expect(200);
  return reply.body as List;
}

function names({ Resources }: List): readonly (string | undefined)[] {
  return Resources.map(({ userName, displayName }) => userName ?? displayName);
}

describe('a list of users', () => {
  it('is a ListResponse with numbers as numbers', async () => {
    const bridge = await startPopulated();
    const reply = await list(bridge, '/Users', { startIndex: '2', count: '1' });
    expect(reply).toMatchObject({ schemas: [LIST], totalResults: 3, itemsPerPage: 1, startIndex: 2 });
    expect(names(reply)).toEqual(['bo@acme.test']);
  });

  const pages = [
    { query: { count: '2' }, found: ['ada@acme.test', 'bo@acme.test'] },
    { query: { count: '0' }, found: [] },
    { query: { count: '-1' }, found: [] },
    { query: { startIndex: '0', count: '1' }, found: ['ada@acme.test'] },
    { query: { startIndex: '4' }, found: [] },
    { query: { startIndex: '3', count: '100' }, found: ['cy@acme.test'] },
  ];
  it.each(pages)('is cut by $query and counts all the same', async ({ query, found }) => {
    const bridge = await startPopulated();
    const reply = await list(bridge, '/Users', query);
    expect(names(reply)).toEqual(found);
    expect(reply).toMatchObject({ totalResults: 3, itemsPerPage: found.length });
  });

  const filters = [
    { filter: 'userName eq "ADA@acme.test"', found: ['ada@acme.test'] },
    { filter: 'externalId eq "ext-bo@acme.test"', found: ['bo@acme.test'] },
    { filter: 'active eq False', found: ['cy@acme.test'] },
    { filter: 'userName eq "6f2d0000-0000-0000-0000-000000000000"', found: [] },
    { filter: 'groups.display eq "Blue"', found: ['ada@acme.test'] },
  ];
  it.each(filters)('answers 200 to $filter', async ({ filter, found }) => {
    const bridge = await startPopulated();
    const reply = await list(bridge, '/Users', { filter });
    expect(names(reply)).toEqual(found);
    expect(reply.totalResults).toBe(found.length);
  });

  it('gives the same whether it is asked by GET or by POST', async () => {
    const bridge = await startPopulated();
    const query = { filter: 'userName co "acme"', startIndex: '2', count: '1', attributes: 'userName' };
    const got = await bridge.call('get', '/Users').query(query).expect(200);
    const posted = await bridge
      .call('post', '/Users/.search')
      .send({ ...query, startIndex: 2, count: 1, attributes: ['userName'] })
      .expect(200);
    expect(posted.body).toEqual(got.body);
  });

  const refused = [
    { name: 'a filter that is none', query: { filter: 'userName eq' }, scimType: 'invalidFilter' },
    { name: 'an unknown attribute', query: { filter: 'shoeSize eq 9' }, scimType: 'invalidFilter' },
    { name: 'a count that is no number', query: { count: 'all' }, scimType: 'invalidValue' },
    {
      name: 'a count that is no number, by cursor',
      query: { cursor: '', count: 'all' },
      scimType: 'invalidCount',
    },
    { name: 'a cursor of somebody else', query: { cursor: 'abc' }, scimType: 'invalidCursor' },
    {
      name: 'both kinds of projection',
      query: { attributes: 'id', excludedAttributes: 'name' },
      scimType: 'invalidSyntax',
    },
  ];
  it.each(refused)('refuses $name', async ({ query, scimType }) => {
    const { call } = await startBridge();
    const reply = await call('get', '/Users').query(query).expect(400);
    expect(reply.body).toMatchObject({ status: '400', scimType });
  });
});

describe('paging by cursor', () => {
  it.each(['/Users', '/Groups'])('leads through all of %s, and ends without a cursor', async (path) => {
    const bridge = await startPopulated();
    const all = await list(bridge, path, { sortBy: 'meta.created' });
    const found: unknown[] = [];
    let cursor: string | undefined = '';
    for (let pages = 1; cursor !== undefined; pages++) {
      const reply: List = await list(bridge, path, { sortBy: 'meta.created', count: '1', cursor });
      expect(reply).toMatchObject({ totalResults: all.totalResults, itemsPerPage: 1 });
      expect(reply).not.toHaveProperty('startIndex');
      found.push(...names(reply));
      cursor = reply.nextCursor;
      expect(cursor === undefined).toBe(pages === all.totalResults);
    }
    expect(found).toEqual(names(all));
  });

  it('is refused where two resource types are mixed', async () => {
    const { call } = await startBridge();
    const reply = await call('post', '/.search').send({ cursor: '' }).expect(400);
    expect(reply.body).toMatchObject({ scimType: 'invalidCursor' });
  });
});

describe('a page that is sent in pieces', () => {
  it.each([100, 101, 205])('is whole JSON with %i users in it, and in order', async (count) => {
    const bridge = await startBridge();
    for (let from = 0; from < 205; from += 100) {
      bridge.clock.advance(10_000);
      const Operations = Array.from({ length: Math.min(100, 205 - from) }, (_, n) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `${n}`,
        data: { userName: `user-${from + n}` },
      }));
      await bridge.call('post', '/Bulk').send({ Operations }).expect(200);
    }
    const expected = Array.from({ length: count }, (_, n) => `user-${n}`);
    const users = await list(bridge, '/Users', { count: String(count) });
    expect(users).toMatchObject({ totalResults: 205, itemsPerPage: count, startIndex: 1 });
    expect(names(users)).toEqual(expected);
    const everything = await bridge.call('post', '/.search').send({ count }).expect(200);
    expect(names(everything.body as List)).toEqual(expected);
  });
});

describe('a page of few users of whom much is stored', () => {
  it('is sent in pieces too, and whole', async () => {
    const { call } = await startBridge();
    const userNames = Array.from({ length: 20 }, (_, n) => `user-${n}`);
    for (const userName of userNames)
      await call('post', '/Users')
        .send({ userName, title: 'x'.repeat(60_000) })
        .expect(201);
    const reply = await call('get', '/Users').query({ attributes: 'title' }).expect(200);
    expect(reply.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    const all = await call('get', '/Users').expect(200);
    expect(names(all.body as List)).toEqual(userNames);
    const few = await call('get', '/Users').query({ count: 2 }).expect(200);
    expect(few.headers).not.toHaveProperty('transfer-encoding');
  });
});

describe('a list of groups', () => {
  it('has the members, unless they are excluded', async () => {
    const bridge = await startPopulated();
    const withMembers = await list(bridge, '/Groups', { filter: 'displayName eq "blue"' });
    expect(withMembers.Resources).toMatchObject([
      { displayName: 'Blue', members: [{ value: expect.any(String) }] },
    ]);
    const without = await list(bridge, '/Groups', { excludedAttributes: 'members' });
    expect(names(without)).toEqual(['Blue', 'Red']);
    expect(JSON.stringify(without)).not.toContain('members');
  });

  it('is found by a member', async () => {
    const bridge = await startPopulated();
    const { Resources } = await list(bridge, '/Groups', { filter: 'displayName eq "Blue"' });
    const [member] = (Resources[0] as unknown as { members: { value: string }[] }).members;
    const found = await list(bridge, '/Groups', { filter: `members.value eq "${member!.value}"` });
    expect(names(found)).toEqual(['Blue']);
  });

  it.each([0, 1])('is whole JSON with %i groups in it', async (count) => {
    const bridge = await startPopulated();
    const reply = await list(bridge, '/Groups', { count: String(count) });
    expect(reply).toMatchObject({ totalResults: 2, itemsPerPage: count });
  });
});

describe('a search over everything', () => {
  const searches = [
    { body: {}, found: ['ada@acme.test', 'bo@acme.test', 'cy@acme.test', 'Blue', 'Red'], totalResults: 5 },
    { body: { startIndex: 3, count: 2 }, found: ['cy@acme.test', 'Blue'], totalResults: 5 },
    { body: { startIndex: 5 }, found: ['Red'], totalResults: 5 },
    {
      body: { filter: 'userName sw "a" or displayName eq "Red"' },
      found: ['ada@acme.test', 'Red'],
      totalResults: 2,
    },
    {
      body: { sortBy: 'displayName', sortOrder: 'descending' },
      found: ['ada@acme.test', 'bo@acme.test', 'cy@acme.test', 'Red', 'Blue'],
      totalResults: 5,
    },
    {
      body: { sortBy: 'userName', sortOrder: 'descending' },
      found: ['cy@acme.test', 'bo@acme.test', 'ada@acme.test', 'Blue', 'Red'],
      totalResults: 5,
    },
  ];
  it.each(searches)('finds users and groups for $body', async ({ body, found, totalResults }) => {
    const { call } = await startPopulated();
    const reply = await call('post', '/.search').send(body).expect(200);
    expect(names(reply.body as List)).toEqual(found);
    expect(reply.body).toMatchObject({ totalResults, itemsPerPage: found.length });
  });

  it('cannot be sorted by what neither has', async () => {
    const { call } = await startBridge();
    const reply = await call('post', '/.search').send({ sortBy: 'shoeSize' }).expect(400);
    expect(reply.body).toMatchObject({ scimType: 'invalidPath' });
  });
});
