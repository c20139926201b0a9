import type { DesiredUser, FieldOwnership, UserField, UserFields, UserProficiency } from '../connect/user.ts';
import type { Zone } from './access/zone.ts';
import type { Expression } from './expression.ts';
import type { Tables } from './expression/functions.ts';

/** A place in the mapping file, 1-based. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** When a rule applies: groups by `groupName`, in exact case. */
export type Condition =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'anyGroup'; readonly names: readonly string[] }
  | { readonly kind: 'allGroups'; readonly names: readonly string[] }
  | { readonly kind: 'groupExternalId'; readonly externalId: string }
  /** A member of any group whose name begins so. */
  | { readonly kind: 'groupPrefix'; readonly prefix: string }
  | { readonly kind: 'cel'; readonly expression: Expression };

/** A literal, or an expression whose result is checked when it is used; a result of "" sets nothing. */
export type Value =
  | { readonly kind: 'literal'; readonly text: string; readonly at: SourcePosition }
  | { readonly kind: 'cel'; readonly expression: Expression; readonly at: SourcePosition };

/** What a rule sets, in names; the catalog turns them into ids. */
export interface Assignments {
  readonly routingProfile?: Value;
  readonly securityProfiles?: readonly Value[];
  /** Names from level one down, 1–5. */
  readonly hierarchy?: readonly Value[];
  readonly phone?: {
    readonly type?: 'SOFT_PHONE' | 'DESK_PHONE';
    readonly number?: Value;
    readonly autoAccept?: boolean;
    readonly afterContactWorkTimeLimit?: number;
    readonly persistentConnection?: boolean;
  };
  /** By key; never a key that begins with `scim-bridge:` or `aws:`. */
  readonly tags?: Readonly<Record<string, Value>>;
  readonly proficiencies?: readonly AssignedProficiency[];
}

/** At most one of a rule for the same attribute and value. */
export interface AssignedProficiency extends UserProficiency {
  readonly attributeAt: SourcePosition;
  readonly valueAt: SourcePosition;
}

export interface Rule {
  readonly name: string;
  readonly when: Condition;
  readonly set: Assignments;
  /** Aliases of the instances it is for; null is all. */
  readonly instances: readonly string[] | null;
  /** Where each of them stands. */
  readonly instancesAt: readonly SourcePosition[];
  readonly at: SourcePosition;
}

/** When a user whom the rules grant something has access at all. */
export interface AccessRules {
  /** Yields a date or a time, or "" for no beginning. */
  readonly from: Expression | null;
  /** Yields the last day, or the time of the end, or "" for no end. */
  readonly until: Expression | null;
  /** Yields whether access is suspended, whatever the dates say. */
  readonly suspendWhen: Expression | null;
  readonly zone: Zone;
}

/** A mapping file, parsed and compiled. */
export interface Mapping {
  readonly username: {
    readonly value: Expression;
    /** sanitize: what Connect does not take is taken out, and the trace says so. */
    readonly invalid: 'reject' | 'park' | 'sanitize';
    readonly rename: 'ask' | 'recreate';
  };
  readonly identity: Readonly<Record<'firstName' | 'lastName', Expression>> &
    Partial<Readonly<Record<'email' | 'secondaryEmail' | 'mobile' | 'directoryUserId', Expression>>>;
  readonly rules: readonly Rule[];
  /** Null when access does not depend on dates or attributes. */
  readonly access: AccessRules | null;
  readonly unmatched: { readonly new: 'skip'; readonly existing: 'suspend' | 'delete' };
  readonly ownership: FieldOwnership;
  readonly tests: readonly MappingTest[];
  /** What its expressions look up, for others that are asked about the same users. */
  readonly tables: Tables;
}

/** What the author of a mapping expects of a user. */
export interface MappingTest {
  readonly name: string;
  /** As SCIM has him. */
  readonly user: Readonly<Record<string, unknown>>;
  /** displayNames. */
  readonly groups: readonly string[];
  /** Alias of the instance; null is any: only rules for all instances are asked. */
  readonly instance: string | null;
  /** UTC milliseconds; null when the file gives no time. */
  readonly at: number | null;
  readonly expect: TestExpectation;
  readonly position: SourcePosition;
}

type TestExpectation =
  | { readonly kind: 'unmatched' | 'suspended' | 'invalid' }
  /** In names, by the keys of the file; what is not given is not compared. */
  | { readonly kind: 'mapped'; readonly values: Readonly<Record<string, unknown>> };

/** Everything of a desired user that a mapping sets. */
export type MappedField = UserField | 'username' | 'directoryUserId' | 'tags' | 'proficiencies';

/** Where a field's value comes from. */
export interface FieldTrace {
  readonly field: MappedField;
  /** In names, as the admin wrote them. */
  readonly value: unknown;
  /** The rule that won, or `identity` / `username`. Security profiles have one entry per profile and granting rule. */
  readonly rule: string;
  readonly at: SourcePosition | null;
  /** The IdP fact it rests on, e.g. `member of "Connect Sales"` or `user.name.givenName = "Ana"`. */
  readonly because: string;
  /** Rules that matched and lost this field, with the value that they would have set. */
  readonly lost: readonly { readonly rule: string; readonly at: SourcePosition; readonly value: unknown }[];
}

/** Why a user cannot be made as the rules want him, in words for an identity admin. */
export interface MappingProblem {
  readonly code:
    | 'usernameInvalid'
    | 'nameInvalid'
    | 'emailInvalid'
    | 'phoneNumberInvalid'
    | 'expressionFailed'
    | 'unknownSecurityProfile'
    | 'tooManySecurityProfiles'
    | 'unknownRoutingProfile'
    | 'noRoutingProfile'
    | 'unknownHierarchyGroup'
    | 'unknownProficiency'
    | 'noDeskPhoneNumber'
    | 'tagInvalid'
    | 'tooManyTags'
    | 'forbiddenSecurityProfile'
    | 'conflictingSecurityProfiles'
    | 'dateInvalid';
  /** Null when it is the rule, or access, as a whole. */
  readonly field: MappedField | null;
  /** What was found and what was expected. */
  readonly detail: string;
  /** What to do. */
  readonly remedy: string;
}

/** Some fields of a desired user, where they come from, and what is wrong with them. */
export interface MappedFields {
  readonly fields: Partial<UserFields>;
  readonly trace: Trace;
  readonly problems: readonly MappingProblem[];
}

/** Made when it is asked for: of a hundred thousand users that are planned, a handful is explained. */
export type Trace = () => readonly FieldTrace[];

/** A rule that grants a security profile but does not apply, with what is missing. */
export interface MissedRule {
  readonly rule: string;
  readonly missing: string;
}

/** What the rules say of one user in one instance. */
export type MappingResult =
  | { readonly kind: 'mapped'; readonly user: DesiredUser; readonly trace: Trace }
  | {
      readonly kind: 'unmatched';
      /** Closest first. */
      readonly closest: () => readonly MissedRule[];
    }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly [MappingProblem, ...MappingProblem[]];
      /** What the rules still grant: parking withholds gains, never removals. */
      readonly grantedSecurityProfileIds: readonly string[];
      readonly trace: Trace;
    };
