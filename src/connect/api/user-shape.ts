import type { CreateUserRequest, User, UserIdentityInfo, UserPhoneConfig } from '@aws-sdk/client-connect';
import type { DesiredUser, IdentityManagementType, UserFields } from '../user.ts';

type IdentityField = 'firstName' | 'lastName' | 'email' | 'secondaryEmail' | 'mobile';
type PhoneField =
  | 'phoneType'
  | 'deskPhoneNumber'
  | 'autoAccept'
  | 'afterContactWorkTimeLimit'
  | 'persistentConnection';

export type IdentityFields = Partial<Pick<UserFields, IdentityField>>;
export type PhoneFields = Partial<Pick<UserFields, PhoneField>>;

const IDENTITY_MEMBERS = {
  firstName: 'FirstName',
  lastName: 'LastName',
  email: 'Email',
  secondaryEmail: 'SecondaryEmail',
  mobile: 'Mobile',
} as const satisfies Record<IdentityField, keyof UserIdentityInfo>;

/** The members of CreateUser that come from fields. An empty field is left out: a new user has none anyway. */
export function createUserMembers(
  fields: DesiredUser['fields'],
  type: IdentityManagementType,
): Omit<CreateUserRequest, 'InstanceId' | 'Username'> {
  return {
    SecurityProfileIds: [...fields.securityProfileIds],
    RoutingProfileId: fields.routingProfileId,
    HierarchyGroupId: fields.hierarchyGroupId || undefined,
    IdentityInfo: identityInfo(fields, {}, type),
    // A softphone is what the console creates; whether CreateUser works with no phone type is not documented.
    PhoneConfig: phoneConfig({ phoneType: 'SOFT_PHONE', ...fields }),
  };
}

/**
 * IdentityInfo as a whole: whether UpdateUserIdentityInfo keeps members that are left out is not documented.
 *
 * @param to an absent member is not sent
 * @param from what the user has; a member that is to be emptied is sent as "" only when `from` has a value, since
 *   Connect's pattern for SecondaryEmail has no room for ""
 */
export function identityInfo(
  to: IdentityFields,
  from: IdentityFields,
  type: IdentityManagementType,
): UserIdentityInfo {
  const sent = (Object.keys(IDENTITY_MEMBERS) as IdentityField[]).filter(
    (field) => accepts(type, field) && (to[field] || (to[field] === '' && from[field])),
  );
  return Object.fromEntries(sent.map((field) => [IDENTITY_MEMBERS[field], to[field]]));
}

/** API reference, UserIdentityInfo: SAML has no e-mail, and an existing directory keeps names and e-mail itself. */
function accepts(type: IdentityManagementType, field: IdentityField): boolean {
  if (field === 'email') return type === 'CONNECT_MANAGED';
  if (field === 'firstName' || field === 'lastName') return type !== 'EXISTING_DIRECTORY';
  return true;
}

/** PhoneConfig as a whole. An absent member, or an empty number, is not sent. */
export function phoneConfig(to: PhoneFields): UserPhoneConfig {
  return {
    PhoneType: to.phoneType,
    DeskPhoneNumber: to.deskPhoneNumber || undefined,
    AutoAccept: to.autoAccept,
    AfterContactWorkTimeLimit: to.afterContactWorkTimeLimit,
    PersistentConnection: to.persistentConnection,
  };
}

/** What DescribeUser returned, in the bridge's words. After-contact work is in seconds there (in SearchUsers it is not). */
export function userFields(user: User): UserFields {
  return {
    firstName: user.IdentityInfo?.FirstName ?? '',
    lastName: user.IdentityInfo?.LastName ?? '',
    email: user.IdentityInfo?.Email ?? '',
    secondaryEmail: user.IdentityInfo?.SecondaryEmail ?? '',
    mobile: user.IdentityInfo?.Mobile ?? '',
    securityProfileIds: [...new Set(user.SecurityProfileIds)].sort(),
    routingProfileId: user.RoutingProfileId ?? '',
    hierarchyGroupId: user.HierarchyGroupId ?? '',
    phoneType: user.PhoneConfig?.PhoneType ?? 'SOFT_PHONE',
    deskPhoneNumber: user.PhoneConfig?.DeskPhoneNumber ?? '',
    autoAccept: user.PhoneConfig?.AutoAccept ?? false,
    afterContactWorkTimeLimit: user.PhoneConfig?.AfterContactWorkTimeLimit ?? 0,
    persistentConnection: user.PhoneConfig?.PersistentConnection ?? false,
  };
}
