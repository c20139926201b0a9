import type { ParkReason } from '../../../plan/plan.ts';
import type { Link } from '../../../store/links.ts';

/** Who has a Connect username that a user is to get. */
export type UsernameHolder =
  | { readonly kind: 'nobody' }
  /** Suspended, and deleted by the IdP: whoever comes with his name is he again. */
  | { readonly kind: 'former'; readonly link: Link }
  | { readonly kind: 'other'; readonly reason: ParkReason };

/**
 * Connect tells users apart by username, so a name of another user of ours cannot be taken.
 *
 * @param links those with the username in any case
 */
export function usernameHolder(
  key: Pick<Link, 'userId' | 'instance'>,
  link: Link | null,
  username: string,
  links: readonly Link[],
): UsernameHolder {
  const own = ownUsername(link);
  if (own === username) return { kind: 'nobody' };
  const holder = links.find(
    ({ userId, linked }) => userId !== key.userId && linked && linked.lifecycle !== 'deleted',
  );
  if (!holder) return { kind: 'nobody' };
  if (own === null && isFormer(holder, username)) return { kind: 'former', link: holder };
  return { kind: 'other', reason: holder.scimDeletedAt === null ? taken(holder) : takenByFormer(holder) };
}

/** The user's name in Connect; null when he is not there. */
export function ownUsername(link: Link | null): string | null {
  return link?.linked && link.linked.lifecycle !== 'deleted' ? link.linked.username : null;
}

function isFormer({ scimDeletedAt, creating, linked }: Link, username: string): boolean {
  return (
    scimDeletedAt !== null &&
    creating === null &&
    linked?.lifecycle === 'suspended' &&
    linked.username === username &&
    linked.retiring === null
  );
}

function taken({ linked, userId }: Link): ParkReason {
  return {
    code: 'usernameTaken',
    detail: `The Connect username "${linked!.username}" belongs to the SCIM user ${userId}.`,
    remedy: 'Give one of the two another value for what username.value reads.',
    waitsFor: linked!.username,
  };
}

function takenByFormer({ linked, userId }: Link): ParkReason {
  return {
    code: 'formerUser',
    detail: `The Connect username "${linked!.username}" belongs to a former user (SCIM id ${userId}), whom the IdP deleted; in Connect he is ${linked!.lifecycle}.`,
    remedy: `A new user takes his place once he is suspended (see "bridge held"), if the name is spelled alike and the new user has no Connect user yet. Else delete the Connect user ${linked!.userId} in Connect, then run "bridge retry".`,
    waitsFor: linked!.username,
  };
}
