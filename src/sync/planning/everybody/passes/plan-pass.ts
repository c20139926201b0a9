import type { ParkReason } from '../../../../plan/plan.ts';
import { renderPlan } from '../../../../plan/render.ts';
import { nameOf } from '../../name-of.ts';
import { addToSummary, emptySummary, outcomeOf, planAll } from '../../plan-all.ts';
import type { PlanSummary } from '../../plan-all.ts';
import type { UserPlan } from '../../plan-for-user.ts';
import type { Everybody } from './everybody.ts';

/** A reply that a person can still read; the summary counts everybody. */
const MAX_LISTED = 1_000;

/** Counts of all, by instance, and those who change or are parked, in the order of creation. */
export async function planPass(everybody: Everybody, _options: Readonly<Record<string, never>>) {
  const { context, db, directory, mapping } = everybody;
  const summaries: Record<string, PlanSummary> = {};
  for (const alias of directory.config.instances) summaries[alias] = emptySummary();
  const users = [];
  for await (const user of planAll(context, db, directory, mapping)) {
    const { instance, userId } = user.key;
    summaries[instance] = addToSummary(summaries[instance]!, user);
    const parked = parkedBecause(user);
    if (users.length >= MAX_LISTED || (user.plan.changes.length === 0 && !parked)) continue;
    users.push({
      userId,
      userName: user.user?.userName ?? user.link?.userName ?? '',
      instance,
      outcome: outcomeOf(user),
      parked,
      changes: renderPlan(user.plan, nameOf(context.instances.get(instance)!)),
    });
  }
  return { summaries, users };
}

function parkedBecause({ plan, link }: UserPlan): ParkReason | null {
  return plan.parked ?? (link?.sync === 'parked' ? link.reason : null);
}
