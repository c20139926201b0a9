import * as agents from './operations/agents.ts';
import * as hierarchy from './operations/hierarchy.ts';
import * as instances from './operations/instances.ts';
import * as proficiencies from './operations/proficiencies.ts';
import * as profiles from './operations/profiles.ts';
import * as quickConnects from './operations/quick-connects.ts';
import * as searching from './operations/search-users.ts';
import * as tags from './operations/tags.ts';
import * as updates from './operations/user-updates.ts';
import * as users from './operations/users.ts';
import type { AccountCall, InstanceCall } from './wire/request.ts';
import { matchPath, type PathTemplate, pathTemplate } from './wire/route.ts';

/** What an operation answers: an object for the body, nothing for an empty 200. */
type Reply = object | undefined;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type Operation = {
  readonly name: string;
  readonly method: Method;
  readonly path: PathTemplate;
} & (
  | { readonly of: 'instance'; readonly handle: (call: InstanceCall) => Reply }
  | { readonly of: 'account'; readonly handle: (call: AccountCall) => Reply }
);

/** Names, methods and paths as in the service model, version 2017-08-08. */
const operations: readonly Operation[] = [
  operation('CreateUser', 'PUT', '/users/{InstanceId}', users.createUser),
  operation('DescribeUser', 'GET', '/users/{InstanceId}/{UserId}', users.describeUser),
  operation('DeleteUser', 'DELETE', '/users/{InstanceId}/{UserId}', users.deleteUser),
  operation('ListUsers', 'GET', '/users-summary/{InstanceId}', users.listUsers),
  operation('SearchUsers', 'POST', '/search-users', searching.searchUsers),
  userOperation('UpdateUserIdentityInfo', 'POST', 'identity-info', updates.updateUserIdentityInfo),
  userOperation('UpdateUserPhoneConfig', 'POST', 'phone-config', updates.updateUserPhoneConfig),
  userOperation('UpdateUserConfig', 'POST', 'config', updates.updateUserConfig),
  userOperation('UpdateUserRoutingProfile', 'POST', 'routing-profile', updates.updateUserRoutingProfile),
  userOperation(
    'UpdateUserSecurityProfiles',
    'POST',
    'security-profiles',
    updates.updateUserSecurityProfiles,
  ),
  userOperation('UpdateUserHierarchy', 'POST', 'hierarchy', updates.updateUserHierarchy),
  userOperation('PutUserStatus', 'PUT', 'status', updates.putUserStatus),
  userOperation('DismissUserContact', 'POST', 'contact', agents.dismissUserContact),
  userOperation('ListUserProficiencies', 'GET', 'proficiencies', proficiencies.listUserProficiencies),
  userOperation('UpdateUserProficiencies', 'POST', 'proficiencies', proficiencies.updateUserProficiencies),
  userOperation(
    'AssociateUserProficiencies',
    'POST',
    'associate-proficiencies',
    proficiencies.associateUserProficiencies,
  ),
  userOperation(
    'DisassociateUserProficiencies',
    'POST',
    'disassociate-proficiencies',
    proficiencies.disassociateUserProficiencies,
  ),
  operation('TagResource', 'POST', '/tags/{resourceArn}', tags.tagResource),
  operation('UntagResource', 'DELETE', '/tags/{resourceArn}', tags.untagResource),
  operation('ListTagsForResource', 'GET', '/tags/{resourceArn}', tags.listTagsForResource),
  operation('SearchResourceTags', 'POST', '/search-resource-tags', tags.searchResourceTags),
  operation(
    'ListSecurityProfiles',
    'GET',
    '/security-profiles-summary/{InstanceId}',
    profiles.listSecurityProfiles,
  ),
  operation('SearchSecurityProfiles', 'POST', '/search-security-profiles', profiles.searchSecurityProfiles),
  operation(
    'ListSecurityProfilePermissions',
    'GET',
    '/security-profiles-permissions/{InstanceId}/{SecurityProfileId}',
    profiles.listSecurityProfilePermissions,
  ),
  operation(
    'ListRoutingProfiles',
    'GET',
    '/routing-profiles-summary/{InstanceId}',
    profiles.listRoutingProfiles,
  ),
  operation('SearchRoutingProfiles', 'POST', '/search-routing-profiles', profiles.searchRoutingProfiles),
  operation(
    'ListRoutingProfileQueues',
    'GET',
    '/routing-profiles/{InstanceId}/{RoutingProfileId}/queues',
    profiles.listRoutingProfileQueues,
  ),
  operation(
    'ListUserHierarchyGroups',
    'GET',
    '/user-hierarchy-groups-summary/{InstanceId}',
    hierarchy.listUserHierarchyGroups,
  ),
  operation(
    'DescribeUserHierarchyGroup',
    'GET',
    '/user-hierarchy-groups/{InstanceId}/{HierarchyGroupId}',
    hierarchy.describeUserHierarchyGroup,
  ),
  operation(
    'DescribeUserHierarchyStructure',
    'GET',
    '/user-hierarchy-structure/{InstanceId}',
    hierarchy.describeUserHierarchyStructure,
  ),
  operation(
    'SearchUserHierarchyGroups',
    'POST',
    '/search-user-hierarchy-groups',
    hierarchy.searchUserHierarchyGroups,
  ),
  operation('DescribeInstance', 'GET', '/instance/{InstanceId}', instances.describeInstance),
  operation(
    'DescribeInstanceAttribute',
    'GET',
    '/instance/{InstanceId}/attribute/{AttributeType}',
    instances.describeInstanceAttribute,
  ),
  {
    name: 'ListInstances',
    method: 'GET',
    path: pathTemplate('/instance'),
    of: 'account',
    handle: instances.listInstances,
  },
  operation(
    'ListPredefinedAttributes',
    'GET',
    '/predefined-attributes/{InstanceId}',
    instances.listPredefinedAttributes,
  ),
  operation(
    'DescribePredefinedAttribute',
    'GET',
    '/predefined-attributes/{InstanceId}/{Name}',
    instances.describePredefinedAttribute,
  ),
  operation(
    'SearchPredefinedAttributes',
    'POST',
    '/search-predefined-attributes',
    instances.searchPredefinedAttributes,
  ),
  operation('ListAgentStatuses', 'GET', '/agent-status/{InstanceId}', agents.listAgentStatuses),
  operation('GetCurrentUserData', 'POST', '/metrics/userdata/{InstanceId}', agents.getCurrentUserData),
  operation('ListQuickConnects', 'GET', '/quick-connects/{InstanceId}', quickConnects.listQuickConnects),
  operation(
    'DescribeQuickConnect',
    'GET',
    '/quick-connects/{InstanceId}/{QuickConnectId}',
    quickConnects.describeQuickConnect,
  ),
  operation(
    'DeleteQuickConnect',
    'DELETE',
    '/quick-connects/{InstanceId}/{QuickConnectId}',
    quickConnects.deleteQuickConnect,
  ),
  operation('SearchQuickConnects', 'POST', '/search-quick-connects', quickConnects.searchQuickConnects),
  operation(
    'UpdateQuickConnectConfig',
    'POST',
    '/quick-connects/{InstanceId}/{QuickConnectId}/config',
    quickConnects.updateQuickConnectConfig,
  ),
];

/** @param rawPath as it came over the wire, still percent-encoded */
export function findOperation(method: string, rawPath: string) {
  for (const operation of operations) {
    const labels = operation.method === method ? matchPath(operation.path, rawPath) : undefined;
    if (labels) return { operation, labels };
  }
  return undefined;
}

function operation(
  name: string,
  method: Method,
  path: string,
  handle: (call: InstanceCall) => Reply,
): Operation {
  return { name, method, path: pathTemplate(path), of: 'instance', handle };
}

function userOperation(
  name: string,
  method: Method,
  aspect: string,
  handle: (call: InstanceCall) => Reply,
): Operation {
  return operation(name, method, `/users/{InstanceId}/{UserId}/${aspect}`, handle);
}
