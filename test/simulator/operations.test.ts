import {
  DeleteQuickConnectCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceCommand,
  DescribeQuickConnectCommand,
  DescribeUserHierarchyGroupCommand,
  DescribeUserHierarchyStructureCommand,
  DismissUserContactCommand,
  GetCurrentUserDataCommand,
  ListAgentStatusesCommand,
  ListInstancesCommand,
  ListQuickConnectsCommand,
  ListRoutingProfileQueuesCommand,
  ListSecurityProfilePermissionsCommand,
  ListUserHierarchyGroupsCommand,
  PutUserStatusCommand,
  SearchQuickConnectsCommand,
  SearchRoutingProfilesCommand,
  SearchSecurityProfilesCommand,
  SearchUserHierarchyGroupsCommand,
  UpdateQuickConnectConfigCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import { catalogOf, errorName, instanceArn, instanceId, startAcme, startWithAnn } from './acme.ts';

const instance = { InstanceId: instanceId };

describe('the instance', () => {
  test('is described with its identity management type and creation time', async () => {
    const { connect } = await startAcme();
    const { Instance } = await connect.send(new DescribeInstanceCommand(instance));
    expect(Instance).toMatchObject({
      Id: instanceId,
      Arn: instanceArn,
      InstanceAlias: 'acme',
      IdentityManagementType: 'SAML',
      InstanceStatus: 'ACTIVE',
    });
    expect(Instance?.CreatedTime).toBeInstanceOf(Date);
  });

  test('is listed, at most 10 to a page', async () => {
    const { connect } = await startAcme();
    const { InstanceSummaryList } = await connect.send(new ListInstancesCommand({}));
    expect(InstanceSummaryList).toMatchObject([{ Id: instanceId, InstanceAlias: 'acme' }]);
    expect(await errorName(connect.send(new ListInstancesCommand({ MaxResults: 11 })))).toBe(
      'InvalidParameterException',
    );
  });

  test('has its attributes on or off', async () => {
    const { connect } = await startAcme();
    const attribute = async (AttributeType: 'INBOUND_CALLS' | 'CONTACT_LENS' | 'X') =>
      connect.send(
        new DescribeInstanceAttributeCommand({ ...instance, AttributeType: AttributeType as 'CONTACT_LENS' }),
      );
    expect((await attribute('INBOUND_CALLS')).Attribute?.Value).toBe('true');
    expect((await attribute('CONTACT_LENS')).Attribute?.Value).toBe('false');
    expect(await errorName(attribute('X'))).toBe('InvalidParameterException');
  });
});

describe('profiles', () => {
  test('a security profile has its permissions, and one without any has none', async () => {
    const { connect } = await startAcme();
    const { security } = await catalogOf(connect);
    const permissions = async (SecurityProfileId: string) =>
      (await connect.send(new ListSecurityProfilePermissionsCommand({ ...instance, SecurityProfileId })))
        .Permissions;
    expect(await permissions(security['Admin'] ?? '')).toEqual(['Users.Create', 'Users.Edit']);
    expect(await permissions(security['No Access'] ?? '')).toEqual([]);
    expect(await errorName(permissions(instanceId))).toBe('ResourceNotFoundException');
  });

  test('a routing profile has its queues, and a parked one has none', async () => {
    const { connect } = await startAcme();
    const { routing } = await catalogOf(connect);
    const queues = async (RoutingProfileId: string) =>
      (
        await connect.send(new ListRoutingProfileQueuesCommand({ ...instance, RoutingProfileId }))
      ).RoutingProfileQueueConfigSummaryList?.map(({ QueueName }) => QueueName);
    expect(await queues(routing['Sales'] ?? '')).toEqual(['Sales', 'BasicQueue']);
    expect(await queues(routing['Parked'] ?? '')).toEqual([]);
  });

  test('both are found by name', async () => {
    const { connect } = await startAcme();
    const StringCondition = { FieldName: 'name', Value: 'a', ComparisonType: 'CONTAINS' } as const;
    const criteria = { ...instance, SearchCriteria: { StringCondition } };
    const security = await connect.send(new SearchSecurityProfilesCommand(criteria));
    const routing = await connect.send(new SearchRoutingProfilesCommand(criteria));
    expect(security.SecurityProfiles?.map((one) => one.SecurityProfileName)).toEqual([
      'Admin',
      'Agent',
      'No Access',
    ]);
    expect(routing.RoutingProfiles?.map(({ Name }) => Name)).toEqual(['Basic', 'Sales', 'Parked']);
    expect(routing.ApproximateTotalCount).toBe(3);
  });
});

describe('the hierarchy', () => {
  test('lists groups flat and describes each with its path', async () => {
    const { connect } = await startAcme();
    const { UserHierarchyGroupSummaryList = [] } = await connect.send(
      new ListUserHierarchyGroupsCommand(instance),
    );
    expect(UserHierarchyGroupSummaryList.map(({ Name }) => Name)).toEqual([
      'EMEA',
      'London',
      'Sales',
      'Leeds',
      'Sales',
    ]);
    const HierarchyGroupId = UserHierarchyGroupSummaryList[2]?.Id;
    const described = await connect.send(
      new DescribeUserHierarchyGroupCommand({ ...instance, HierarchyGroupId }),
    );
    expect(described.HierarchyGroup).toMatchObject({
      Name: 'Sales',
      HierarchyPath: {
        LevelOne: { Name: 'EMEA' },
        LevelTwo: { Name: 'London' },
        LevelThree: { Name: 'Sales' },
      },
    });
    const structure = await connect.send(new DescribeUserHierarchyStructureCommand(instance));
    expect(structure.HierarchyStructure).toMatchObject({
      LevelOne: { Name: 'Region' },
      LevelThree: { Name: 'Team', Id: described.HierarchyGroup?.LevelId },
    });
  });

  test('finds groups by parent', async () => {
    const { connect } = await startAcme();
    const groups = await connect.send(new SearchUserHierarchyGroupsCommand(instance));
    const StringCondition = {
      FieldName: 'parentId',
      Value: groups.UserHierarchyGroups?.[0]?.Id,
      ComparisonType: 'EXACT',
    } as const;
    const found = await connect.send(
      new SearchUserHierarchyGroupsCommand({ ...instance, SearchCriteria: { StringCondition } }),
    );
    expect(found.UserHierarchyGroups?.map(({ Name }) => Name)).toEqual(['London', 'Leeds']);
  });
});

describe('quick connects', () => {
  test('outlive their user, and are repointed or deleted by themselves', async () => {
    const { connect, simulator, ann } = await startWithAnn();
    const list = await connect.send(
      new ListQuickConnectsCommand({ ...instance, QuickConnectTypes: ['USER'] }),
    );
    expect(list.QuickConnectSummaryList?.map(({ Name }) => Name)).toEqual(['Ann']);
    const target = { ...instance, QuickConnectId: list.QuickConnectSummaryList?.[0]?.Id };
    simulator.operator.deleteUser('acme', 'ann');
    const bo = { username: 'bo', routingProfile: 'Sales', securityProfiles: ['Agent'] };
    const UserId = simulator.operator.createUser('acme', bo);
    const userId = async () =>
      (await connect.send(new DescribeQuickConnectCommand(target))).QuickConnect?.QuickConnectConfig
        ?.UserConfig?.UserId;
    expect(await userId()).toBe(ann);
    const repoint = async (to: string) =>
      connect.send(
        new UpdateQuickConnectConfigCommand({
          ...target,
          QuickConnectConfig: { QuickConnectType: 'USER', UserConfig: { UserId: to, ContactFlowId: 'flow' } },
        }),
      );
    expect(await errorName(repoint(ann))).toBe('ResourceNotFoundException');
    await repoint(UserId);
    expect(await userId()).toBe(UserId);
    await connect.send(new DeleteQuickConnectCommand(target));
    expect(await errorName(userId())).toBe('ResourceNotFoundException');
    const left = await connect.send(new SearchQuickConnectsCommand(instance));
    expect(left.QuickConnects?.map(({ Name }) => Name)).toEqual(['Front desk']);
  });
});

describe('agents', () => {
  test('have statuses, which can be listed by type and put', async () => {
    const { connect, simulator, target } = await startWithAnn();
    const list = await connect.send(
      new ListAgentStatusesCommand({ ...instance, AgentStatusTypes: ['CUSTOM', 'OFFLINE'] }),
    );
    expect(list.AgentStatusSummaryList?.map(({ Name }) => Name)).toEqual(['Offline', 'Lunch']);
    const { statuses } = await catalogOf(connect);
    await connect.send(new PutUserStatusCommand({ ...target, AgentStatusId: statuses['Offline'] }));
    expect(simulator.operator.snapshot('acme').users[0]?.status).toBe('Offline');
    const unknown = new PutUserStatusCommand({ ...target, AgentStatusId: instanceId });
    expect(await errorName(connect.send(unknown))).toBe('ResourceNotFoundException');
  });

  test('are in current user data while they have a contact, which is dismissed only when it is over', async () => {
    const { connect, simulator, target, ann } = await startWithAnn();
    const data = async () =>
      (await connect.send(new GetCurrentUserDataCommand({ ...instance, Filters: { Agents: [ann] } })))
        .UserDataList;
    expect(await data()).toEqual([]);
    const contact = { contactId: 'c-1', channel: 'VOICE', state: 'CONNECTED' } as const;
    simulator.operator.editUser('acme', 'ann', { contacts: [contact] });
    expect(await data()).toMatchObject([
      { User: { Id: ann }, Contacts: [{ ContactId: 'c-1', AgentContactState: 'CONNECTED' }] },
    ]);
    const dismiss = async () =>
      errorName(connect.send(new DismissUserContactCommand({ ...target, ContactId: 'c-1' })));
    expect(await dismiss()).toBe('InvalidRequestException');
    simulator.operator.editUser('acme', 'ann', { contacts: [{ ...contact, state: 'MISSED' }] });
    expect(await dismiss()).toBe('none');
    expect(await data()).toEqual([]);
  });
});
