import type { DesiredUser, FieldOwnership, UserField, UserFields } from '../connect/user.ts';
import type { Expression } from './expression.ts';

/** A place in the mapping file, 1-based. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** When a rule applies: group displayNames, exact case, as the IdP sends them. */
export type Condition =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'anyGroup'; readonly names: readonly string[] }
  | { readonly kind: 'allGroups'; readonly names: readonly string[] }
  | { readonly kind: 'groupExternalId'; readonly externalId: string };

/** A literal, or an expression over `user` whose result is checked when it is used; a result of "" sets nothing. */
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
}

export interface Rule {
  readonly name: string;
  readonly when: Condition;
  readonly set: Assignments;
  /** Aliases of the instances it is for; null is all. */
  readonly instances: readonly string[] | null;
  readonly at: SourcePosition;
}

/** A mapping file, parsed and compiled. */
export interface Mapping {
  readonly username: {
    readonly value: Expression;
    readonly invalid: 'reject' | 'park';
    readonly rename: 'ask' | 'recreate';
  };
  readonly identity: Readonly<Record<'firstName' | 'lastName', Expression>> &
    Partial<Readonly<Record<'email' | 'secondaryEmail' | 'mobile', Expression>>>;
  readonly rules: readonly Rule[];
  readonly unmatched: { readonly new: 'skip'; readonly existing: 'suspend' | 'delete' };
  readonly ownership: FieldOwnership;
}

/** Where a field's value comes from. */
export interface FieldTrace {
  readonly field: UserField | 'username';
  /** In names, as the admin wrote them. */
  readonly value: unknown;
  /** The rule that won, or `identity` / `username`. Security profiles have one entry per profile and granting rule. */
  readonly rule: string;
  readonly at: SourcePosition | null;
  /** The IdP fact it rests on, e.g. `member of "Connect Sales"` or `user.name.givenName = "Ana"`. */
  readonly because: string;
  /** Rules that matched and lost this field, with the value that they would have set. */
  readonly lost: readonly { readonly rule: string; readonly value: unknown }[];
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
    | 'noDeskPhoneNumber';
  readonly field: UserField | 'username';
  /** What was found and what was expected. */
  readonly detail: string;
  /** What to do. */
  readonly remedy: string;
}

/** Some fields of a desired user, where they come from, and what is wrong with them. */
export interface MappedFields {
  readonly fields: Partial<UserFields>;
  readonly trace: readonly FieldTrace[];
  readonly problems: readonly MappingProblem[];
}

/** What the rules say of one user in one instance. */
export type MappingResult =
  | { readonly kind: 'mapped'; readonly user: DesiredUser; readonly trace: readonly FieldTrace[] }
  | {
      readonly kind: 'unmatched';
      /** Rules that grant a security profile here, closest first, each with what is missing. */
      readonly closest: readonly { readonly rule: string; readonly missing: string }[];
    }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly [MappingProblem, ...MappingProblem[]];
      /** What the rules still grant: parking withholds gains, never removals. */
      readonly grantedSecurityProfileIds: readonly string[];
      readonly trace: readonly FieldTrace[];
    };
