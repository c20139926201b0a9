import {
  DeleteUserCommand,
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
import { VirtualClock } from '../virtual-clock.ts';
import {
  acmeSeed,
  acmeWithCatalog,
  create,
  describeUser,
  errorName,
  instanceId,
  startAcme,
  unknownId,
} from './acme.ts';

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
