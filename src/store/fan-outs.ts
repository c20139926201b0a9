import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { prepared } from './engine/prepared.ts';
import type { Db, FanOutTable, Tx } from './schema.ts';
import { enqueueEach } from './work-items.ts';

/** Many users to be queued without touching them now. */
export interface NewFanOut {
  readonly directory: string;
  /** Its members; null is every user and every link of the directory. */
  readonly groupId: string | null;
  readonly dueAt: number;
  readonly receivedAt: number;
}

type Phase = 'members' | 'users' | 'links';

interface Expansion {
  /** Rows per call; each becomes one work item per instance. */
  readonly batch: number;
  /** The instances that the directory feeds now. */
  readonly instancesOf: (directory: string) => readonly string[];
}

export async function addFanOut(tx: Tx, fanOut: NewFanOut): Promise<void> {
  await tx
    .insertInto('fan_out')
    .values({
      directory: fanOut.directory,
      group_id: fanOut.groupId,
      phase: fanOut.groupId === null ? 'users' : 'members',
      cursor: 0,
      due_at: fanOut.dueAt,
      received_at: fanOut.receivedAt,
    })
    .execute();
}

/**
 * Queues the next batch of the oldest fan-out, and purges the member rows of a deleted group as it goes.
 *
 * @returns whether all fan-outs are done
 */
export async function expandFanOut(tx: Tx, expansion: Expansion): Promise<boolean> {
  const fanOut = await tx.selectFrom('fan_out').selectAll().orderBy('seq').limit(1).executeTakeFirst();
  if (!fanOut) return true;
  const next = await expandPhase(tx, fanOut, expansion);
  if (next) {
    await tx.updateTable('fan_out').set(next).where('seq', '=', fanOut.seq).execute();
    return false;
  }
  await tx.deleteFrom('fan_out').where('seq', '=', fanOut.seq).execute();
  return !(await hasFanOut(tx));
}

export async function hasFanOut(db: Db): Promise<boolean> {
  return (await selectAny(db, {})).length > 0;
}

const selectAny = prepared((db) => db.selectFrom('fan_out').select('seq').limit(sql.lit(1)));

/** Where to go on; null when the fan-out is done. */
async function expandPhase(
  tx: Tx,
  fanOut: Selectable<FanOutTable>,
  { batch, instancesOf }: Expansion,
): Promise<{ phase: Phase; cursor: number } | null> {
  const phase = fanOut.phase as Phase;
  const instances = instancesOf(fanOut.directory);
  const rows = await phaseRows(tx, fanOut, batch);
  await enqueueEach(
    tx,
    rows.flatMap((row) =>
      instances
        .filter((instance) => row.instance === null || row.instance === instance)
        .map((instance) => ({
          userId: row.userId,
          instance,
          directory: fanOut.directory,
          lane: 'move' as const,
          dueAt: fanOut.due_at,
          receivedAt: fanOut.received_at,
        })),
    ),
  );
  const cursor = rows.at(-1)?.seq ?? fanOut.cursor;
  const ended = rows.length < batch;
  if (phase === 'members') await purgeDeletedGroup(tx, fanOut.group_id!, cursor, ended);
  if (!ended) return { phase, cursor };
  return phase === 'users' ? { phase: 'links', cursor: 0 } : null;
}

interface PhaseRow {
  readonly seq: number;
  readonly userId: string;
  /** Null is every instance of the directory. */
  readonly instance: string | null;
}

async function phaseRows(
  tx: Tx,
  fanOut: Selectable<FanOutTable>,
  batch: number,
): Promise<readonly PhaseRow[]> {
  const { directory, cursor } = fanOut;
  switch (fanOut.phase as Phase) {
    case 'members':
      return everyInstance(await membersAfter(tx, fanOut.group_id!, cursor, batch));
    case 'users':
      return everyInstance(await usersAfter(tx, directory, cursor, batch));
    case 'links':
      return linksWithoutUserAfter(tx, directory, cursor, batch);
    default:
      return fanOut.phase as never;
  }
}

function everyInstance(rows: readonly { seq: number; userId: string }[]): readonly PhaseRow[] {
  return rows.map((row) => ({ ...row, instance: null }));
}

/** Members that are users: a nested group or an id without a user has nothing to reconcile. */
function membersAfter(tx: Tx, groupId: string, cursor: number, batch: number) {
  return tx
    .selectFrom('group_member as member')
    .select(['member.seq', 'member.member_id as userId'])
    .where('member.group_id', '=', groupId)
    .where('member.seq', '>', cursor)
    .orderBy('member.seq')
    .limit(batch)
    .execute();
}

function usersAfter(tx: Db, directory: string, cursor: number, batch: number) {
  return tx
    .selectFrom('scim_user')
    .select(['seq', 'id as userId'])
    .where('directory', '=', directory)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(batch)
    .execute();
}

/** Connect still has, or had, users whose SCIM user is gone. */
export function linksWithoutUserAfter(tx: Db, directory: string, cursor: number, batch: number) {
  return tx
    .selectFrom('link')
    .select(['seq', 'user_id as userId', 'instance'])
    .where('directory', '=', directory)
    .where('scim_deleted_at', 'is not', null)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(batch)
    .execute();
}

async function purgeDeletedGroup(tx: Tx, groupId: string, upTo: number, ended: boolean): Promise<void> {
  const group = await tx
    .selectFrom('scim_group')
    .select('deleted_at')
    .where('id', '=', groupId)
    .executeTakeFirst();
  if (!group || group.deleted_at === null) return;
  await tx.deleteFrom('group_member').where('group_id', '=', groupId).where('seq', '<=', upTo).execute();
  if (ended) await tx.deleteFrom('scim_group').where('id', '=', groupId).execute();
}
