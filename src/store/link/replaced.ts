import type { ConnectUserId } from '../../connect/user.ts';
import type { Db, Tx } from '../schema.ts';

/** A Connect user of ours whom a rename left suspended: another one took his place. */
export interface ReplacedUser {
  readonly instance: string;
  readonly connectUserId: ConnectUserId;
  /** SCIM id of whom he was. */
  readonly userId: string;
  readonly directory: string;
  readonly username: string;
  /** UTC milliseconds. */
  readonly suspendedAt: number;
}

export async function addReplaced(tx: Tx, user: ReplacedUser): Promise<void> {
  const { instance, connectUserId, userId, directory, username, suspendedAt } = user;
  const columns = { user_id: userId, directory, username, suspended_at: suspendedAt };
  await tx
    .insertInto('replaced_user')
    .values({ instance, connect_user_id: connectUserId, ...columns })
    .onConflict((conflict) => conflict.columns(['instance', 'connect_user_id']).doUpdateSet(columns))
    .execute();
}

/** He was deleted, or is somebody's again. */
export async function forgetReplaced(
  tx: Tx,
  { instance, connectUserId }: Pick<ReplacedUser, 'instance' | 'connectUserId'>,
): Promise<void> {
  await tx
    .deleteFrom('replaced_user')
    .where('instance', '=', instance)
    .where('connect_user_id', '=', connectUserId)
    .execute();
}

/** Suspended since before then, longest first. */
export async function replacedBefore(
  db: Db,
  instance: string,
  before: number,
  limit: number,
): Promise<readonly ReplacedUser[]> {
  const rows = await db
    .selectFrom('replaced_user')
    .selectAll()
    .where('instance', '=', instance)
    .where('suspended_at', '<=', before)
    .orderBy('suspended_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    instance: row.instance,
    connectUserId: row.connect_user_id as ConnectUserId,
    userId: row.user_id,
    directory: row.directory,
    username: row.username,
    suspendedAt: row.suspended_at,
  }));
}
