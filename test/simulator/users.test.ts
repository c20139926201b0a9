import {
  CreateUserCommand,
  type CreateUserCommandInput,
  DeleteUserCommand,
  DescribeUserCommand,
  ListUserHierarchyGroupsCommand,
  ListUsersCommand,
  paginateListUsers,
  UpdateUserConfigCommand,
  UpdateUserHierarchyCommand,
  UpdateUserIdentityInfoCommand,
  UpdateUserPhoneConfigCommand,
  UpdateUserRoutingProfileCommand,
  UpdateUserSecurityProfilesCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Acme, acmeSeed, catalogOf, errorName, instanceArn, instanceId, startAcme } from './acme.ts';

const unknownId = '99999999-9999-9999-9999-999999999999';

async function acmeWithCatalog(seed = acmeSeed(), clock: Clock = systemClock) {
  const acme = await startAcme({ seed, clock });
  const { security, routing } = await catalogOf(acme.connect);
  const ann: CreateUserCommandInput = {
    InstanceId: instanceId,
    Username: 'ann@acme.test',
    IdentityInfo: { FirstName: 'Ann', LastName: 'Archer', SecondaryEmail: 'ann@acme.test' },
    SecurityProfileIds: [security['Agent'] ?? ''],
    RoutingProfileId: routing['Basic'] ?? '',
  };
  return { ...acme, security, routing, ann };
}

async function create({ connect }: Pick<Acme, 'connect'>, input: CreateUserCommandInput): Promise<string> {
  const { UserId = '' } = await connect.send(new CreateUserCommand(input));
  return UserId;
}

async function describeUser({ connect }: Pick<Acme, 'connect'>, UserId: string) {
  const { User } = await connect.send(new DescribeUserCommand({ InstanceId: instanceId, UserId }));
  return User;
}

test('a created user is described as it was sent, with both phone forms', async () => {
  const acme = await acmeWithCatalog();
  const tags = { 'scim-bridge:id': 'acme-prod' };
  const phone = {
    PhoneType: 'DESK_PHONE',
    DeskPhoneNumber: '+442071234567',
    AfterContactWorkTimeLimit: 30,
  } as const;
  const id = await create(acme, { ...acme.ann, Tags: tags, PhoneConfig: phone });
  expect(await describeUser(acme, id)).toMatchObject({
    Id: id,
    Arn: `${instanceArn}/agent/${id}`,
    Username: 'ann@acme.test',
    IdentityInfo: { FirstName: 'Ann', LastName: 'Archer', SecondaryEmail: 'ann@acme.test' },
    SecurityProfileIds: acme.ann.SecurityProfileIds,
    RoutingProfileId: acme.ann.RoutingProfileId,
    Tags: tags,
    PhoneConfig: { ...phone, AutoAccept: false, PersistentConnection: false },
    PhoneNumberConfigs: [{ Channel: 'VOICE', PhoneType: 'DESK_PHONE', PhoneNumber: '+442071234567' }],
    AfterContactWorkConfigs: ['VOICE', 'CHAT', 'TASK', 'EMAIL'].map((Channel) => ({
      Channel,
      AfterContactWorkConfig: { AfterContactWorkTimeLimit: 30 },
    })),
    LastModifiedRegion: 'eu-west-2',
  });
});

test('ids and full ARNs are accepted, and ids are returned', async () => {
  const acme = await acmeWithCatalog();
  const id = await create(acme, {
    ...acme.ann,
    InstanceId: instanceArn,
    SecurityProfileIds: [`${instanceArn}/security-profile/${acme.security['Agent']}`],
    RoutingProfileId: `${instanceArn}/routing-profile/${acme.routing['Sales']}`,
  });
  const described = await acme.connect.send(
    new DescribeUserCommand({ InstanceId: instanceArn, UserId: `${instanceArn}/agent/${id}` }),
  );
  expect(described.User).toMatchObject({
    Id: id,
    SecurityProfileIds: [acme.security['Agent']],
    RoutingProfileId: acme.routing['Sales'],
  });
});

const refusals: {
  name: string;
  change: (catalog: Awaited<ReturnType<typeof acmeWithCatalog>>) => Partial<CreateUserCommandInput>;
  error: string;
}[] = [
  { name: 'a password', change: () => ({ Password: 'Passw0rd' }), error: 'InvalidRequestException' },
  {
    name: 'a directory user id',
    change: () => ({ DirectoryUserId: 'd-1' }),
    error: 'InvalidRequestException',
  },
  {
    name: 'a primary e-mail address',
    change: () => ({ IdentityInfo: { FirstName: 'A', LastName: 'B', Email: 'a@b.test' } }),
    error: 'InvalidRequestException',
  },
  {
    name: 'no first name',
    change: () => ({ IdentityInfo: { LastName: 'B' } }),
    error: 'InvalidRequestException',
  },
  { name: 'no identity', change: () => ({ IdentityInfo: undefined }), error: 'InvalidRequestException' },
  { name: 'no username', change: () => ({ Username: undefined }), error: 'InvalidRequestException' },
  { name: 'an empty username', change: () => ({ Username: '' }), error: 'InvalidParameterException' },
  {
    name: 'a username with a space',
    change: () => ({ Username: 'a b' }),
    error: 'InvalidParameterException',
  },
  {
    name: 'a username of 65',
    change: () => ({ Username: 'a'.repeat(65) }),
    error: 'InvalidParameterException',
  },
  {
    name: 'no security profile',
    change: () => ({ SecurityProfileIds: [] }),
    error: 'InvalidParameterException',
  },
  {
    name: 'eleven security profiles',
    change: ({ security }) => ({ SecurityProfileIds: Array<string>(11).fill(security['Agent'] ?? '') }),
    error: 'InvalidParameterException',
  },
  {
    name: 'an unknown security profile',
    change: () => ({ SecurityProfileIds: [unknownId] }),
    error: 'ResourceNotFoundException',
  },
  {
    name: 'an unknown routing profile',
    change: () => ({ RoutingProfileId: unknownId }),
    error: 'ResourceNotFoundException',
  },
  {
    name: 'an unknown hierarchy group',
    change: () => ({ HierarchyGroupId: unknownId }),
    error: 'ResourceNotFoundException',
  },
  {
    name: 'a decomposed name',
    change: () => ({ IdentityInfo: { FirstName: 'Rene\u0301', LastName: 'B' } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'a first name of 256',
    change: () => ({ IdentityInfo: { FirstName: 'a'.repeat(256), LastName: 'B' } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'a secondary address without a domain',
    change: () => ({ IdentityInfo: { FirstName: 'A', LastName: 'B', SecondaryEmail: 'a@b' } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'a desk phone without a number',
    change: () => ({ PhoneConfig: { PhoneType: 'DESK_PHONE' } }),
    error: 'InvalidRequestException',
  },
  {
    name: 'a desk phone number that is not E.164',
    change: () => ({ PhoneConfig: { PhoneType: 'DESK_PHONE', DeskPhoneNumber: '020 7123 4567' } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'an unknown phone type',
    change: () => ({ PhoneConfig: { PhoneType: 'MOBILE' as never } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'after-contact work of more than 24 days',
    change: () => ({ PhoneConfig: { AfterContactWorkTimeLimit: 2_000_001 } }),
    error: 'InvalidParameterException',
  },
  {
    name: 'auto accept in both phone forms',
    change: () => ({
      PhoneConfig: { PhoneType: 'SOFT_PHONE', AutoAccept: true },
      AutoAcceptConfigs: [{ Channel: 'VOICE', AutoAccept: true }],
    }),
    error: 'InvalidRequestException',
  },
  {
    name: 'a phone number for chat',
    change: () => ({ PhoneNumberConfigs: [{ Channel: 'CHAT', PhoneType: 'SOFT_PHONE' }] }),
    error: 'InvalidParameterException',
  },
  {
    name: 'agent-first callback for chat',
    change: () => ({
      AutoAcceptConfigs: [{ Channel: 'CHAT', AutoAccept: true, AgentFirstCallbackAutoAccept: true }],
    }),
    error: 'InvalidParameterException',
  },
  {
    name: 'a channel twice',
    change: () => ({
      AutoAcceptConfigs: [
        { Channel: 'CHAT', AutoAccept: true },
        { Channel: 'CHAT', AutoAccept: false },
      ],
    }),
    error: 'InvalidParameterException',
  },
  { name: 'a system tag', change: () => ({ Tags: { 'aws:x': 'y' } }), error: 'InvalidParameterException' },
  {
    name: 'more than 50 tags',
    change: () => ({ Tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])) }),
    error: 'InvalidParameterException',
  },
  {
    name: 'an unknown instance',
    change: () => ({ InstanceId: unknownId }),
    error: 'ResourceNotFoundException',
  },
  {
    name: 'a malformed instance id',
    change: () => ({ InstanceId: 'acme' }),
    error: 'InvalidParameterException',
  },
  { name: 'an empty instance id', change: () => ({ InstanceId: '' }), error: 'InvalidParameterException' },
];

describe('CreateUser on SAML', () => {
  test('refuses what Connect refuses, and creates nothing', async () => {
    const acme = await acmeWithCatalog();
    const outcomes = await Promise.all(
      refusals.map(async ({ name, change }) => {
        const input = { ...acme.ann, ...change(acme) };
        return { name, error: await errorName(acme.connect.send(new CreateUserCommand(input))) };
      }),
    );
    expect(outcomes).toEqual(refusals.map(({ name, error }) => ({ name, error })));
    expect(acme.simulator.operator.snapshot('acme').users).toEqual([]);
  });

  test('takes usernames that differ only in case, and refuses the same one', async () => {
    const acme = await acmeWithCatalog();
    await create(acme, acme.ann);
    expect(await errorName(create(acme, { ...acme.ann, Username: 'Ann@acme.test' }))).toBe('none');
    expect(await errorName(create(acme, acme.ann))).toBe('DuplicateResourceException');
  });

  test('refuses a user over the quota until the quota is raised', async () => {
    const acme = await acmeWithCatalog(acmeSeed('userQuota: 1'));
    await create(acme, acme.ann);
    const bo = { ...acme.ann, Username: 'bo' };
    await expect(create(acme, bo)).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 429 },
    });
    acme.simulator.operator.setUserQuota('acme', 2);
    expect(await errorName(create(acme, bo))).toBe('none');
  });
});

const identityTypes = [
  { type: 'CONNECT_MANAGED', change: {}, error: 'InvalidRequestException' },
  { type: 'CONNECT_MANAGED', change: { Password: 'short' }, error: 'InvalidParameterException' },
  { type: 'CONNECT_MANAGED', change: { Password: 'Passw0rd' }, error: 'none' },
  {
    type: 'CONNECT_MANAGED',
    change: { Password: 'Passw0rd', IdentityInfo: { FirstName: '', LastName: 'B' } },
    error: 'InvalidParameterException',
  },
  {
    type: 'CONNECT_MANAGED',
    change: { Password: 'Passw0rd', IdentityInfo: { FirstName: 'A', LastName: 'B', Email: 'a@b.test' } },
    error: 'none',
  },
  { type: 'EXISTING_DIRECTORY', change: { Password: 'Passw0rd' }, error: 'InvalidRequestException' },
  { type: 'EXISTING_DIRECTORY', change: { IdentityInfo: undefined, DirectoryUserId: 'd-1' }, error: 'none' },
  { type: 'SAML', change: { Username: 'u'.repeat(64) }, error: 'none' },
  { type: 'SAML', change: { Username: 'user@organisation' }, error: 'none' },
  { type: 'CONNECT_MANAGED', change: { Password: 'Passw0rd', Username: 'u'.repeat(42) }, error: 'none' },
];

test.each(identityTypes)('CreateUser on $type with $change gives $error', async ({ type, change, error }) => {
  const acme = await acmeWithCatalog(acmeSeed(`identityManagementType: ${type}`));
  expect(await errorName(create(acme, { ...acme.ann, ...change }))).toBe(error);
});

test.each([
  { username: 'u'.repeat(21), error: 'InvalidParameterException' },
  { username: 'u'.repeat(20), error: 'none' },
  { username: 'user@example', error: 'InvalidParameterException' },
  { username: 'user@example.com', error: 'none' },
])('with the documented username rules on, $username gives $error', async ({ username, error }) => {
  const rules =
    'identityManagementType: CONNECT_MANAGED\nusernameRules: { upTo20UnlessSaml: true, atOnlyInEmail: true }';
  const acme = await acmeWithCatalog(acmeSeed(rules));
  const input = { ...acme.ann, Username: username, Password: 'Passw0rd' };
  expect(await errorName(create(acme, input))).toBe(error);
});

test.each([
  { type: 'SAML', has: false },
  { type: 'CONNECT_MANAGED', has: true },
])('a user of $type has a DirectoryUserId: $has', async ({ type, has }) => {
  const acme = await acmeWithCatalog(acmeSeed(`identityManagementType: ${type}`));
  const id = await create(acme, { ...acme.ann, ...(has ? { Password: 'Passw0rd' } : {}) });
  expect(Boolean((await describeUser(acme, id))?.DirectoryUserId)).toBe(has);
});

describe('an update', () => {
  test('of the identity replaces it whole', async () => {
    const acme = await acmeWithCatalog();
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const IdentityInfo = { FirstName: 'Anna', LastName: 'Baker' };
    await acme.connect.send(new UpdateUserIdentityInfoCommand({ ...target, IdentityInfo }));
    expect((await describeUser(acme, target.UserId))?.IdentityInfo).toEqual(IdentityInfo);
  });

  test('of the identity leaves an existing directory its names', async () => {
    const acme = await acmeWithCatalog(acmeSeed('identityManagementType: EXISTING_DIRECTORY'));
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const update = async (IdentityInfo: object) =>
      errorName(acme.connect.send(new UpdateUserIdentityInfoCommand({ ...target, IdentityInfo })));
    expect(await update({ FirstName: 'Anna' })).toBe('InvalidRequestException');
    expect(await update({ Mobile: '+447700900123' })).toBe('none');
    expect((await describeUser(acme, target.UserId))?.IdentityInfo).toEqual({
      FirstName: 'Ann',
      LastName: 'Archer',
      Mobile: '+447700900123',
    });
  });

  test('of the phone config writes all channels, one of the config the channels it names', async () => {
    const acme = await acmeWithCatalog();
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const PhoneConfig = { PhoneType: 'SOFT_PHONE', AutoAccept: true, AfterContactWorkTimeLimit: 10 } as const;
    await acme.connect.send(new UpdateUserPhoneConfigCommand({ ...target, PhoneConfig }));
    await acme.connect.send(
      new UpdateUserConfigCommand({ ...target, AutoAcceptConfigs: [{ Channel: 'CHAT', AutoAccept: false }] }),
    );
    const user = await describeUser(acme, target.UserId);
    expect(user?.AutoAcceptConfigs?.map(({ Channel, AutoAccept }) => [Channel, AutoAccept])).toEqual([
      ['VOICE', true],
      ['CHAT', false],
      ['TASK', true],
      ['EMAIL', true],
    ]);
    expect(user?.PhoneConfig).toMatchObject({ AutoAccept: true, AfterContactWorkTimeLimit: 10 });
  });

  test('of security profiles replaces the set, and of hierarchy without a group clears it', async () => {
    const acme = await acmeWithCatalog();
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const groups = await acme.connect.send(new ListUserHierarchyGroupsCommand({ InstanceId: instanceId }));
    const HierarchyGroupId = groups.UserHierarchyGroupSummaryList?.[0]?.Id;
    const SecurityProfileIds = [acme.security['Admin'] ?? ''];
    await acme.connect.send(new UpdateUserSecurityProfilesCommand({ ...target, SecurityProfileIds }));
    await acme.connect.send(new UpdateUserHierarchyCommand({ ...target, HierarchyGroupId }));
    expect(await describeUser(acme, target.UserId)).toMatchObject({ SecurityProfileIds, HierarchyGroupId });
    await acme.connect.send(new UpdateUserHierarchyCommand(target));
    expect(await describeUser(acme, target.UserId)).not.toHaveProperty('HierarchyGroupId');
  });

  test('is refused for a user, profile or set that does not exist', async () => {
    const acme = await acmeWithCatalog();
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const stranger = { InstanceId: instanceId, UserId: unknownId };
    const RoutingProfileId = acme.routing['Sales'];
    const outcomes = [
      new UpdateUserRoutingProfileCommand({ ...target, RoutingProfileId: unknownId }),
      new UpdateUserRoutingProfileCommand({ ...stranger, RoutingProfileId }),
      new UpdateUserSecurityProfilesCommand({ ...target, SecurityProfileIds: [] }),
      new UpdateUserRoutingProfileCommand({ ...target, RoutingProfileId: undefined }),
      new UpdateUserRoutingProfileCommand({ ...target, RoutingProfileId }),
    ].map(async (command) => errorName(acme.connect.send(command as UpdateUserRoutingProfileCommand)));
    expect(await Promise.all(outcomes)).toEqual([
      'ResourceNotFoundException',
      'ResourceNotFoundException',
      'InvalidParameterException',
      'InvalidRequestException',
      'none',
    ]);
  });

  test('moves LastModifiedTime', async () => {
    const clock = new VirtualClock();
    onTestFinished(() => {
      clock.stop();
    });
    const acme = await acmeWithCatalog(acmeSeed(), clock);
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    const created = (await describeUser(acme, target.UserId))?.LastModifiedTime?.getTime() ?? 0;
    await clock.sleep(1500);
    await acme.connect.send(new UpdateUserHierarchyCommand(target));
    const updated = (await describeUser(acme, target.UserId))?.LastModifiedTime?.getTime() ?? 0;
    expect(updated - created).toBe(1500);
  });
});

describe('DeleteUser', () => {
  test('is seen at once, is not repeatable, and frees the username for another id', async () => {
    const acme = await acmeWithCatalog();
    const target = { InstanceId: instanceId, UserId: await create(acme, acme.ann) };
    await acme.connect.send(new DeleteUserCommand(target));
    expect(await errorName(describeUser(acme, target.UserId))).toBe('ResourceNotFoundException');
    expect(await errorName(acme.connect.send(new DeleteUserCommand(target)))).toBe(
      'ResourceNotFoundException',
    );
    expect(await create(acme, acme.ann)).not.toBe(target.UserId);
  });

  test('of an empty id, which the SDK sends with a trailing slash, deletes nothing', async () => {
    const acme = await acmeWithCatalog();
    await create(acme, acme.ann);
    const empty = new DeleteUserCommand({ InstanceId: instanceId, UserId: '' });
    expect(await errorName(acme.connect.send(empty))).toBe('InvalidParameterException');
    expect(acme.simulator.operator.snapshot('acme').users).toHaveLength(1);
  });
});

describe('ListUsers', () => {
  test('gives every user once in pages of the asked size', async () => {
    const acme = await startAcme();
    const { operator } = acme.simulator;
    const usernames = Array.from({ length: 7 }, (_, i) => `user${i}`);
    for (const username of usernames) {
      operator.createUser('acme', { username, routingProfile: 'Basic', securityProfiles: ['Agent'] });
    }
    const pages: string[][] = [];
    const config = { client: acme.connect, pageSize: 3 };
    for await (const page of paginateListUsers(config, { InstanceId: instanceId })) {
      pages.push((page.UserSummaryList ?? []).map(({ Username = '' }) => Username));
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual(usernames);
  });

  test('leaves nobody out when an earlier user is deleted between two pages', async () => {
    const acme = await startAcme();
    const { operator } = acme.simulator;
    for (const username of ['a', 'b', 'c', 'd']) {
      operator.createUser('acme', { username, routingProfile: 'Basic', securityProfiles: ['Agent'] });
    }
    const list = { InstanceId: instanceId, MaxResults: 2 };
    const { NextToken } = await acme.connect.send(new ListUsersCommand(list));
    operator.deleteUser('acme', 'a');
    const rest = await acme.connect.send(new ListUsersCommand({ ...list, NextToken }));
    expect(rest.UserSummaryList?.map(({ Username }) => Username)).toEqual(['c', 'd']);
    expect(rest.NextToken).toBeUndefined();
  });

  test('has 100 to a page unless asked, and at most 1000', async () => {
    const acme = await startAcme();
    for (let i = 0; i < 101; i += 1) {
      const user = { username: `u${i}`, routingProfile: 'Basic', securityProfiles: ['Agent'] };
      acme.simulator.operator.createUser('acme', user);
    }
    const list = async (MaxResults?: number) =>
      acme.connect.send(new ListUsersCommand({ InstanceId: instanceId, MaxResults }));
    expect((await list()).UserSummaryList).toHaveLength(100);
    expect((await list(1000)).UserSummaryList).toHaveLength(101);
    expect(await errorName(list(1001))).toBe('InvalidParameterException');
    expect(await errorName(list(0))).toBe('InvalidParameterException');
  });

  test('refuses a token that it did not give out', async () => {
    const acme = await startAcme();
    const list = new ListUsersCommand({ InstanceId: instanceId, NextToken: 'MTIz' });
    expect(await errorName(acme.connect.send(list))).toBe('InvalidParameterException');
  });
});
