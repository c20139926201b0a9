import type { IdentityManagementType } from '../connect/user.ts';
import type { UserJson } from './expression.ts';
import type { Mapping, MappingProblem } from './mapping.ts';

/** Why a user can never become a Connect user in some of the instances that he is for; null when he can. */
export function edgeVerdict(
  _user: UserJson,
  _mapping: Mapping,
  _identityManagementTypes: readonly IdentityManagementType[],
): MappingProblem | null {
  throw new Error('not built yet');
}
