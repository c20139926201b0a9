import { CreateUserCommand, type CreateUserCommandInput, DescribeUserCommand } from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import {
  acmeSeed,
  acmeWithCatalog,
  create,
  describeUser,
  errorName,
  instanceArn,
  unknownId,
} from './acme.ts';

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
