import { guardEffects } from '../../plan/guard.ts';
import type { EffectState } from '../../plan/guard.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect, Plan } from '../../plan/plan.ts';
import { planUser } from '../../plan/plan-user.ts';
import { effectsOfUser, recordEffect, releaseEffects } from '../../store/guard-effects.ts';
import type { Db, Tx } from '../../store/schema.ts';
import type { GuardCounts } from './guard-counts.ts';
import type { UserPlan } from './plan-for-user.ts';
import type { Runtime } from '../runtime.ts';
import { grantCause } from './decision/sensitive-grants.ts';

/** What may be done of a plan now, and what waits for a person. */
export interface GuardedPlan {
  readonly plan: Plan;
  readonly held: readonly Effect[];
  /** Effects that no guard has counted yet: not to be made before it has. */
  readonly uncounted: readonly Effect[];
}

/** The plan under the effects as they are recorded, for showing and for the moment before the calls. */
export async function guardedPlan(db: Db, user: UserPlan): Promise<GuardedPlan> {
  const { states } = await effectsOfUser(db, user.key.userId, user.key.instance);
  const held = user.plan.effects.filter((effect) => states[effect] === 'held');
  const uncounted = user.plan.effects.filter((effect) => states[effect] === undefined);
  return { plan: withhold(user, held), held, uncounted };
}

/**
 * Counts the effects of a plan once per (user, effect), durably and before its first call; holds what exceeds
 * the limit; forgets what the IdP has taken back.
 *
 * @param counts of this transaction
 */
export async function countEffects(
  tx: Tx,
  runtime: Runtime,
  user: UserPlan,
  counts: GuardCounts,
): Promise<GuardedPlan> {
  const { instance } = user.key;
  const { effects } = user.plan;
  if (effects.length > 0) await counts.forgetEnded(instance);
  const { states: known, causes } = await forgetGone(tx, user);
  if (effects.length === 0) return { plan: user.plan, held: [], uncounted: [] };
  const states = guardEffects(await guardInput(runtime, user, known, counts));
  for (const effect of effects) {
    const waitsForMore = effect === 'sensitive' && causes[effect] !== causeOf(user, effect);
    if (states[effect] === known[effect] && !waitsForMore) continue;
    await record(tx, runtime, user, effect, states[effect]!);
    if (states[effect] === 'counted') counts.note(instance, effect, routingProfileOf(user));
  }
  const held = effects.filter((effect) => states[effect] === 'held');
  return { plan: withhold(user, held), held, uncounted: [] };
}

/**
 * An approval is for what was planned: once that is made, or taken back, the next such change is asked for again.
 *
 * @returns what was known of the user's effects
 */
export async function forgetGone(tx: Tx, { key, plan }: UserPlan): ReturnType<typeof effectsOfUser> {
  const known = await effectsOfUser(tx, key.userId, key.instance);
  const gone = EFFECTS.filter(
    (effect) => known.states[effect] !== undefined && !plan.effects.includes(effect),
  );
  await releaseEffects(tx, key.userId, key.instance, gone);
  return known;
}

async function guardInput(
  runtime: Runtime,
  user: UserPlan,
  known: Partial<Record<Effect, EffectState>>,
  counts: GuardCounts,
) {
  const { key, plan } = user;
  const { instance } = key;
  const mapping = runtime.directories.get(key.directory)?.mapping?.mapping;
  const routingProfileId = routingProfileOf(user);
  return {
    effects: plan.effects,
    known,
    alwaysHeld: mapping?.username.rename === 'recreate' ? [] : (['recreate'] as const),
    instance: await counts.scope({ instance }, plan.effects),
    routingProfile:
      routingProfileId === null ? null : await counts.scope({ instance, routingProfileId }, plan.effects),
    limits: runtime.instances.get(instance)!.config.guard,
  };
}

async function record(tx: Tx, runtime: Runtime, user: UserPlan, effect: Effect, state: EffectState) {
  const { userId, instance } = user.key;
  await recordEffect(tx, {
    userId,
    instance,
    effect,
    state,
    cause: causeOf(user, effect),
    countedAt: runtime.clock.now(),
    routingProfileId: routingProfileOf(user),
  });
}

/** The queue side of what a change takes away; null for whom Connect does not have, or has without access. */
function routingProfileOf({ input: { link } }: UserPlan): string | null {
  return (link?.lifecycle === 'active' && link.actual.routingProfileId) || null;
}

/** Why an effect is planned: a SuspendCause, why he is parked, or what it is that he gains. */
export function causeOf({ input, user, unapproved }: UserPlan, effect: Effect): string {
  const { wanted } = input;
  if (effect === 'sensitive') return grantCause(unapproved);
  if (wanted.kind === 'suspended' || wanted.kind === 'deleted') return wanted.cause;
  if (wanted.kind === 'parked') return wanted.reason.code;
  return effect === 'recreate' && user ? 'renamed' : (CAUSES[effect] ?? 'deleted');
}

const CAUSES: Partial<Record<Effect, string>> = { grant: 'gains', reduce: 'loses', routing: 'moves' };

function withhold(user: UserPlan, held: readonly Effect[]): Plan {
  return held.length === 0 ? user.plan : planUser({ ...user.input, withhold: held });
}
