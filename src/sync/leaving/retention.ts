import { appendAudit } from '../../store/audit.ts';
import { countedSince } from '../../store/guard-effects.ts';
import { countSuspendedBefore, markExpired, suspendedBefore } from '../../store/link/retention.ts';
import type { Suspended } from '../../store/link/retention.ts';
import type { Tx } from '../../store/schema.ts';
import { enqueue } from '../../store/work-items.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import { deleteReplaced } from './delete-replaced.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';

const DAY_MS = 24 * 3_600_000;
/** Who is looked at in one turn; more than any limit per day lets through. */
const MAX_LOOKED_AT = 1_000;
/** How long before it is made a deletion is announced in status. */
const ANNOUNCED_DAYS = 7;

/**
 * Gives the longest suspended users of an instance their turn to be deleted: who was suspended for `deleteAfterDays`,
 * as many as `guard.delete.perDay` leaves room for, and deletes whom renames left suspended as long. Who is only away for a time by the mapping's `access` stays.
 */
export async function expire(runtime: Runtime, instance: InstanceRuntime): Promise<void> {
  const { deleteAfterDays } = instance.config.leavers;
  if (deleteAfterDays === null) return;
  const { store, clock } = runtime;
  const at = clock.now();
  const deleted = await countedSince(store.read, { instance: instance.alias }, 'delete', at - DAY_MS);
  let room = instance.config.guard.delete.perDay - deleted;
  const before = at - deleteAfterDays * DAY_MS;
  for (const user of await suspendedBefore(store.read, instance.alias, before, MAX_LOOKED_AT)) {
    if (room <= 0) return;
    if (!(await isGone(runtime, user))) continue;
    await store.write((tx) => queue(tx, user, at));
    room -= 1;
  }
  runtime.wake();
  if (instance.config.mode === 'live') await deleteReplaced(runtime, instance, { before, room });
}

async function isGone(runtime: Runtime, key: Suspended): Promise<boolean> {
  const user = await planForUser(runtime, runtime.store.read, key);
  return (
    !('reason' in user) && user.input.wanted.kind === 'suspended' && user.input.wanted.cause !== 'access'
  );
}

async function queue(tx: Tx, user: Suspended, at: number): Promise<void> {
  const { userId, instance, directory, suspendedAt } = user;
  await markExpired(tx, user);
  await enqueue(tx, {
    userId,
    directory,
    instances: [instance],
    lane: 'cosmetic',
    dueAt: at,
    receivedAt: at,
  });
  const detail = { suspendedAt };
  await appendAudit(tx, { at, directory, actor: 'bridge', action: 'user.expired', userId, instance, detail });
}

/** How many suspended users are to be deleted within the next days; null where nobody is ever deleted. */
export async function announced({ store, clock }: Runtime, instance: InstanceRuntime) {
  const { deleteAfterDays } = instance.config.leavers;
  if (deleteAfterDays === null) return null;
  const before = clock.now() - (deleteAfterDays - ANNOUNCED_DAYS) * DAY_MS;
  return {
    deleteAfterDays,
    withinDays: ANNOUNCED_DAYS,
    users: await countSuspendedBefore(store.read, instance.alias, before),
  };
}
