import { edgeUsername } from '../../../mapping/edge-verdict.ts';
import type { Mapping } from '../../../mapping/mapping.ts';
import { ScimError } from '../../../scim/error.ts';
import { linksByUsernameFolded } from '../../../store/links.ts';
import type { Db } from '../../../store/schema.ts';
import type { ScimRequest } from '../endpoint.ts';
import { knownInstances } from './instances.ts';
import type { UserWrite, Verdict } from './verdict.ts';

/**
 * The 409 for a user whose Connect username another user of ours has, in any case: Connect tells case apart,
 * people do not. One whom the IdP deleted is no hindrance here: he may be the same person, back again.
 */
export async function usernameClash(
  db: Db,
  request: ScimRequest,
  mapping: Mapping,
  { userId, before, after }: UserWrite,
): Promise<Verdict | null> {
  for (const { alias, identityManagementType: type } of knownInstances(request)) {
    const username = edgeUsername(after, mapping, type);
    if (username === null || (before && edgeUsername(before, mapping, type) === username)) continue;
    const links = await linksByUsernameFolded(db, alias, username);
    const other = links.find(
      (link) =>
        link.userId !== userId &&
        link.scimDeletedAt === null &&
        link.linked !== null &&
        link.linked.lifecycle !== 'deleted',
    );
    if (other) return { cause: 'usernameTaken', error: taken(username, alias, other.userId) };
  }
  return null;
}

function taken(username: string, instance: string, otherId: string): ScimError {
  return new ScimError(
    409,
    'uniqueness',
    `The Connect username ${JSON.stringify(username)} in instance "${instance}" belongs to the user with id ${otherId}; case does not tell two apart. Give one of the two another value for what username.value in the mapping reads.`,
  );
}
