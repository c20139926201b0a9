import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Db, LeaverTable, Tx } from '../schema.ts';

/** Somebody who is to lose all access, from the moment at which that was received. Times are UTC milliseconds. */
export interface Leaver {
  readonly userId: string;
  readonly instance: string;
  readonly directory: string;
  readonly userName: string;
  /** deactivated, deleted, unmatched … */
  readonly cause: string;
  readonly receivedAt: number;
  /** When the guard held him; null when it did not. */
  readonly heldAt: number | null;
  readonly approvedAt: number | null;
  /** When Connect accepted that his permissions go; null while he is open. */
  readonly removedAt: number | null;
}

type Key = Pick<Leaver, 'userId' | 'instance'>;

/** Opens him, or notes that he is held now; what was received first counts. */
export async function openLeaver(tx: Tx, leaver: Omit<Leaver, 'approvedAt' | 'removedAt'>): Promise<void> {
  const before = await leaverOf(tx, leaver);
  if (before && before.removedAt === null) {
    if (before.heldAt !== null || leaver.heldAt === null) return;
    await update(tx, leaver, { held_at: leaver.heldAt });
    return;
  }
  const columns = {
    directory: leaver.directory,
    user_name: leaver.userName,
    cause: leaver.cause,
    received_at: leaver.receivedAt,
    held_at: leaver.heldAt,
    approved_at: null,
    removed_at: null,
  };
  await tx
    .insertInto('leaver')
    .values({ user_id: leaver.userId, instance: leaver.instance, ...columns })
    .onConflict((conflict) => conflict.columns(['user_id', 'instance']).doUpdateSet(columns))
    .execute();
}

export async function approveLeaver(tx: Tx, key: Key, at: number): Promise<void> {
  await update(tx, key, { approved_at: at });
}

/** His permissions are gone. */
export async function closeLeaver(tx: Tx, key: Key, at: number): Promise<void> {
  await update(tx, key, { removed_at: at });
}

/** He stays after all. */
export async function forgetOpenLeaver(tx: Tx, { userId, instance }: Key): Promise<void> {
  await tx
    .deleteFrom('leaver')
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .where('removed_at', 'is', null)
    .execute();
}

/** Who still has access: waiting for a call or a cause to end, or held and not approved. */
export async function countOpenLeavers(db: Db): Promise<{ readonly waiting: number; readonly held: number }> {
  const rows = await db
    .selectFrom('leaver')
    .select(sql<number>`case when held_at is not null and approved_at is null then 1 else 0 end`.as('held'))
    .select(sql<number | string>`count(*)`.as('users'))
    .where('removed_at', 'is', null)
    .groupBy('held')
    .execute();
  const users = (held: number) => Number(rows.find((row) => row.held === held)?.users ?? 0);
  return { waiting: users(0), held: users(1) };
}

/** Those whose permissions went since then, newest first. */
export async function removedLeavers(db: Db, since: number, limit: number): Promise<readonly Leaver[]> {
  const rows = await db
    .selectFrom('leaver')
    .selectAll()
    .where('removed_at', '>=', since)
    .orderBy('removed_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(leaver);
}

async function leaverOf(tx: Tx, { userId, instance }: Key): Promise<Leaver | null> {
  const row = await tx
    .selectFrom('leaver')
    .selectAll()
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .executeTakeFirst();
  return row ? leaver(row) : null;
}

async function update(
  tx: Tx,
  { userId, instance }: Key,
  columns: Partial<Selectable<LeaverTable>>,
): Promise<void> {
  await tx
    .updateTable('leaver')
    .set(columns)
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .where('removed_at', 'is', null)
    .execute();
}

function leaver(row: Selectable<LeaverTable>): Leaver {
  return {
    userId: row.user_id,
    instance: row.instance,
    directory: row.directory,
    userName: row.user_name,
    cause: row.cause,
    receivedAt: row.received_at,
    heldAt: row.held_at,
    approvedAt: row.approved_at,
    removedAt: row.removed_at,
  };
}
