import { linkOf, upsertLink } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import type { Tx } from '../../store/schema.ts';
import { userById } from '../../store/users.ts';
import type { UserKey } from './plan-for-user.ts';

/**
 * Writes what the reconciler learnt of a user. The rest of the row is read in the same transaction: the IdP may
 * have deleted the user since the plan was made.
 */
export async function saveLink(tx: Tx, key: UserKey, learnt: Partial<Link>, at: number): Promise<void> {
  const row = await linkOf(tx, key.userId, key.instance);
  const user = await userById(tx, key.directory, key.userId);
  await upsertLink(tx, {
    ...(row ?? { ...NEW_LINK, ...key, scimDeletedAt: user ? null : at }),
    ...(user ? { userName: user.userName } : {}),
    ...learnt,
  });
}

/** Of a user whom Connect does not have yet; the row lets it be seen what keeps him out. */
const NEW_LINK = {
  userName: '',
  linked: null,
  creating: null,
  sync: 'pending',
  reason: null,
  syncedAt: null,
} as const;
