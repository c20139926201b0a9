import type { Effect } from '../../../../plan/plan.ts';
import { addToSummary, compareAll, emptySummary } from '../../plan-all.ts';
import type { PlanSummary } from '../../plan-all.ts';
import type { UserPlan } from '../../plan-for-user.ts';
import type { Everybody } from './everybody.ts';

type NoOptions = Readonly<Record<string, never>>;

/** What the mapping would do to everybody, by instance, with the effects alone that it causes. */
export async function causedSummaries(everybody: Everybody, _options: NoOptions) {
  const { instances } = everybody.directory.config;
  const summaries: Record<string, PlanSummary> = {};
  for (const alias of instances) summaries[alias] = emptySummary();
  for await (const user of caused(everybody))
    summaries[user.key.instance] = addToSummary(summaries[user.key.instance]!, user);
  return summaries;
}

/** Users whom one effect reaches in an instance because of the mapping. */
export interface CausedEffect {
  readonly instance: string;
  readonly effect: Effect;
  /** A plain list is copied between threads in a fraction of the time that records take. */
  readonly userIds: readonly string[];
}

export async function causedEffects(
  everybody: Everybody,
  _options: NoOptions,
): Promise<readonly CausedEffect[]> {
  const reached = new Map<string, { instance: string; effect: Effect; userIds: string[] }>();
  for await (const { key, plan } of caused(everybody))
    for (const effect of plan.effects) {
      const { instance, userId } = key;
      const place = `${instance} ${effect}`;
      const known = reached.get(place);
      if (known) known.userIds.push(userId);
      else reached.set(place, { instance, effect, userIds: [userId] });
    }
  return [...reached.values()];
}

/**
 * Everybody's plan under the mapping, with the effects alone that it causes: who is held or waits under the active
 * mapping too is none of its doing, and approving it must not approve that.
 */
async function* caused({ context, db, directory, mapping }: Everybody): AsyncGenerator<UserPlan> {
  for await (const { before, after } of compareAll(context, db, directory, mapping)) {
    const already = 'reason' in before ? [] : before.plan.effects;
    const effects = after.plan.effects.filter((effect) => !already.includes(effect));
    yield { ...after, plan: { ...after.plan, effects } };
  }
}
