import type { Change } from '../../plan/plan.ts';
import { closeLeaver, forgetOpenLeaver, openLeaver } from '../../store/link/leavers.ts';
import { markSuspended } from '../../store/link/retention.ts';
import type { Tx } from '../../store/schema.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { causeOf } from '../planning/guard-plan.ts';
import type { GuardedPlan } from '../planning/guard-plan.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';

/** Notes, when a user is planned, that he is to lose all access, or that he is not any more. */
export async function trackPlanned(
  tx: Tx,
  user: UserPlan,
  { receivedAt }: WorkItem,
  { held }: GuardedPlan,
  at: number,
): Promise<void> {
  if (!user.plan.effects.includes('deactivate')) return forgetOpenLeaver(tx, user.key);
  await openLeaver(tx, {
    ...user.key,
    userName: user.user?.userName ?? user.link?.userName ?? '',
    cause: causeOf(user, 'deactivate'),
    receivedAt,
    heldAt: held.includes('deactivate') ? at : null,
  });
}

/** Notes that Connect accepted a change by which a user lost, or got back, his access. */
export async function trackChanged(
  tx: Tx,
  { key, link }: UserPlan,
  change: Change,
  at: number,
): Promise<void> {
  if (change.kind === 'createUser' || change.userId !== link?.linked?.userId) return;
  if (change.kind === 'deleteUser') return closeLeaver(tx, key, at);
  if (change.kind !== 'updateUserSecurityProfiles') return;
  const isSuspended = change.lifecycle === 'suspended';
  await markSuspended(tx, key, isSuspended ? at : null);
  if (isSuspended) await closeLeaver(tx, key, at);
}
