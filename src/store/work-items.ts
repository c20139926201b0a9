import type { ExpressionBuilder, RawBuilder, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Lane } from '../plan/plan.ts';
import { LANES } from '../plan/plan.ts';
import { batches } from './engine/batches.ts';
import { prepared } from './engine/prepared.ts';
import type { Db, Schema, Tx, WorkItemTable } from './schema.ts';

/** plan: to be compared and counted by the guard, without a call. apply: its calls wait for the budget. */
export type Stage = 'plan' | 'apply';

/** A user to be reconciled with an instance, as it was claimed. */
export interface WorkItem {
  readonly userId: string;
  readonly instance: string;
  readonly directory: string;
  /** When it is another by the time of `settle`, the user has changed meanwhile. */
  readonly generation: number;
  readonly stage: Stage;
  readonly lane: Lane;
  /** UTC milliseconds, as are all times. */
  readonly dueAt: number;
  /** Failures since the last change. */
  readonly attempts: number;
  readonly leaseUntil: number;
  /** When the first change that it stands for was received. */
  readonly receivedAt: number;
  readonly lastError: string | null;
  /** The Connect operation that its plan calls first; null before it is planned. */
  readonly operation: string | null;
}

/** A work item's `lastError` that makes the next attempt read the user in Connect before anything else. */
export const READ_FIRST = 'readFirst';

/** A work item's `lastError` while nothing is to be done before a date that begins or ends a user's access. */
export const WAITS_FOR_DATE = 'waitsForDate';

/** A change of a user, for all instances of his directory. */
export interface NewWork extends Pick<WorkItem, 'userId' | 'directory' | 'lane' | 'dueAt' | 'receivedAt'> {
  readonly instances: readonly string[];
  /** What is known of the user in Connect is in doubt. */
  readonly readFirst?: boolean;
}

/** Lanes that never wait for further changes to gather. */
const URGENT: readonly Lane[] = ['locked', 'leaver'];

/**
 * Queues a user, or tells the items that he already has of another change:
 * - It is planned anew, with its failures forgotten, in the more urgent of both lanes.
 * - While it waits for its first plan it keeps its earlier due time: gathering counts from the first change.
 * - Once planned or being worked on, this change is the first of a new gathering; an urgent one is due now.
 * - A lease stays: a user is never worked on twice at a time.
 */
export async function enqueue(tx: Tx, work: NewWork): Promise<void> {
  const each = work.instances.map((instance) => ({ ...work, instance }));
  await enqueueEach(tx, each);
}

/** `enqueue` for many (user, instance) pairs, each of them at most once. */
export async function enqueueEach(
  tx: Tx,
  work: readonly (Omit<NewWork, 'instances'> & { readonly instance: string })[],
): Promise<void> {
  for (const batch of batches(work)) {
    const rows = batch.map((item) => ({
      user_id: item.userId,
      instance: item.instance,
      directory: item.directory,
      generation: 1,
      stage: 'plan',
      lane: item.lane,
      due_at: item.dueAt,
      attempts: 0,
      lease_until: 0,
      received_at: item.receivedAt,
      last_error: item.readFirst ? READ_FIRST : null,
      operation: null,
    }));
    await upsertRows(tx, rows);
  }
}

const upsertRows = prepared((db, rows: readonly WorkItemTable[]) =>
  db
    .insertInto('work_item')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'instance']).doUpdateSet({
        generation: sql`work_item.generation + 1`,
        stage: 'plan',
        attempts: 0,
        // A doubt about Connect outlasts any change of what is wanted.
        last_error: sql`case when work_item.last_error = ${sql.lit(READ_FIRST)} then work_item.last_error else excluded.last_error end`,
        received_at: sql`case when excluded.received_at < work_item.received_at then excluded.received_at else work_item.received_at end`,
        lane: sql`case when ${rank('excluded.lane')} < ${rank('work_item.lane')} then excluded.lane else work_item.lane end`,
        due_at: dueAfterChange(),
      }),
    ),
);

/** Closes the item; when the user has changed since it was claimed, it is left to be planned again. */
export async function settle(tx: Tx, item: WorkItem): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('work_item')
    .where(isItem(item))
    .where('generation', '=', item.generation)
    .executeTakeFirst();
  if (numDeletedRows === 0n) await updateUnchanged(tx, item, {});
}

/**
 * Closes the item until a date at which the user is to be planned again without anybody asking for it; when he has
 * changed since it was claimed, it is left to be planned again. The date counts as received when it comes.
 */
export async function settleUntil(tx: Tx, item: WorkItem, dueAt: number): Promise<void> {
  await updateUnchanged(tx, item, {
    stage: 'plan',
    lane: 'move',
    due_at: dueAt,
    received_at: dueAt,
    attempts: 0,
    last_error: WAITS_FOR_DATE,
  });
}

/**
 * What hindered the instance is over: who waited for it in the plan stage, and every leaver whose calls failed,
 * is due at once.
 */
export async function hasten(tx: Tx, instance: string, now: number): Promise<void> {
  await tx
    .updateTable('work_item')
    .set({ due_at: now })
    .where('instance', '=', instance)
    .where('due_at', '>', now)
    .where('last_error', 'is not', null)
    .where('last_error', '!=', WAITS_FOR_DATE)
    .where((eb) => eb.or([eb('stage', '=', 'plan'), eb('lane', 'in', URGENT)]))
    .execute();
}

/** What Connect refused to many it takes again: they are due at once. @param error as `requeue` was given it */
export async function hastenRefused(tx: Tx, instance: string, error: string, now: number): Promise<void> {
  await tx
    .updateTable('work_item')
    .set({ due_at: now })
    .where('instance', '=', instance)
    .where('due_at', '>', now)
    .where('last_error', '=', error)
    .execute();
}

/**
 * Puts the item back for later; when the user has changed meanwhile, that change decides when. A doubt about Connect
 * that no read has settled outlasts whatever went wrong since.
 */
export async function requeue(
  tx: Tx,
  item: WorkItem,
  retry: {
    readonly dueAt: number;
    /** Null when nothing went wrong. */
    readonly error: string | null;
    readonly countsAsAttempt: boolean;
  },
): Promise<void> {
  await updateUnchanged(tx, item, {
    due_at: retry.dueAt,
    last_error: retry.error === READ_FIRST ? READ_FIRST : doubtOr(retry.error),
    attempts: item.attempts + (retry.countsAsAttempt ? 1 : 0),
  });
}

function doubtOr(error: string | null) {
  return sql<string | null>`case when last_error = ${sql.lit(READ_FIRST)} then last_error else ${error} end`;
}

/** The user was read: what became of a call that may have been made is known. */
export async function settleDoubt(tx: Tx, item: WorkItem): Promise<void> {
  if (item.lastError !== READ_FIRST) return;
  await tx
    .updateTable('work_item')
    .set({ last_error: null })
    .where(isItem(item))
    .where('last_error', '=', READ_FIRST)
    .execute();
}

/** Hands a planned item to the apply stage; when the user has changed meanwhile, it is planned again. */
export async function toApplyStage(
  tx: Tx,
  item: WorkItem,
  plan: Pick<WorkItem, 'lane' | 'operation'>,
): Promise<void> {
  await updateUnchanged(tx, item, { stage: 'apply', lane: plan.lane, operation: plan.operation });
}

/** Puts the item back to the plan stage, due at once: what it stands for is no longer what was planned. */
export async function replan(tx: Tx, item: WorkItem): Promise<void> {
  await updateUnchanged(tx, item, { stage: 'plan' });
}

/** Whether the user is unchanged since the item was claimed. */
export async function isCurrent(db: Db, item: WorkItem): Promise<boolean> {
  const row = await db.selectFrom('work_item').select('generation').where(isItem(item)).executeTakeFirst();
  return row?.generation === item.generation;
}

/** The user's open items, one per instance. */
export async function workOfUser(db: Db, userId: string): Promise<readonly WorkItem[]> {
  const rows = await db.selectFrom('work_item').selectAll().where('user_id', '=', userId).execute();
  return rows.map(workItem);
}

function rank(lane: 'excluded.lane' | 'work_item.lane') {
  const whens = LANES.map((name, index) => sql`when ${sql.lit(name)} then ${sql.lit(index)}`);
  return sql<number>`case ${sql.ref(lane)} ${sql.join(whens, sql` `)} end`;
}

function dueAfterChange() {
  const urgent = sql.join(URGENT.map((lane) => sql.lit(lane)));
  return sql<number>`case
    when (work_item.stage = 'apply' or work_item.lease_until > excluded.received_at) and excluded.lane not in (${urgent})
      and work_item.lane not in (${urgent}) then excluded.due_at
    when excluded.due_at < work_item.due_at then excluded.due_at
    else work_item.due_at end`;
}

type Columns = {
  readonly [Name in keyof Selectable<WorkItemTable>]?:
    | Selectable<WorkItemTable>[Name]
    | RawBuilder<Selectable<WorkItemTable>[Name]>;
};

async function updateUnchanged(tx: Tx, item: WorkItem, columns: Columns): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('work_item')
    .set({ ...columns, lease_until: 0 })
    .where(isItem(item))
    .where('generation', '=', item.generation)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  // A doubt about Connect outlasts any change of what is wanted.
  const doubt = columns.last_error === READ_FIRST ? { last_error: READ_FIRST } : {};
  await tx
    .updateTable('work_item')
    .set({ ...doubt, lease_until: 0 })
    .where(isItem(item))
    .execute();
}

function isItem(item: WorkItem) {
  return (eb: ExpressionBuilder<Schema, 'work_item'>): ReturnType<typeof eb.and> =>
    eb.and([eb('user_id', '=', item.userId), eb('instance', '=', item.instance)]);
}

export function workItem(row: Selectable<WorkItemTable>): WorkItem {
  return {
    userId: row.user_id,
    instance: row.instance,
    directory: row.directory,
    generation: row.generation,
    stage: row.stage as Stage,
    lane: row.lane as Lane,
    dueAt: row.due_at,
    attempts: row.attempts,
    leaseUntil: row.lease_until,
    receivedAt: row.received_at,
    lastError: row.last_error,
    operation: row.operation,
  };
}
