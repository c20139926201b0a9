import type { IdentityManagementType } from '../connect/user.ts';
import type { UserJson } from './expression/attributes.ts';
import { mappedIdentity, mappedUsername } from './identity/identity.ts';
import type { Mapping, MappingProblem } from './mapping.ts';

/**
 * Why a user can become a Connect user in none of his directory's instances, whatever his groups: judged from
 * `username` and `identity` only, so that the identity provider can be told at once. Null when he can in one.
 *
 * @param identityManagementTypes of the directory's instances; of none, nothing is known and nothing is wrong
 */
export function edgeVerdict(
  user: UserJson,
  mapping: Mapping,
  identityManagementTypes: readonly IdentityManagementType[],
): MappingProblem | null {
  const verdicts = identityManagementTypes.map((type) => firstProblem(user, mapping, type));
  return verdicts.includes(null) ? null : (verdicts[0] ?? null);
}

/** The Connect username of the user in instances of that type, whatever his groups; null when it is no legal one. */
export function edgeUsername(user: UserJson, mapping: Mapping, type: IdentityManagementType): string | null {
  const { username, problems } = mappedUsername(mapping, { user, groups: NO_GROUPS }, type);
  return problems.length === 0 ? username : null;
}

/** Whether the edge's verdict on both, and their usernames, are the same because all that they rest on is. */
export function isAlikeAtEdge(one: UserJson, other: UserJson, { username, identity }: Mapping): boolean {
  return [username.value, ...Object.values(identity)].every((expression) =>
    expression.readsAlike(one, other),
  );
}

function firstProblem(user: UserJson, mapping: Mapping, type: IdentityManagementType): MappingProblem | null {
  const subject = { user, groups: NO_GROUPS };
  const [problem] = [
    ...mappedUsername(mapping, subject, type).problems,
    ...mappedIdentity(mapping, subject, type).problems,
  ];
  return problem ?? null;
}

/** What is judged here reads none: the check at load has seen to it. */
const NO_GROUPS: ReadonlySet<string> = new Set();
