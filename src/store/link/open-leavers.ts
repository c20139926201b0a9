import type { ParkReason } from '../../plan/plan.ts';
import type { Db } from '../schema.ts';

/** Somebody whom the IdP deactivated or deleted, and who can still work in Connect. */
export interface OpenLeaver {
  readonly userId: string;
  readonly userName: string;
  readonly instance: string;
  /** Why he cannot be suspended at present; null while that is only waiting for its turn. */
  readonly reason: ParkReason | null;
  /** When the IdP's request was received, UTC milliseconds; null when no work waits for him. */
  readonly receivedAt: number | null;
  readonly attempts: number;
  /** The next attempt, UTC milliseconds. */
  readonly dueAt: number | null;
}

/** Longest waiting first. Held leavers are among them. */
export async function openLeavers(db: Db, limit: number): Promise<readonly OpenLeaver[]> {
  const [deactivated, deleted] = await Promise.all([
    leavers(db, limit)
      .innerJoin('scim_user', 'scim_user.id', 'link.user_id')
      .where('scim_user.active', '=', 0)
      .execute(),
    leavers(db, limit).where('link.scim_deleted_at', 'is not', null).execute(),
  ]);
  return [...deactivated, ...deleted]
    .map(({ reason, ...leaver }) => ({
      ...leaver,
      reason: reason === null ? null : (JSON.parse(reason) as ParkReason),
      attempts: leaver.attempts ?? 0,
    }))
    .sort((one, other) => (one.receivedAt ?? 0) - (other.receivedAt ?? 0))
    .slice(0, limit);
}

function leavers(db: Db, limit: number) {
  return db
    .selectFrom('link')
    .leftJoin('work_item', (join) =>
      join.onRef('work_item.user_id', '=', 'link.user_id').onRef('work_item.instance', '=', 'link.instance'),
    )
    .select(['link.user_id as userId', 'link.user_name as userName', 'link.instance', 'link.reason'])
    .select(['work_item.received_at as receivedAt', 'work_item.attempts', 'work_item.due_at as dueAt'])
    .where('link.lifecycle', '=', 'active')
    .limit(limit);
}
