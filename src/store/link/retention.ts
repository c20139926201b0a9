import { sql } from 'kysely';
import { batchesToFind } from '../engine/batches.ts';
import { prepared } from '../engine/prepared.ts';
import type { Db, Tx } from '../schema.ts';

interface Key {
  readonly userId: string;
  readonly instance: string;
}

/** A suspended user with the time since which he is. */
export interface Suspended extends Key {
  readonly directory: string;
  readonly userName: string;
  /** UTC milliseconds. */
  readonly suspendedAt: number;
}

/** @param at null when he has access again, or is gone */
export async function markSuspended(tx: Tx, { userId, instance }: Key, at: number | null): Promise<void> {
  await tx
    .updateTable('link')
    .set({ suspended_at: at, expired: null })
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .execute();
}

/** His turn to be deleted has come. */
export async function markExpired(tx: Tx, { userId, instance }: Key): Promise<void> {
  await tx
    .updateTable('link')
    .set({ expired: 1 })
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .execute();
}

/** Which of these users' turn has come. */
export async function expiredUsers(
  db: Db,
  instance: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const expired = new Set<string>();
  for (const batch of batchesToFind(userIds))
    for (const row of await selectExpired(db, { instance, userIds: batch })) expired.add(row.user_id);
  return expired;
}

const selectExpired = prepared(
  (db, { instance, userIds }: { readonly instance: string; readonly userIds: readonly string[] }) =>
    db
      .selectFrom('link')
      .select('user_id')
      .where('instance', '=', instance)
      .where('user_id', 'in', userIds)
      .where('expired', '=', 1),
);

/** Suspended since before then, longest first. */
export async function suspendedBefore(
  db: Db,
  instance: string,
  before: number,
  limit: number,
): Promise<readonly Suspended[]> {
  const rows = await db
    .selectFrom('link')
    .select(['user_id as userId', 'instance', 'directory', 'user_name as userName'])
    .select('suspended_at as suspendedAt')
    .where('instance', '=', instance)
    .where('lifecycle', '=', 'suspended')
    .where('suspended_at', '<=', before)
    .orderBy('suspended_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, suspendedAt: row.suspendedAt! }));
}

export async function countSuspendedBefore(db: Db, instance: string, before: number): Promise<number> {
  const { users } = await db
    .selectFrom('link')
    .select(sql<number | string>`count(*)`.as('users'))
    .where('instance', '=', instance)
    .where('lifecycle', '=', 'suspended')
    .where('suspended_at', '<=', before)
    .executeTakeFirstOrThrow();
  return Number(users);
}
