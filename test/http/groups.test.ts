import { describe, expect, it } from 'vitest';
import { pinsOf } from '../../src/store/group-pins.ts';
import { workOfUser } from '../../src/store/work-items.ts';
import type { Bridge } from './bridge.ts';
import { startBridge } from './bridge.ts';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

function patch(...operations: readonly object[]): object {
  return { schemas: [PATCH], Operations: operations };
}

async function createUser({ call }: Bridge, userName: string): Promise<string> {
  const reply = await call('post', '/Users')
    .send({ userName, name: { givenName: 'A', familyName: 'B' } })
    .expect(201);
  return (reply.body as { id: string }).id;
}

async function createGroup(
  { call }: Bridge,
  members: readonly string[],
  displayName = 'Blue',
): Promise<string> {
  const body = { displayName, members: members.map((value) => ({ value })) };
  const reply = await call('post', '/Groups').send(body).expect(201);
  return (reply.body as { id: string }).id;
}

async function membersOf({ call }: Bridge, group: string): Promise<readonly string[]> {
  const { body } = await call('get', `/Groups/${group}`).expect(200);
  return ((body as { members?: { value: string }[] }).members ?? []).map(({ value }) => value);
}

async function versionOf({ call }: Bridge, group: string): Promise<string> {
  const { body } = await call('get', `/Groups/${group}?excludedAttributes=members`).expect(200);
  return (body as { meta: { version: string } }).meta.version;
}

/** Raised by each time that the user was queued. */
async function generationOf({ runtime }: Bridge, userId: string): Promise<number> {
  const [item] = await workOfUser(runtime.store.read, userId);
  return item?.generation ?? 0;
}

describe('POST /Groups', () => {
  it('answers 201 with the resource, its members and its address', async () => {
    const bridge = await startBridge();
    const ann = await createUser(bridge, 'ann');
    const reply = await bridge
      .call('post', '/Groups')
      .send({
        schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
        displayName: 'Blue',
        externalId: 'object-id',
        members: [{ value: ann, display: 'ann' }],
        meta: { resourceType: 'Group' },
      })
      .expect(201);
    const { id } = reply.body as { id: string };
    expect(reply.body).toEqual({
      schemas: [GROUP],
      id,
      displayName: 'Blue',
      externalId: 'object-id',
      members: [{ value: ann, display: 'ann' }],
      meta: {
        resourceType: 'Group',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-01T00:00:00.000Z',
        location: `${bridge.url}/scim/v2/Groups/${id}`,
        version: 'W/"1"',
      },
    });
    expect(reply.headers['location']).toBe(`${bridge.url}/scim/v2/Groups/${id}`);
    expect(await generationOf(bridge, ann)).toBe(1);
  });

  it('refuses a displayName that another group has, in any case', async () => {
    const bridge = await startBridge();
    const id = await createGroup(bridge, []);
    const reply = await bridge.call('post', '/Groups').send({ displayName: 'BLUE' }).expect(409);
    expect(reply.body).toMatchObject({ scimType: 'uniqueness' });
    expect((reply.body as { detail: string }).detail).toContain(id);
  });
});

describe('GET /Groups/{id}', () => {
  it('leaves members out when they are excluded', async () => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['u-1']);
    const reply = await bridge.call('get', `/Groups/${group}?excludedAttributes=members`).expect(200);
    expect(reply.body).not.toHaveProperty('members');
    expect(reply.headers['etag']).toBe('W/"1"');
  });

  it('gives every member of a large group, in the order in which they were added', async () => {
    const bridge = await startBridge();
    const members = Array.from({ length: 1_234 }, (_, index) => `u-${index}`);
    const group = await createGroup(bridge, members);
    expect(await membersOf(bridge, group)).toEqual(members);
  });

  it.each([0, 500, 1_000])(
    'is whole JSON with %i members, at the edges of the pages in which they are read',
    async (count) => {
      const bridge = await startBridge();
      const members = Array.from({ length: count }, (_, index) => `u-${index}`);
      const group = await createGroup(bridge, members);
      expect(await membersOf(bridge, group)).toEqual(members);
    },
  );

  it('gives of the members what is asked for', async () => {
    const bridge = await startBridge();
    const reply = await bridge
      .call('post', '/Groups?attributes=members.value')
      .send({ displayName: 'Blue', members: [{ value: 'u-1', display: 'Ada' }] })
      .expect(201);
    expect(reply.body).toMatchObject({ members: [{ value: 'u-1' }] });
    expect(reply.body).not.toHaveProperty('displayName');
    expect(reply.text).not.toContain('Ada');
  });
});

describe('PATCH /Groups/{id}', () => {
  const changes = [
    {
      name: 'adds',
      operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'bo' }] }],
      members: ['ann', 'bo'],
    },
    {
      name: 'adds who is there once',
      operations: [{ op: 'add', path: 'members', value: [{ value: 'ann' }] }],
      members: ['ann'],
    },
    {
      name: 'removes by value',
      operations: [{ op: 'Remove', path: 'members', value: [{ value: 'ann' }] }],
      members: [],
    },
    {
      name: 'removes by filter',
      operations: [{ op: 'remove', path: 'members[value eq "ann"]' }],
      members: [],
    },
    {
      name: 'removes a stranger without complaint',
      operations: [{ op: 'remove', path: 'members[value eq "x"]' }],
      members: ['ann'],
    },
    {
      name: 'removes by display',
      operations: [{ op: 'remove', path: 'members[display eq "x"]' }],
      members: ['ann'],
    },
    { name: 'removes all', operations: [{ op: 'remove', path: 'members' }], members: [] },
    {
      name: 'replaces',
      operations: [{ op: 'replace', path: 'members', value: [{ value: 'bo' }] }],
      members: ['bo'],
    },
    { name: 'replaces by none', operations: [{ op: 'replace', path: 'members', value: [] }], members: [] },
    {
      name: 'does one after the other',
      operations: [
        { op: 'remove', path: 'members[value eq "ann"]' },
        { op: 'add', path: 'members', value: [{ value: 'bo', display: 'bo@acme.test' }] },
      ],
      members: ['bo'],
    },
    {
      name: 'keeps members in a rename without path',
      operations: [{ op: 'replace', value: { displayName: 'Red' } }],
      members: ['ann'],
    },
    {
      name: 'is not fooled by a value that looks like a filter',
      operations: [{ op: 'remove', path: 'members', value: [{ value: 'x" or value pr or value eq "' }] }],
      members: ['ann'],
    },
  ];
  it.each(changes)('$name', async ({ operations, members }) => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const reply = await bridge
      .call('patch', `/Groups/${group}`)
      .send(patch(...operations))
      .expect(204);
    expect(reply.text).toBe('');
    expect(reply.headers['etag']).toBe(await versionOf(bridge, group));
    expect(await membersOf(bridge, group)).toEqual(members);
  });

  it('answers 200 with the resource when attributes are asked for', async () => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const reply = await bridge
      .call('patch', `/Groups/${group}?attributes=displayName`)
      .send(patch({ op: 'replace', path: 'displayName', value: 'Red' }))
      .expect(200);
    expect(reply.body).toEqual({ schemas: [GROUP], id: group, displayName: 'Red' });
  });

  it('gives a member who is sent again the name that comes with him, and queues nobody', async () => {
    const bridge = await startBridge();
    const ann = await createUser(bridge, 'ann');
    const group = await createGroup(bridge, [ann]);
    const before = await generationOf(bridge, ann);
    const add = (member: object) =>
      bridge
        .call('patch', `/Groups/${group}?attributes=members`)
        .send(patch({ op: 'add', path: 'members', value: [member] }))
        .expect(200);
    const named = await add({ value: ann, display: 'Ann' });
    expect(named.body).toMatchObject({ members: [{ value: ann, display: 'Ann' }] });
    expect(await versionOf(bridge, group)).toBe('W/"2"');
    await add({ value: ann, display: 'Ann' });
    const silent = await add({ value: ann });
    expect(silent.body).toMatchObject({ members: [{ value: ann, display: 'Ann' }] });
    expect(await versionOf(bridge, group)).toBe('W/"2"');
    expect(await generationOf(bridge, ann)).toBe(before);
  });

  it('queues those whose membership changed, and nobody else', async () => {
    const bridge = await startBridge();
    const ann = await createUser(bridge, 'ann');
    const bo = await createUser(bridge, 'bo');
    const cy = await createUser(bridge, 'cy');
    const group = await createGroup(bridge, [ann, bo]);
    const before = await Promise.all([ann, bo, cy].map((id) => generationOf(bridge, id)));
    await bridge
      .call('patch', `/Groups/${group}`)
      .send(patch({ op: 'replace', path: 'members', value: [{ value: bo }, { value: cy }] }))
      .expect(204);
    const after = await Promise.all([ann, bo, cy].map((id) => generationOf(bridge, id)));
    expect(after.map((generation, index) => generation - before[index]!)).toEqual([1, 0, 1]);
  });

  const noChanges = [
    {
      name: 'the name it has',
      operations: [{ op: 'replace', value: { id: 'itself', displayName: 'Blue' } }],
    },
    { name: 'a member it has', operations: [{ op: 'add', path: 'members', value: [{ value: 'ann' }] }] },
    {
      name: 'someone removed and added again',
      operations: [
        { op: 'remove', path: 'members[value eq "ann"]' },
        { op: 'add', path: 'members', value: [{ value: 'ann' }] },
      ],
    },
    { name: 'nothing', operations: [] },
  ];
  it.each(noChanges)('moves no version for $name', async ({ operations }) => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const sent = JSON.parse(JSON.stringify(patch(...operations)).replaceAll('itself', group)) as object;
    await bridge.call('patch', `/Groups/${group}`).send(sent).expect(204);
    expect(await versionOf(bridge, group)).toBe('W/"1"');
  });

  it('refuses many filters that each look at all members, and says how to name them', async () => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const filters = (count: number) =>
      patch(
        ...Array.from({ length: count }, (_, n) => ({ op: 'remove', path: `members[display eq "${n}"]` })),
      );
    await bridge.call('patch', `/Groups/${group}`).send(filters(10)).expect(204);
    const reply = await bridge.call('patch', `/Groups/${group}`).send(filters(11)).expect(413);
    expect((reply.body as { detail: string }).detail).toContain('name members by value');
  });

  it('finds by filter a member behind many others', async () => {
    const bridge = await startBridge();
    const members = Array.from({ length: 2_001 }, (_, n) => ({ value: `u-${n}`, display: `Name ${n}` }));
    const { body } = await bridge.call('post', '/Groups').send({ displayName: 'Blue', members }).expect(201);
    const { id } = body as { id: string };
    const remove = patch({ op: 'remove', path: 'members[display eq "name 2000"]' });
    await bridge.call('patch', `/Groups/${id}`).send(remove).expect(204);
    expect(await membersOf(bridge, id)).toHaveLength(2_000);
  });

  const long = [
    { name: 'a name', operation: { op: 'replace', path: 'displayName', value: 'x'.repeat(1_025) } },
    { name: 'a member', operation: { op: 'add', path: 'members', value: [{ value: 'x'.repeat(1_025) }] } },
    {
      name: "a member's name",
      operation: { op: 'add', path: 'members', value: [{ value: 'x', display: 'x'.repeat(1_025) }] },
    },
  ];
  it.each(long)('refuses $name of more than 1,024 characters', async ({ operation }) => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const reply = await bridge.call('patch', `/Groups/${group}`).send(patch(operation)).expect(400);
    expect((reply.body as { detail: string }).detail).toContain('At most 1024');
  });

  it('refuses a change by who read another version', async () => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    const body = patch({ op: 'remove', path: 'members' });
    await bridge.call('patch', `/Groups/${group}`).set('If-Match', 'W/"2"').send(body).expect(412);
    expect(await membersOf(bridge, group)).toEqual(['ann']);
  });
});

describe('PUT /Groups/{id}', () => {
  const bodies = [
    { name: 'keeps members that it leaves out', body: { displayName: 'Blue' }, members: ['ann'] },
    { name: 'keeps members that are null', body: { displayName: 'Blue', members: null }, members: ['ann'] },
    { name: 'empties for [] alone', body: { displayName: 'Blue', members: [] }, members: [] },
    {
      name: 'replaces members',
      body: { displayName: 'Blue', members: [{ value: 'bo', display: null }] },
      members: ['bo'],
    },
  ];
  it.each(bodies)('$name', async ({ body, members }) => {
    const bridge = await startBridge();
    const group = await createGroup(bridge, ['ann']);
    await bridge.call('put', `/Groups/${group}`).send(body).expect(200);
    expect(await membersOf(bridge, group)).toEqual(members);
  });

  it('clears an externalId that it leaves out', async () => {
    const { call } = await startBridge();
    const { body } = await call('post', '/Groups').send({ displayName: 'Blue', externalId: 'x' });
    const reply = await call('put', `/Groups/${(body as { id: string }).id}`)
      .send({ displayName: 'Blue' })
      .expect(200);
    expect(reply.body).not.toHaveProperty('externalId');
  });
});

describe('DELETE /Groups/{id}', () => {
  it('answers 204, then 404; the name is free and users lose it at once', async () => {
    const bridge = await startBridge();
    const ann = await createUser(bridge, 'ann');
    const group = await createGroup(bridge, [ann]);
    await bridge.call('delete', `/Groups/${group}`).expect(204);
    await bridge.call('delete', `/Groups/${group}`).expect(404);
    await bridge.call('get', `/Groups/${group}`).expect(404);
    const { body } = await bridge.call('get', `/Users/${ann}`).expect(200);
    expect(body).not.toHaveProperty('groups');
    await createGroup(bridge, []);
  });
});

describe('a group that the mapping names', () => {
  const mapping = `
version: 1
username: { value: user.userName, invalid: reject }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent] }
`;

  it('keeps its rule when it is renamed, and another group of that name does not get it', async () => {
    const bridge = await startBridge({ mapping });
    const first = await createGroup(bridge, [], 'Sales');
    await createGroup(bridge, [], 'Other');
    await bridge
      .call('patch', `/Groups/${first}`)
      .send(patch({ op: 'replace', path: 'displayName', value: 'Sales EMEA' }))
      .expect(204);
    await createGroup(bridge, [], 'Sales');
    expect(await pinsOf(bridge.runtime.store.read, 'main')).toEqual(new Map([['Sales', first]]));
  });

  it('passes its rule on to a group of the name in another encoding', async () => {
    const accented = mapping.replace('group: Sales', 'group: \u00c9quipe');
    const bridge = await startBridge({ mapping: accented });
    const first = await createGroup(bridge, [], '\u00c9quipe');
    const rename = patch({ op: 'replace', path: 'displayName', value: 'Ventes' });
    await bridge.call('patch', `/Groups/${first}`).send(rename).expect(204);
    const second = await createGroup(bridge, [], 'E\u0301quipe');
    await bridge.call('delete', `/Groups/${first}`).expect(204);
    expect(await pinsOf(bridge.runtime.store.read, 'main')).toEqual(new Map([['\u00c9quipe', second]]));
  });

  it('frees its rule when it is deleted', async () => {
    const bridge = await startBridge({ mapping });
    const first = await createGroup(bridge, [], 'Sales');
    await bridge.call('delete', `/Groups/${first}`).expect(204);
    const second = await createGroup(bridge, [], 'Sales');
    expect(await pinsOf(bridge.runtime.store.read, 'main')).toEqual(new Map([['Sales', second]]));
  });
});

describe('a group that is larger than what a connection buffers', () => {
  it('arrives whole, and no listener stays behind for each of its pieces', async () => {
    const bridge = await startBridge();
    const members = Array.from({ length: 10_000 }, (_, index) => ({
      value: `u-${index}`,
      display: 'x'.repeat(50),
    }));
    const [half, rest] = [members.slice(0, 5_000), members.slice(5_000)];
    const { body } = await bridge
      .call('post', '/Groups')
      .send({ displayName: 'Blue', members: half })
      .expect(201);
    await bridge
      .call('patch', `/Groups/${(body as { id: string }).id}`)
      .send(patch({ op: 'add', path: 'members', value: rest }))
      .expect(204);
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    expect(await membersOf(bridge, (body as { id: string }).id)).toHaveLength(10_000);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
