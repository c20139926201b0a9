import {
  AssociateUserProficienciesCommand,
  DeleteQuickConnectCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceCommand,
  DescribePredefinedAttributeCommand,
  DescribeQuickConnectCommand,
  DescribeUserCommand,
  DescribeUserHierarchyGroupCommand,
  DescribeUserHierarchyStructureCommand,
  DisassociateUserProficienciesCommand,
  DismissUserContactCommand,
  GetCurrentUserDataCommand,
  ListAgentStatusesCommand,
  ListInstancesCommand,
  ListPredefinedAttributesCommand,
  ListQuickConnectsCommand,
  ListRoutingProfileQueuesCommand,
  ListSecurityProfilePermissionsCommand,
  ListTagsForResourceCommand,
  ListUserHierarchyGroupsCommand,
  ListUserProficienciesCommand,
  PutUserStatusCommand,
  SearchQuickConnectsCommand,
  SearchResourceTagsCommand,
  SearchRoutingProfilesCommand,
  SearchSecurityProfilesCommand,
  SearchUserHierarchyGroupsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateQuickConnectConfigCommand,
  UpdateUserProficienciesCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import { acmeSeed, catalogOf, errorName, instanceArn, instanceId, startAcme } from './acme.ts';

const instance = { InstanceId: instanceId };
const annSeed = `identityManagementType: SAML
users:
  - { username: ann, firstName: Ann, lastName: Archer, routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, London, Sales], tags: { team: blue } }
quickConnects:
  - { name: Ann, user: ann }
  - { name: Front desk, phoneNumber: "+442071234567" }`;

async function startWithAnn() {
  const acme = await startAcme({ seed: acmeSeed(annSeed) });
  const ann = acme.simulator.operator.snapshot('acme').users[0]?.id ?? '';
  return { ...acme, ann, target: { ...instance, UserId: ann }, arn: `${instanceArn}/agent/${ann}` };
}

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

describe('proficiencies', () => {
  const crm = { AttributeName: 'Product', AttributeValue: 'CRM', Level: 3 };

  test('are associated, updated, listed and disassociated, and DescribeUser does not show them', async () => {
    const { connect, target } = await startWithAnn();
    const list = async () =>
      (await connect.send(new ListUserProficienciesCommand(target))).UserProficiencyList ?? [];
    await connect.send(new AssociateUserProficienciesCommand({ ...target, UserProficiencies: [crm] }));
    expect(await list()).toEqual([crm]);
    const better = { ...crm, Level: 5 };
    await connect.send(new UpdateUserProficienciesCommand({ ...target, UserProficiencies: [better] }));
    expect(await list()).toEqual([better]);
    expect((await connect.send(new DescribeUserCommand(target))).User).not.toHaveProperty(
      'UserProficiencies',
    );
    const { Level: _, ...key } = crm;
    await connect.send(new DisassociateUserProficienciesCommand({ ...target, UserProficiencies: [key] }));
    expect(await list()).toEqual([]);
  });

  test('are refused when not predefined, out of range, not whole, twice, or not there to update', async () => {
    const { connect, target } = await startWithAnn();
    const associate = async (one: typeof crm) =>
      errorName(connect.send(new AssociateUserProficienciesCommand({ ...target, UserProficiencies: [one] })));
    const update = new UpdateUserProficienciesCommand({ ...target, UserProficiencies: [crm] });
    expect(await errorName(connect.send(update))).toBe('InvalidParameterException');
    expect(await associate({ ...crm, AttributeValue: 'Fax' })).toBe('InvalidParameterException');
    expect(await associate({ ...crm, Level: 6 })).toBe('InvalidParameterException');
    expect(await associate({ ...crm, Level: 2.5 })).toBe('InvalidParameterException');
    expect(await associate(crm)).toBe('none');
    expect(await associate(crm)).toBe('InvalidRequestException');
  });

  test('use predefined attributes, whose list has names only', async () => {
    const { connect } = await startAcme();
    const { PredefinedAttributeSummaryList } = await connect.send(
      new ListPredefinedAttributesCommand(instance),
    );
    expect(PredefinedAttributeSummaryList).toMatchObject([{ Name: 'Product' }]);
    const one = await connect.send(new DescribePredefinedAttributeCommand({ ...instance, Name: 'Product' }));
    expect(one.PredefinedAttribute?.Values).toMatchObject({ StringList: ['CRM', 'Billing'] });
  });

  test('are at most 10 per user', async () => {
    const values = Array.from({ length: 11 }, (_, i) => `v${i}`);
    const attribute = `predefinedAttributes: [{ name: Product, values: [${values.join(', ')}] }]`;
    const seed = acmeSeed(annSeed).replace(
      'predefinedAttributes: [{ name: Product, values: [CRM, Billing] }]',
      attribute,
    );
    const { connect, simulator } = await startAcme({ seed });
    const UserId = simulator.operator.snapshot('acme').users[0]?.id;
    const UserProficiencies = values.map((AttributeValue) => ({ ...crm, AttributeValue }));
    const eleven = new AssociateUserProficienciesCommand({ ...instance, UserId, UserProficiencies });
    expect(await errorName(connect.send(eleven))).toBe('InvalidRequestException');
  });
});

describe('tags', () => {
  test('merge, are removed by repeated keys, and are the user’s own', async () => {
    const { connect, target, arn } = await startWithAnn();
    await connect.send(
      new TagResourceCommand({ resourceArn: arn, tags: { 'scim-bridge:id': 'acme', a: '1', b: '2' } }),
    );
    const listed = await connect.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(listed.tags).toEqual({ team: 'blue', 'scim-bridge:id': 'acme', a: '1', b: '2' });
    await connect.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['a', 'b', 'not there'] }));
    const { User } = await connect.send(new DescribeUserCommand(target));
    expect(User?.Tags).toEqual({ team: 'blue', 'scim-bridge:id': 'acme' });
  });

  test('are at most 50, never system tags, and on something that exists', async () => {
    const { connect, arn } = await startWithAnn();
    const tag = async (tags: Record<string, string>, resourceArn = arn) =>
      errorName(connect.send(new TagResourceCommand({ resourceArn, tags })));
    const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, '']));
    expect(await tag(fifty)).toBe('InvalidRequestException');
    expect(await tag({ 'aws:x': '1' })).toBe('InvalidParameterException');
    expect(await tag({ a: '1' }, `${instanceArn}/agent/${instanceId}`)).toBe('ResourceNotFoundException');
    expect(await tag({ a: '1' }, 'not-an-arn')).toBe('InvalidParameterException');
  });

  test('are searched by key and value', async () => {
    const { connect } = await startWithAnn();
    const search = async (tagKey: string) =>
      connect.send(
        new SearchResourceTagsCommand({
          ...instance,
          ResourceTypes: ['agent'],
          SearchCriteria: { TagSearchCondition: { tagKey, tagKeyComparisonType: 'STARTS_WITH' } },
        }),
      );
    expect((await search('te')).Tags).toEqual([{ key: 'team', value: 'blue' }]);
    expect((await search('x')).Tags).toEqual([]);
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
