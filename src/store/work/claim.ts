import { sql } from 'kysely';
import type { Lane } from '../../plan/plan.ts';
import { LANES } from '../../plan/plan.ts';
import { prepared } from '../engine/prepared.ts';
import { boundLimit } from '../filter/resource-count.ts';
import type { Db, Tx } from '../schema.ts';
import type { Stage, WorkItem } from '../work-items.ts';
import { READ_FIRST, workItem } from '../work-items.ts';

/**
 * Takes due items whose lease, if any, has run out, most urgent lane first and longest due first within it.
 *
 * @param claim.leaseMs after that long without `settle`, `requeue` or `toApplyStage` they can be claimed again
 */
export async function claimDue(
  tx: Tx,
  claim: {
    readonly stage: Stage;
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
    /** All lanes when left out. */
    readonly lane?: Lane;
    /** All instances when left out. */
    readonly instances?: readonly string[];
    /** Items that call one of these first are left; none is when left out. */
    readonly notOperations?: readonly string[];
  },
): Promise<readonly WorkItem[]> {
  const claimed: WorkItem[] = [];
  for (const lane of claim.lane ? [claim.lane] : LANES) {
    if (claimed.length >= claim.limit) break;
    claimed.push(...(await claimLane(tx, { ...claim, lane, limit: claim.limit - claimed.length })));
  }
  return claimed;
}

/**
 * Frees what a process that was killed had claimed in the instances; nobody may be working there. What it may have
 * called is read before anything else.
 */
export async function releaseLeases(tx: Tx, instances: readonly string[]): Promise<void> {
  await tx
    .updateTable('work_item')
    .set({ lease_until: 0, last_error: READ_FIRST })
    .where('lease_until', '>', 0)
    .where('instance', 'in', instances)
    .execute();
}

/**
 * When the next item can be claimed, in the past if it can be now; null when there is none.
 *
 * @param instances all when left out
 */
export async function nextDueAt(db: Db, now: number, instances?: readonly string[]): Promise<number | null> {
  const query = instances ? { now, instances } : { now };
  const [[waiting], [leased]] = await Promise.all([soonestWaiting(db, query), soonestLeased(db, query)]);
  const times = [waiting?.at, leased?.at].filter((time) => time !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

type Next = { readonly now: number; readonly instances?: readonly string[] };
const soonestWaiting = prepared((db, { now, instances }: Next) =>
  soonest(db, 'due_at', instances).where('lease_until', '<=', now),
);
const soonestLeased = prepared((db, { now, instances }: Next) =>
  soonest(db, 'lease_until', instances).where('lease_until', '>', now),
);

function soonest(db: Db, column: 'due_at' | 'lease_until', instances?: readonly string[]) {
  const at = db.selectFrom('work_item').select((eb) => eb.ref(column).as('at'));
  const own = instances ? at.where('instance', 'in', instances) : at;
  // A limit that SQLite knows when it plans makes it sort all that is not leased, in place of walking the index.
  return own.orderBy(column).limit(boundLimit(1));
}

async function claimLane(
  tx: Tx,
  claim: Parameters<typeof claimDue>[1] & { readonly lane: Lane },
): Promise<readonly WorkItem[]> {
  const own = tx
    .selectFrom('work_item')
    .select(['user_id', 'instance'])
    .where('stage', '=', claim.stage)
    .where('lane', '=', claim.lane)
    .where('due_at', '<=', claim.now)
    .where('lease_until', '<=', claim.now)
    .orderBy('due_at')
    .limit(claim.limit);
  const ofInstances = claim.instances ? own.where('instance', 'in', claim.instances) : own;
  const { notOperations = [] } = claim;
  const due =
    notOperations.length === 0
      ? ofInstances
      : ofInstances.where((eb) =>
          eb.or([eb('operation', 'is', null), eb('operation', 'not in', notOperations)]),
        );
  const rows = await tx
    .updateTable('work_item')
    .set({
      lease_until: claim.now + claim.leaseMs,
      // A lease that ran out belonged to somebody who may have made a call and not lived to say so.
      last_error: sql`case when lease_until > 0 then ${sql.lit(READ_FIRST)} else last_error end`,
    })
    .where((eb) => eb(eb.refTuple('user_id', 'instance'), 'in', due.$asTuple('user_id', 'instance')))
    .returningAll()
    .execute();
  // RETURNING promises no order.
  return rows.map(workItem).sort((one, other) => one.dueAt - other.dueAt);
}
