import type { IdentityManagementType } from '../connect/user.ts';
import type { MappingProblem } from './mapping.ts';

/** Why a text cannot be a username of an instance of that type; null when it can. */
export function usernameProblem(_username: string, _type: IdentityManagementType): MappingProblem | null {
  throw new Error('not built yet');
}
