import { describe, expect, test, vi } from 'vitest';
import { createBudget } from '../../src/connect/budget.ts';
import { createCatalog } from '../../src/connect/catalog.ts';
import type { ListedUser } from '../../src/connect/api/read-users.ts';
import type { ConnectInstance } from '../../src/connect/instance.ts';
import type { ConnectUserId, UserFields } from '../../src/connect/user.ts';
import { createSimulator, parseSeed } from '../../src/simulator/simulator.ts';
import { createFakeClock } from './fake-clock.ts';
import { instanceAt, instanceBehind, json } from './reply-server.ts';
import { IDS, seedYaml, simulated } from './simulated.ts';

const ANA_FIELDS: UserFields = {
  firstName: 'Ana',
  lastName: 'Łuczak',
  email: '',
  secondaryEmail: 'ana@acme.test',
  mobile: '+447700900123',
  securityProfileIds: [IDS.agent, IDS.supervisor],
  routingProfileId: IDS.sales,
  hierarchyGroupId: '',
  phoneType: 'DESK_PHONE',
  deskPhoneNumber: '+441132960000',
  autoAccept: true,
  afterContactWorkTimeLimit: 30,
  persistentConnection: true,
};
const TAGS = { 'scim-bridge:id': 'acme-prod', 'scim-bridge:user': 'u1' };
const ANA = { username: 'ana@acme.test', fields: ANA_FIELDS, tags: TAGS };

const GONE = '99999999-9999-9999-9999-999999999999' as ConnectUserId;

async function listed(instance: ConnectInstance): Promise<ListedUser[]> {
  const users: ListedUser[] = [];
  for await (const user of instance.listUsers()) users.push(user);
  return users;
}

describe('a user', () => {
  test('is described as created, on SAML', async () => {
    const { instance } = await simulated('SAML');
    const id = await instance.createUser(ANA);
    expect(await instance.describeUser(id)).toEqual({
      id,
      username: 'ana@acme.test',
      fields: ANA_FIELDS,
      tags: TAGS,
    });
  });

  test('is created on CONNECT_MANAGED with e-mail and a password that is made up', async () => {
    const { instance } = await simulated('CONNECT_MANAGED');
    const fields = { ...ANA_FIELDS, email: 'ana@acme.test' };
    const id = await instance.createUser({ ...ANA, fields });
    expect((await instance.describeUser(id)).fields).toEqual(fields);
  });

  test('is created with the two profiles alone, where nothing else is known', async () => {
    const { instance, simulator } = await simulated('EXISTING_DIRECTORY');
    const fields = { securityProfileIds: [IDS.agent], routingProfileId: IDS.sales };
    await instance.createUser({ username: 'ana', fields, tags: {} });
    expect(simulator.operator.snapshot('acme-uk').users).toMatchObject([
      {
        username: 'ana',
        securityProfiles: ['Agent'],
        routingProfile: 'Sales',
        phone: { type: 'SOFT_PHONE' },
        tags: {},
      },
    ]);
  });

  test('is changed by each update in what it names', async () => {
    const { instance } = await simulated();
    const id = await instance.createUser(ANA);
    const catalog = createCatalog(await instance.readCatalog());
    const hierarchyGroupId = catalog.id('hierarchyGroups', 'EMEA / London / Sales')!;
    const identity = { firstName: 'Anna', lastName: 'Li', secondaryEmail: 'anna@acme.test', mobile: '' };
    const phone = { phoneType: 'SOFT_PHONE', autoAccept: false, afterContactWorkTimeLimit: 0 } as const;
    await instance.updateUserIdentityInfo(id, identity, ANA_FIELDS);
    await instance.updateUserPhoneConfig(id, { ...phone, deskPhoneNumber: '', persistentConnection: false });
    await instance.updateUserRoutingProfile(id, IDS.parked);
    await instance.updateUserSecurityProfiles(id, [IDS.noAccess]);
    await instance.updateUserHierarchy(id, hierarchyGroupId);
    expect((await instance.describeUser(id)).fields).toEqual({
      ...identity,
      ...phone,
      email: '',
      deskPhoneNumber: expect.any(String),
      persistentConnection: false,
      routingProfileId: IDS.parked,
      securityProfileIds: [IDS.noAccess],
      hierarchyGroupId,
    });
  });

  test('leaves the hierarchy by an empty group', async () => {
    const { instance } = await simulated();
    const catalog = createCatalog(await instance.readCatalog());
    const fields = { ...ANA_FIELDS, hierarchyGroupId: catalog.id('hierarchyGroups', 'EMEA / Leeds')! };
    const id = await instance.createUser({ ...ANA, fields });
    await instance.updateUserHierarchy(id, '');
    expect((await instance.describeUser(id)).fields).toMatchObject({ hierarchyGroupId: '' });
  });

  test('is given a status, and tags that come and go by key', async () => {
    const { instance, simulator } = await simulated();
    const id = await instance.createUser(ANA);
    await instance.putUserStatus(id, IDS.offline);
    await instance.tagResource(id, { site: 'leeds', team: 'a/b: c' });
    await instance.untagResource(id, ['site', 'scim-bridge:user']);
    expect(simulator.operator.snapshot('acme-uk').users).toMatchObject([
      { status: 'Offline', tags: { 'scim-bridge:id': 'acme-prod', team: 'a/b: c' } },
    ]);
    expect((await instance.describeUser(id)).tags).not.toHaveProperty('site');
  });

  test('is gone after deletion', async () => {
    const { instance } = await simulated();
    const id = await instance.createUser(ANA);
    await instance.deleteUser(id);
    await expect(instance.describeUser(id)).rejects.toMatchObject({
      kind: 'notFound',
      operation: 'DescribeUser',
    });
    await expect(instance.deleteUser(id)).rejects.toMatchObject({
      kind: 'notFound',
      operation: 'DeleteUser',
    });
  });

  test('is not made when the name is taken or the instance is full', async () => {
    const { instance, simulator } = await simulated();
    await instance.createUser(ANA);
    await expect(instance.createUser(ANA)).rejects.toMatchObject({ kind: 'duplicate' });
    simulator.operator.setUserQuota('acme-uk', 1);
    await expect(instance.createUser({ ...ANA, username: 'bo' })).rejects.toMatchObject({
      kind: 'quotaFull',
    });
  });

  test('may have been made when the reply was lost', async () => {
    const { instance, simulator, clock } = await simulated();
    simulator.addFault({ kind: 'reset', operation: 'CreateUser', when: 'afterCommit' });
    await expect(instance.createUser(ANA)).rejects.toMatchObject({ kind: 'ambiguous' });
    await clock.advance(2_000);
    const id = await instance.findUserByUsername(ANA.username);
    expect(await instance.describeUser(id!)).toMatchObject({ username: ANA.username, tags: TAGS });
  });
});

describe('looking a user up by name', () => {
  test('is exact in case', async () => {
    const { instance, clock } = await simulated();
    const id = await instance.createUser({ ...ANA, username: 'Ana' });
    await clock.advance(2_000);
    expect(await instance.findUserByUsername('Ana')).toBe(id);
    expect(await instance.findUserByUsername('ana')).toBeNull();
    expect(await instance.findUserByUsername('An')).toBeNull();
  });

  test('lags behind, while the list does not', async () => {
    const { instance, clock } = await simulated();
    const id = await instance.createUser(ANA);
    expect(await instance.findUserByUsername(ANA.username)).toBeNull();
    expect(await listed(instance)).toEqual([{ id, username: ANA.username, lastModifiedTime: clock.now() }]);
  });
});

describe('a list of pages', () => {
  const page = (from: number, NextToken?: string) =>
    json(200, {
      UserSummaryList: [{ Id: `id${from}`, Username: `u${from}`, LastModifiedTime: 1_700_000_000.25 }],
      NextToken,
    });

  test('is read to its end, with the token of the page before', async () => {
    const { instance, requests } = await instanceBehind(page(1, 'to/2'), page(2, 'to 3'), page(3));
    expect((await listed(instance)).map(({ username }) => username)).toEqual(['u1', 'u2', 'u3']);
    expect(
      requests.map((request) => new URL(request.slice(4), 'http://x').searchParams.get('nextToken')),
    ).toEqual([null, 'to/2', 'to 3']);
  });

  test('fails when a page fails: a part is never taken for the whole', async () => {
    const { instance } = await instanceBehind(page(1, '2'), json(500, {}, 'InternalServiceException'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const user of instance.listUsers()) seen.push(user.username);
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'retryable', operation: 'ListUsers' });
    expect(seen).toEqual(['u1']);
  });

  test('fails when its token goes round in circles', async () => {
    const { instance } = await instanceBehind(page(1, 'same'));
    await expect(listed(instance)).rejects.toMatchObject({ code: 'unreadableReply' });
  });

  test('reads 1,000 users a call', async () => {
    const users = Array.from(
      { length: 1_001 },
      (_, i) => `      - { username: u${i}, routingProfile: Sales, securityProfiles: [Agent] }\n`,
    );
    const { instance, simulator } = await simulated(
      'SAML',
      `    userQuota: 2000\n    users:\n${users.join('')}`,
    );
    expect(new Set((await listed(instance)).map(({ id }) => id)).size).toBe(1_001);
    expect(simulator.journal().map(({ operation }) => operation)).toEqual(['ListUsers', 'ListUsers']);
  });
});

test('the catalog has every name by id, and full hierarchy paths', async () => {
  const { instance, clock } = await simulated('CONNECT_MANAGED');
  const { hierarchyGroups, ...contents } = await instance.readCatalog();
  expect(contents).toEqual({
    identityManagementType: 'CONNECT_MANAGED',
    securityProfiles: [
      { id: IDS.agent, name: 'Agent' },
      { id: IDS.noAccess, name: 'No Access' },
      { id: IDS.supervisor, name: 'Supervisor' },
    ],
    routingProfiles: [
      { id: IDS.sales, name: 'Sales' },
      { id: IDS.parked, name: 'Parked' },
    ],
    agentStatuses: [
      { id: IDS.available, name: 'Available' },
      { id: IDS.offline, name: 'Offline' },
    ],
    predefinedAttributes: [
      { name: 'Language', values: ['French'] },
      { name: 'Product', values: ['Billing', 'CRM'] },
    ],
    readAt: clock.now(),
  });
  expect(hierarchyGroups.map(({ path }) => path.join(' / ')).sort()).toEqual([
    'APAC',
    'APAC / Sales',
    'EMEA',
    'EMEA / Leeds',
    'EMEA / London',
    'EMEA / London / Sales',
  ]);
});

test('a catalog of which one list fails is no catalog', async () => {
  const { instance, simulator } = await simulated();
  simulator.addFault({ kind: 'serverError', operation: 'ListAgentStatuses' });
  await expect(instance.readCatalog()).rejects.toMatchObject({ operation: 'ListAgentStatuses' });
});

test('a catalog whose predefined attributes the role may not read is all the rest of it', async () => {
  const { instance, simulator } = await simulated();
  simulator.addFault({ kind: 'accessDenied', operation: 'SearchPredefinedAttributes' });
  const contents = await instance.readCatalog();
  expect(contents.predefinedAttributes).toBeUndefined();
  expect(contents.routingProfiles).toHaveLength(2);
});

test('a catalog whose predefined attributes fail otherwise is no catalog', async () => {
  const { instance, simulator } = await simulated();
  simulator.addFault({ kind: 'serverError', operation: 'SearchPredefinedAttributes' });
  await expect(instance.readCatalog()).rejects.toMatchObject({ operation: 'SearchPredefinedAttributes' });
});

test('all predefined attributes that an instance can have are two calls', async () => {
  const { instance, simulator } = await simulated();
  for (let i = 0; i < 148; i += 1) simulator.operator.setPredefinedAttribute('acme-uk', `A${i}`, ['x']);
  expect((await instance.readCatalog()).predefinedAttributes).toHaveLength(150);
  const calls = simulator.journal().map(({ operation }) => operation);
  expect(calls.filter((operation) => operation === 'SearchPredefinedAttributes')).toHaveLength(2);
});

test('the instance describes itself', async () => {
  const { instance } = await simulated('SAML');
  expect(await instance.describeInstance()).toEqual({
    id: '11111111-1111-1111-1111-111111111111',
    arn: 'arn:aws:connect:eu-west-2:123456789012:instance/11111111-1111-1111-1111-111111111111',
    alias: 'acme-uk',
    identityManagementType: 'SAML',
  });
});

test('a call that was cut short while it waited for its token is never made', async () => {
  const { instance, requests } = await instanceBehind(json(404, {}, 'ResourceNotFoundException'));
  const stop = new AbortController();
  const calls = Array.from({ length: 5 }, () => instance.inLane(0, stop.signal).describeUser(GONE));
  const outcomes = Promise.allSettled(calls);
  await vi.waitFor(() => {
    expect(requests).toHaveLength(4);
  });
  stop.abort(new Error('stopped'));
  expect(
    (await outcomes).map((outcome) => String((outcome as PromiseRejectedResult).reason)).slice(-1),
  ).toEqual(['Error: stopped']);
  expect(requests).toHaveLength(4);
});

test('against the real quota, two instances together are never throttled, and lose no time', async () => {
  const clock = createFakeClock();
  const simulator = createSimulator({ clock, seed: parseSeed(seedYaml('SAML')) });
  const { url } = await simulator.listen();
  const budget = createBudget({ clock, perSecond: 2, burst: 4 });
  const uk = instanceAt(url, { clock, budget });
  const us = instanceAt(url, { clock, budget, alias: 'us' });
  const calls = Array.from({ length: 12 }, (_, i) => (i % 2 ? uk : us).inLane(0).describeUser(GONE));
  const outcomes = Promise.allSettled(calls);
  for (let made = 4; made <= 12; made += 1) {
    await vi.waitFor(() => {
      expect(simulator.journal()).toHaveLength(made);
    });
    await clock.advance(500);
  }
  await outcomes;
  expect(new Set(simulator.journal().map(({ errorType }) => errorType))).toEqual(
    new Set(['ResourceNotFoundException']),
  );
  const [first, last] = [simulator.journal()[0]!, simulator.journal().at(-1)!];
  expect(last.at - first.at).toBe(8 * 500);
  uk.close();
  us.close();
  await simulator.close();
});
