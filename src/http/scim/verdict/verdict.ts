import type { ScimError } from '../../../scim/error.ts';
import type { ScimUserInput } from '../../../scim/resource.ts';

/** A write of a user that SCIM has nothing against. */
export interface UserWrite {
  readonly userId: string;
  /** As stored before; null for one that is created. */
  readonly before: ScimUserInput | null;
  readonly after: ScimUserInput;
}

/** Why it should be refused all the same. */
export interface Verdict {
  /** Stable, and the same for all users who suffer from one mistake: usernameInvalid, usernameTaken … */
  readonly cause: string;
  readonly error: ScimError;
}
