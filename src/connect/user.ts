/** How an instance knows its users. Fixed when the instance is created (API reference, CreateInstance). */
export type IdentityManagementType = 'SAML' | 'CONNECT_MANAGED' | 'EXISTING_DIRECTORY';

/** Id of a user in a Connect instance; never to be mixed up with a SCIM id. */
export type ConnectUserId = string & { readonly brand: 'ConnectUserId' };

/**
 * The fields of a Connect user that the bridge can own, flat, with ids instead of names. Desired, actual and
 * last applied users share this type, so that planning is a comparison. An empty string means "has none".
 */
export interface UserFields {
  /** 0–255 characters, NFC. */
  readonly firstName: string;
  /** 0–300 characters, NFC; 256 on CONNECT_MANAGED. */
  readonly lastName: string;
  /** Sent on CONNECT_MANAGED only: an error on SAML (API reference, UserIdentityInfo). */
  readonly email: string;
  readonly secondaryEmail: string;
  /** E.164. */
  readonly mobile: string;
  /** 1–10 ids, sorted, without duplicates. */
  readonly securityProfileIds: readonly string[];
  readonly routingProfileId: string;
  readonly hierarchyGroupId: string;
  readonly phoneType: 'SOFT_PHONE' | 'DESK_PHONE';
  /** E.164. */
  readonly deskPhoneNumber: string;
  readonly autoAccept: boolean;
  /** Seconds, 0–2 000 000; 0 is without limit. */
  readonly afterContactWorkTimeLimit: number;
  readonly persistentConnection: boolean;
}

export type UserField = keyof UserFields;
export type UserTags = Readonly<Record<string, string>>;

/** What the mapping wants a Connect user to be. A field that is absent is unmanaged. */
export interface DesiredUser {
  /** Exact case; must equal the SAML RoleSessionName. */
  readonly username: string;
  readonly fields: Partial<UserFields> & Pick<UserFields, 'securityProfileIds' | 'routingProfileId'>;
  /** The mapping's tags; never keys of the bridge's own (`scim-bridge:`) or of AWS (`aws:`). */
  readonly tags?: UserTags;
  /** Sorted by attribute name and value. */
  readonly proficiencies?: readonly UserProficiency[];
  /** Of CreateUser only, on EXISTING_DIRECTORY only. */
  readonly directoryUserId?: string;
}

/** What an agent is good at: a value of a predefined attribute, with a level from 1 to 5. */
export interface UserProficiency {
  readonly attributeName: string;
  readonly attributeValue: string;
  readonly level: number;
}

/** A button by which agents transfer contacts to a user. */
export interface QuickConnect {
  readonly id: string;
  readonly name: string;
  readonly contactFlowId: string;
}

/** A Connect user as read by DescribeUser. */
export interface ActualUser {
  readonly id: ConnectUserId;
  readonly username: string;
  readonly fields: Partial<UserFields>;
  readonly tags: UserTags;
}

/** The values that the bridge itself wrote last, per field. */
export type LastApplied = Partial<UserFields>;

/**
 * Who decides a field's value after the user was created.
 * enforce: the mapping, always. follow: the mapping, when its value changes; an edit in Connect stays until then.
 * seed: the mapping, at creation only. ignore: never written.
 */
export type Ownership = 'enforce' | 'follow' | 'seed' | 'ignore';
export type FieldOwnership = Readonly<Record<UserField, Ownership>>;

/** Whose user it is. ours: link and tag agree. unowned: no bridge's tag. foreign: another bridge's tag. */
export type Claim = 'ours' | 'unowned' | 'foreign';

/** What Connect has of a (user, instance). */
export type Lifecycle = 'absent' | 'active' | 'suspended' | 'deleted';

/** Tag keys by which the bridge finds its own users again, also after its store was lost. */
export const BRIDGE_ID_TAG = 'scim-bridge:id';
export const SCIM_USER_TAG = 'scim-bridge:user';

export function ownershipTags(bridgeId: string, scimUserId: string): UserTags {
  return { [BRIDGE_ID_TAG]: bridgeId, [SCIM_USER_TAG]: scimUserId };
}

export function claimOf(tags: UserTags, bridgeId: string, scimUserId: string): Claim {
  if (tags[BRIDGE_ID_TAG] === undefined) return 'unowned';
  return tags[BRIDGE_ID_TAG] === bridgeId && tags[SCIM_USER_TAG] === scimUserId ? 'ours' : 'foreign';
}
