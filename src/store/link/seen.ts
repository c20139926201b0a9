import type { Link } from '../links.ts';
import { storedLink } from '../links.ts';
import type { Db, Tx } from '../schema.ts';

/** A link to a user whom Connect should have. */
export interface SeenLink {
  /** Order of creation. */
  readonly seq: number;
  readonly link: Link;
  /** UTC milliseconds; null when the bridge has never read or written the user. */
  readonly seenAt: number | null;
  /** As `seenAt`, of e-mail, secondary e-mail and mobile: a write of ours can be later than an edit of those. */
  readonly addressesSeenAt: number | null;
}

/**
 * Notes that what the link says is what Connect had at that time.
 *
 * @param at of a read, when it was sent; of a write, when it was answered
 */
export async function markSeen(
  tx: Tx,
  { userId, instance }: Pick<Link, 'userId' | 'instance'>,
  at: number,
): Promise<void> {
  await tx
    .updateTable('link')
    .set({ seen_at: at, addresses_seen_at: at })
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .execute();
}

/** As `markSeen`, of a write that neither read nor replaced the user's addresses. */
export async function markWritten(
  tx: Tx,
  { userId, instance }: Pick<Link, 'userId' | 'instance'>,
  at: number,
): Promise<void> {
  await tx
    .updateTable('link')
    .set({ seen_at: at })
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .execute();
}

/** Links of the instance to users whom Connect should have, in order of creation. @param after a `seq`; 0 starts */
export async function seenLinksAfter(
  db: Db,
  instance: string,
  after: number,
  limit: number,
): Promise<readonly SeenLink[]> {
  const rows = await db
    .selectFrom('link')
    .selectAll()
    .where('instance', '=', instance)
    .where('connect_user_id', 'is not', null)
    .where('lifecycle', '!=', 'deleted')
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    link: storedLink(row),
    seenAt: row.seen_at,
    addressesSeenAt: row.addresses_seen_at,
  }));
}

export async function seenAtOf(
  db: Db,
  { userId, instance }: Pick<Link, 'userId' | 'instance'>,
): Promise<number | null> {
  const row = await db
    .selectFrom('link')
    .select('seen_at')
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .executeTakeFirst();
  return row?.seen_at ?? null;
}
