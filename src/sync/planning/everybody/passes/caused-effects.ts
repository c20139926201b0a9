import type { Effect } from '../../../../plan/plan.ts';
import { addToSummary, compareAll, emptySummary } from '../../plan-all.ts';
import type { PlanSummary } from '../../plan-all.ts';
import type { SensitiveGrant } from '../../user-plan.ts';
import { effectsCaused } from '../../effects-caused.ts';
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

/** A way to a sensitive security profile by which somebody would gain it because of the mapping. */
export interface CausedGrant {
  readonly instance: string;
  readonly grant: SensitiveGrant;
}

export interface Caused {
  readonly effects: readonly CausedEffect[];
  readonly grants: readonly CausedGrant[];
}

export async function causedEffects(everybody: Everybody, _options: NoOptions): Promise<Caused> {
  const reached = new Map<string, { instance: string; effect: Effect; userIds: string[] }>();
  const grants = new Map<string, CausedGrant>();
  for await (const { key, plan, unapproved } of caused(everybody)) {
    const { instance, userId } = key;
    if (plan.effects.includes('sensitive'))
      for (const grant of unapproved)
        grants.set(`${instance} ${grant.sources.join(' ')} ${grant.securityProfileId}`, { instance, grant });
    for (const effect of plan.effects) {
      const place = `${instance} ${effect}`;
      const known = reached.get(place);
      if (known) known.userIds.push(userId);
      else reached.set(place, { instance, effect, userIds: [userId] });
    }
  }
  return { effects: [...reached.values()], grants: [...grants.values()] };
}

/** Everybody's plan under the mapping, with the effects alone that it causes. */
async function* caused({ context, db, directory, mapping }: Everybody): AsyncGenerator<UserPlan> {
  for await (const { before, after } of compareAll(context, db, directory, mapping)) {
    const effects = effectsCaused(before, after);
    yield { ...after, plan: { ...after.plan, effects } };
  }
}
