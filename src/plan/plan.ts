import type {
  ConnectUserId,
  DesiredUser,
  FieldOwnership,
  IdentityManagementType,
  LastApplied,
  Lifecycle,
  QuickConnect,
  UserFields,
  UserProficiency,
  UserTags,
} from '../connect/user.ts';

/** Work order at every bucket: a leaver never waits behind a joiner. */
export const LANES = ['locked', 'leaver', 'reduction', 'joiner', 'move', 'cosmetic'] as const;
export type Lane = (typeof LANES)[number];

/** How far the reconciler is with a (user, instance). */
export type SyncState = 'synced' | 'pending' | 'parked' | 'held';

/**
 * Changes that can hurt many people at once, counted and limited by the guard. grant: an existing user gains a security
 * profile, or a new one is to have a sensitive one. sensitive: anybody would gain a sensitive one by what nobody has
 * approved. reduce: a user who stays loses a security profile that the bridge gave him. routing: his routing profile
 * changes.
 */
export const EFFECTS = [
  'deactivate',
  'delete',
  'recreate',
  'grant',
  'sensitive',
  'reduce',
  'routing',
] as const;
export type Effect = (typeof EFFECTS)[number];

export type IdentityFields = Pick<
  UserFields,
  'firstName' | 'lastName' | 'email' | 'secondaryEmail' | 'mobile'
>;
export type PhoneFields = Pick<
  UserFields,
  'phoneType' | 'deskPhoneNumber' | 'autoAccept' | 'afterContactWorkTimeLimit' | 'persistentConnection'
>;

/** One Connect API call, with what it replaces, so that a plan can be shown, audited and refused. */
export type Change =
  | {
      readonly kind: 'createUser';
      readonly username: string;
      readonly to: DesiredUser['fields'];
      /** The bridge's own and the mapping's. */
      readonly tags: UserTags;
      /** The mapping's tags, out of `tags`. */
      readonly mappedTags: UserTags;
      /** On EXISTING_DIRECTORY only. */
      readonly directoryUserId?: string;
      /** The user of ours whose place the new one takes: Connect cannot rename. */
      readonly replaces: { readonly userId: ConnectUserId; readonly username: string } | null;
    }
  | {
      readonly kind: 'updateUserIdentityInfo';
      readonly userId: ConnectUserId;
      readonly from: Partial<IdentityFields>;
      readonly to: Partial<IdentityFields>;
    }
  | {
      readonly kind: 'updateUserPhoneConfig';
      readonly userId: ConnectUserId;
      readonly from: Partial<PhoneFields>;
      readonly to: Partial<PhoneFields>;
    }
  | {
      readonly kind: 'updateUserRoutingProfile';
      readonly userId: ConnectUserId;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'updateUserSecurityProfiles';
      readonly userId: ConnectUserId;
      readonly from: readonly string[];
      readonly to: readonly string[];
      /** Where the user stands once Connect accepted this. */
      readonly lifecycle: 'active' | 'suspended';
    }
  | {
      readonly kind: 'updateUserHierarchy';
      readonly userId: ConnectUserId;
      readonly from: string;
      /** Empty clears it. */
      readonly to: string;
    }
  | {
      readonly kind: 'tagResource';
      readonly userId: ConnectUserId;
      /** Values that are overwritten. */
      readonly from: UserTags;
      readonly to: UserTags;
    }
  | { readonly kind: 'untagResource'; readonly userId: ConnectUserId; readonly from: UserTags }
  | {
      readonly kind: 'associateUserProficiencies';
      readonly userId: ConnectUserId;
      readonly to: readonly UserProficiency[];
    }
  | {
      readonly kind: 'updateUserProficiencies';
      readonly userId: ConnectUserId;
      readonly from: readonly UserProficiency[];
      readonly to: readonly UserProficiency[];
    }
  | {
      readonly kind: 'disassociateUserProficiencies';
      readonly userId: ConnectUserId;
      readonly from: readonly UserProficiency[];
    }
  | { readonly kind: 'putUserStatus'; readonly userId: ConnectUserId; readonly to: string }
  | {
      readonly kind: 'updateQuickConnectConfig';
      /** To whom it led. */
      readonly userId: ConnectUserId;
      readonly quickConnect: QuickConnect;
      readonly to: ConnectUserId;
    }
  | {
      readonly kind: 'deleteQuickConnect';
      readonly userId: ConnectUserId;
      readonly quickConnect: QuickConnect;
    }
  | { readonly kind: 'deleteUser'; readonly userId: ConnectUserId; readonly from: LastApplied };

/** Why a plan cannot be made legally, in words for an identity admin. */
export interface ParkReason {
  /** Stable: usernameInvalid, unknownSecurityProfile … */
  readonly code: string;
  /** What was found and what was expected. */
  readonly detail: string;
  /** What to do. */
  readonly remedy: string;
  /** The Connect username that he could have if only nobody else had it. */
  readonly waitsFor?: string;
}

/**
 * Why a user is to be without access. access: the dates or attributes that the mapping names say so. expired: he was
 * suspended for longer than `deleteAfterDays`.
 */
export type SuspendCause = 'deactivated' | 'deleted' | 'unmatched' | 'access' | 'expired';

/** What the directory, the mapping and the policy want of one user in one instance. */
export type Wanted =
  | { readonly kind: 'active'; readonly user: DesiredUser }
  | { readonly kind: 'suspended'; readonly cause: SuspendCause }
  | { readonly kind: 'deleted'; readonly cause: SuspendCause }
  /** The rules do not want this user here and he is not here. */
  | { readonly kind: 'skip' }
  /** Gains wait; what `grantedSecurityProfileIds` does not hold is removed all the same. */
  | {
      readonly kind: 'parked';
      readonly reason: ParkReason;
      readonly grantedSecurityProfileIds: readonly string[];
    };

/** What the bridge knows of its user in Connect. One that the bridge itself deleted is no link at all. */
export interface LinkedUser {
  readonly userId: ConnectUserId;
  readonly username: string;
  /** deleted: somebody deleted him in Connect. */
  readonly lifecycle: Exclude<Lifecycle, 'absent'>;
  /** What the bridge wrote or last found wanted; absent while a call that changes it is under way. */
  readonly lastApplied: LastApplied;
  /** Last seen in Connect, by a read or by our own accepted write. */
  readonly actual: Partial<UserFields>;
  readonly tags: Known<UserTags>;
  readonly proficiencies: Known<readonly UserProficiency[], null>;
  /** Fields read just before the suspension; none of them for one who was hired again since: he comes as a joiner. */
  readonly snapshot: Partial<UserFields> | null;
  /** The agent status that the suspension set; null when it set none. */
  readonly agentStatusId: string | null;
  /** The user that a recreate replaced, until he is suspended. */
  readonly retiring: RetiringUser | null;
  /** Those that lead to him; absent until they were looked for, just before he is replaced or deleted. */
  readonly quickConnects?: readonly QuickConnect[];
}

/** What the mapping last set, and what was last seen of all there is. */
export interface Known<T, Unknown = never> {
  readonly applied: T;
  readonly actual: T | Unknown;
  /** Of `applied`, what a call under way takes off: wanted again, it is to be set again. */
  readonly leaving?: T;
}

export type RetiringUser = Pick<
  LinkedUser,
  'userId' | 'username' | 'actual' | 'agentStatusId' | 'quickConnects'
>;

/** What a suspended user is reduced to. */
export interface SuspendTarget {
  readonly securityProfileId: string;
  readonly routingProfileId: string;
  /** Null leaves the agent's status alone. */
  readonly agentStatusId: string | null;
}

/** Ids of security profiles that bridge.yaml calls sensitive. */
export interface SensitiveProfiles {
  readonly all: readonly string[];
  /** Of them, those that the user would have by rules and groups that nobody has approved. */
  readonly unapproved: readonly string[];
}

export interface PlanInput {
  readonly wanted: Wanted;
  /** Null while Connect has no user of ours. */
  readonly link: LinkedUser | null;
  readonly ownership: FieldOwnership;
  readonly identityManagementType: IdentityManagementType;
  /** Null when the instance has no usable suspend profiles; a suspension then parks. */
  readonly suspend: SuspendTarget | null;
  /** By which the bridge finds its users. */
  readonly tags: UserTags;
  readonly sensitive: SensitiveProfiles;
  /** Effects that the guard holds back: the plan is made without them. */
  readonly withhold: readonly Effect[];
}

export interface Plan {
  /** In the order in which they must be made. */
  readonly changes: readonly Change[];
  /** Of the plan with nothing withheld. */
  readonly effects: readonly Effect[];
  readonly lane: Lane;
  /** Where the user stands once all changes are made. */
  readonly lifecycle: Lifecycle;
  readonly parked: ParkReason | null;
  /**
   * A read must come first: before a suspend, before an object-wide call with a member we do not enforce, and before
   * proficiencies of which it is not known which the user has.
   */
  readonly needsRead: boolean;
}
