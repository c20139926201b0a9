/**
 * Every operation of the Connect API that the bridge calls, and whether it changes something. Throttling is per
 * operation (admin guide, service limits), and `docs/iam-policy.json` allows exactly these.
 */
export const CONNECT_OPERATIONS = {
  DescribeInstance: 'read',
  ListSecurityProfiles: 'read',
  ListSecurityProfilePermissions: 'read',
  ListRoutingProfiles: 'read',
  ListRoutingProfileQueues: 'read',
  SearchUserHierarchyGroups: 'read',
  ListAgentStatuses: 'read',
  SearchPredefinedAttributes: 'read',
  ListUsers: 'read',
  SearchUsers: 'read',
  DescribeUser: 'read',
  CreateUser: 'write',
  UpdateUserIdentityInfo: 'write',
  UpdateUserPhoneConfig: 'write',
  UpdateUserRoutingProfile: 'write',
  UpdateUserSecurityProfiles: 'write',
  UpdateUserHierarchy: 'write',
  PutUserStatus: 'write',
  DeleteUser: 'write',
  ListUserProficiencies: 'read',
  AssociateUserProficiencies: 'write',
  UpdateUserProficiencies: 'write',
  DisassociateUserProficiencies: 'write',
  SearchQuickConnects: 'read',
  UpdateQuickConnectConfig: 'write',
  DeleteQuickConnect: 'write',
  TagResource: 'write',
  UntagResource: 'write',
} as const satisfies Record<string, 'read' | 'write'>;

export type ConnectOperation = keyof typeof CONNECT_OPERATIONS;
