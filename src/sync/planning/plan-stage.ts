import type { Effect, ParkReason, Plan, SyncState } from '../../plan/plan.ts';
import { NO_SUSPEND_TARGET } from '../../plan/plan-user.ts';
import { firstOperation } from '../../plan/first-operation.ts';
import { afterPlan } from '../../plan/progress.ts';
import { appendAudit } from '../../store/audit.ts';
import { addReplaced } from '../../store/link/replaced.ts';
import type { Tx } from '../../store/schema.ts';
import { READ_FIRST, requeue, settle, settleUntil, toApplyStage } from '../../store/work-items.ts';
import { claimDue } from '../../store/work/claim.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { GuardCounts } from './guard-counts.ts';
import { countEffects } from './guard-plan.ts';
import type { GuardedPlan } from './guard-plan.ts';
import { planForUser } from './plan-for-user.ts';
import type { UserPlan } from './plan-for-user.ts';
import { trackPlanned } from '../leaving/track-leaver.ts';
import type { Runtime } from '../runtime.ts';
import { saveLink } from './save-link.ts';

/** Larger, and a SCIM write waits longer behind one planning transaction; smaller, and commits dominate. */
const BATCH = 25;
/** How long a user waits for a mapping or a catalog that is not there; both wake the worker when they come. */
const WAITING_MS = 30_000;
/** A lease within one transaction: it only has to outlast the transaction. */
const PLAN_LEASE_MS = 60_000;

/**
 * Plans the due users without calling Connect: what needs no call is settled, what the guard holds is held, the
 * rest goes to the apply stage in its lane. Runs at memory speed, so that a wave is seen before it is made.
 *
 * @returns how many users were planned; fewer than a batch means that nothing more is due
 */
export async function planDueUsers(
  runtime: Runtime,
  instances: readonly string[],
): Promise<{ planned: number; full: boolean }> {
  const planned = await runtime.store.write(async (tx) => {
    const now = runtime.clock.now();
    const items = await claimDue(tx, { stage: 'plan', instances, now, leaseMs: PLAN_LEASE_MS, limit: BATCH });
    const counts = new GuardCounts(tx, runtime);
    for (const item of items) await planItem(tx, runtime, item, counts);
    return items.length;
  });
  return { planned, full: planned === BATCH };
}

async function planItem(tx: Tx, runtime: Runtime, item: WorkItem, counts: GuardCounts): Promise<void> {
  const user = await planForUser(runtime, tx, item);
  if ('reason' in user) {
    const dueAt = runtime.clock.now() + WAITING_MS;
    return requeue(tx, item, { dueAt, error: user.reason, countsAsAttempt: false });
  }
  if (runtime.instances.get(item.instance)!.config.mode === 'observe') {
    const sync = user.plan.changes.length > 0 ? 'pending' : 'synced';
    await recordOutcome(tx, runtime, user, { plan: user.plan, held: [] }, sync);
    return closeItem(tx, item, user);
  }
  const guarded = await countEffects(tx, runtime, user, counts);
  await trackPlanned(tx, user, item, guarded, runtime.clock.now());
  const readFirst = user.link?.creating || (item.lastError === READ_FIRST && user.link?.linked);
  if (guarded.plan.changes.length > 0 || guarded.plan.needsRead || readFirst)
    return toApplyStage(tx, item, {
      lane: guarded.plan.lane,
      operation: readFirst ? 'DescribeUser' : firstOperation(guarded.plan),
    });
  await finish(tx, runtime, user, guarded);
  if (guarded.plan.parked?.code === NO_SUSPEND_TARGET.code && guarded.held.length === 0) {
    const dueAt = runtime.clock.now() + WAITING_MS;
    return requeue(tx, item, { dueAt, error: NO_SUSPEND_TARGET.code, countsAsAttempt: false });
  }
  return closeItem(tx, item, user);
}

/** Nothing more is to be done for the user, until a date changes whether he has access. */
export async function closeItem(tx: Tx, item: WorkItem, { access }: UserPlan): Promise<void> {
  const boundary = access?.nextBoundaryAt ?? null;
  return boundary === null ? settle(tx, item) : settleUntil(tx, item, boundary);
}

/** Writes where a user stands once nothing is left to be called for him. */
export async function finish(tx: Tx, runtime: Runtime, user: UserPlan, guarded: GuardedPlan): Promise<void> {
  const sync: SyncState = guarded.held.length > 0 ? 'held' : guarded.plan.parked ? 'parked' : 'synced';
  await recordOutcome(tx, runtime, user, guarded, sync);
}

async function recordOutcome(
  tx: Tx,
  runtime: Runtime,
  user: UserPlan,
  { plan, held }: Pick<GuardedPlan, 'plan' | 'held'>,
  sync: SyncState,
): Promise<void> {
  const { link, key } = user;
  if (!link && sync === 'synced') return;
  const at = runtime.clock.now();
  const reason = plan.parked;
  const syncedAt = sync === 'synced' ? { syncedAt: at } : {};
  const linked = linkedAfter(user, plan, held);
  await saveLink(tx, key, { linked, sync, reason, ...syncedAt }, at);
  const { retiring } = user.input.link ?? {};
  if (retiring && linked && !linked.retiring)
    await addReplaced(tx, {
      ...key,
      connectUserId: retiring.userId,
      username: retiring.username,
      suspendedAt: at,
    });
  if (sync !== (link?.sync ?? 'synced') || reason?.code !== link?.reason?.code)
    await appendAudit(tx, auditOf(runtime, user, sync, reason));
}

/** A former user's Connect user is his until it is taken over, however long that is held. */
function linkedAfter({ link, input, takesOver }: UserPlan, plan: Plan, held: readonly Effect[]) {
  if (takesOver) return link?.linked ?? null;
  if (!input.link || plan.changes.length > 0) return input.link;
  return afterPlan(input.link, plan, { ...input, withhold: held });
}

function auditOf({ clock }: Runtime, { key }: UserPlan, sync: SyncState, reason: ParkReason | null) {
  return {
    at: clock.now(),
    directory: key.directory,
    actor: 'bridge',
    action: `user.${sync}`,
    userId: key.userId,
    groupId: null,
    instance: key.instance,
    requestId: null,
    detail: reason ? { code: reason.code } : {},
  };
}
