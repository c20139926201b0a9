import type { Effect } from '../../plan/plan.ts';
import type { UserPlan, Waiting } from './plan-for-user.ts';

/**
 * The effects that a proposed mapping causes for a user: who is held or waits under the active mapping too is none of
 * its doing, and approving it must not approve that.
 */
export function effectsCaused(today: UserPlan | Waiting, proposed: UserPlan): readonly Effect[] {
  const { effects } = proposed.plan;
  if ('reason' in today) return effects;
  const { wanted } = today.input;
  const granted = wanted.kind === 'active' ? wanted.user.fields.securityProfileIds : [];
  const isNew = proposed.unapproved.some(({ securityProfileId }) => !granted.includes(securityProfileId));
  return effects.filter((effect) => (effect === 'sensitive' ? isNew : !today.plan.effects.includes(effect)));
}
