import type { Effect } from '../../plan/plan.ts';
import { approveGrant } from '../../store/guard/approved-grants.ts';
import { recordEffect } from '../../store/guard-effects.ts';
import type { Tx } from '../../store/schema.ts';
import type { Caused } from './everybody/passes/caused-effects.ts';
import type { SensitiveGrant, UserPlan } from './user-plan.ts';

interface Approval {
  readonly actor: string;
  readonly at: number;
}

/** Lets a user gain what is sensitive, and all who come by the same ways after him. */
export async function approveSensitive(
  tx: Tx,
  { key, unapproved }: UserPlan,
  approval: Approval,
): Promise<void> {
  const { userId, instance, directory } = key;
  await approveEffect(tx, { userId, instance, effect: 'sensitive' }, approval);
  for (const grant of unapproved) await approveWays(tx, { directory, instance }, grant, approval);
}

/** Lets pass what a mapping causes. */
export async function approveCaused(
  tx: Tx,
  directory: string,
  { effects, grants }: Caused,
  approval: Approval,
): Promise<void> {
  for (const { userIds, instance, effect } of effects)
    for (const userId of userIds) await approveEffect(tx, { userId, instance, effect }, approval);
  for (const { instance, grant } of grants) await approveWays(tx, { directory, instance }, grant, approval);
}

/** A sensitive grant whose way is approved is a grant; it counts no more, since its approver saw how many there are. */
async function approveEffect(
  tx: Tx,
  { userId, instance, effect }: { userId: string; instance: string; effect: Effect },
  { at }: Approval,
): Promise<void> {
  await recordEffect(tx, {
    userId,
    instance,
    effect: effect === 'sensitive' ? 'grant' : effect,
    state: 'approved',
    cause: 'approved',
    countedAt: at,
    routingProfileId: null,
  });
}

async function approveWays(
  tx: Tx,
  { directory, instance }: { readonly directory: string; readonly instance: string },
  { securityProfileId, sources, text }: SensitiveGrant,
  { actor, at }: Approval,
): Promise<void> {
  for (const source of sources)
    await approveGrant(tx, { directory, instance, securityProfileId, source }, { cause: text, actor, at });
}
