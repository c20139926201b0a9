import type { Access } from '../../../mapping/access.ts';
import type { Mapping, MappingResult } from '../../../mapping/mapping.ts';
import type { Link } from '../../../store/links.ts';
import type { PlannedInstance } from '../context.ts';
import type { SensitiveGrant, UserKey } from '../user-plan.ts';
import type { UserFacts } from './facts.ts';

/** A user on whom the rules were asked, and who may have to be looked at against others. */
export interface Draft {
  readonly facts: UserFacts;
  readonly instance: PlannedInstance;
  readonly mapping: Mapping | null;
  /** Null when the mapping was not asked: the user is inactive or deleted. */
  readonly mapped: { readonly result: MappingResult; readonly access: Access } | null;
}

/** What a draft leaves open. */
export interface Answers {
  /** Links with this Connect username in any case. */
  holders(instance: string, username: string): readonly Link[];
  /** Whether a person has said yes to one of the ways by which a sensitive security profile is granted. */
  isApproved(key: UserKey, grant: SensitiveGrant): boolean;
  /** Whether a suspended user's turn to be deleted has come. */
  isExpired(key: UserKey): boolean;
}
