import type { Access } from '../../mapping/access.ts';
import type { MappingResult } from '../../mapping/mapping.ts';
import type { Plan, PlanInput } from '../../plan/plan.ts';
import type { Link } from '../../store/links.ts';
import type { StoredUser } from '../../store/users.ts';

/** A user in an instance; all that the reconciler is ever told. */
export interface UserKey {
  readonly directory: string;
  readonly userId: string;
  readonly instance: string;
}

/** Everything that led to a plan, so that it can be shown, explained and carried out. */
export interface UserPlan {
  readonly key: UserKey;
  /** Null once the SCIM user was deleted. */
  readonly user: StoredUser | null;
  readonly link: Link | null;
  /** Of the former user whose Connect user this one is to get: he was hired again. */
  readonly takesOver: Link | null;
  /** Null when the mapping was not asked: the user is inactive or deleted. */
  readonly result: MappingResult | null;
  /** Null when it was not asked, as above. */
  readonly access: Access | null;
  /** Sensitive security profiles that he is to gain and that wait for a person. */
  readonly unapproved: readonly SensitiveGrant[];
  readonly input: PlanInput;
  /** The plan with nothing withheld; the guard decides what of it may be done. */
  readonly plan: Plan;
}

/** A sensitive security profile that a user would gain, and by what. */
export interface SensitiveGrant {
  readonly securityProfileId: string;
  /** Hashes of the ways, of which one that is approved is enough. */
  readonly sources: readonly string[];
  /** Profile and ways, for who is to approve them. */
  readonly text: string;
}

/** Why a user cannot be planned at present; SCIM is served all the same. */
export interface Waiting {
  readonly kind: 'waiting';
  readonly reason: string;
}
