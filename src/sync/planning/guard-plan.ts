import { guardEffects, guardWindowMs } from '../../plan/guard.ts';
import type { EffectState } from '../../plan/guard.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect, Plan } from '../../plan/plan.ts';
import { planUser } from '../../plan/plan-user.ts';
import {
  countedSince,
  effectsOfUser,
  purgeCounted,
  recordEffect,
  releaseEffects,
} from '../../store/guard-effects.ts';
import { activeCount } from '../../store/links.ts';
import type { Db, Tx } from '../../store/schema.ts';
import type { UserPlan } from './plan-for-user.ts';
import type { Runtime } from '../runtime.ts';

/** What may be done of a plan now, and what waits for a person. */
export interface GuardedPlan {
  readonly plan: Plan;
  readonly held: readonly Effect[];
  /** Effects that no guard has counted yet: not to be made before it has. */
  readonly uncounted: readonly Effect[];
}

/** The plan under the effects as they are recorded, for showing and for the moment before the calls. */
export async function guardedPlan(db: Db, user: UserPlan): Promise<GuardedPlan> {
  const known = await effectsOfUser(db, user.key.userId, user.key.instance);
  const held = user.plan.effects.filter((effect) => known[effect] === 'held');
  const uncounted = user.plan.effects.filter((effect) => known[effect] === undefined);
  return { plan: withhold(user, held), held, uncounted };
}

/**
 * Counts the effects of a plan once per (user, effect), durably and before its first call; holds what exceeds
 * the limit; forgets what the IdP has taken back.
 */
export async function countEffects(tx: Tx, runtime: Runtime, user: UserPlan): Promise<GuardedPlan> {
  const { userId, instance } = user.key;
  if (user.plan.effects.length > 0) await forgetEndedCounts(tx, runtime, instance);
  const known = await effectsOfUser(tx, userId, instance);
  const gone = EFFECTS.filter((effect) => known[effect] !== undefined && !user.plan.effects.includes(effect));
  await releaseEffects(tx, userId, instance, gone);
  if (user.plan.effects.length === 0) return { plan: user.plan, held: [], uncounted: [] };
  const states = guardEffects(await guardInput(tx, runtime, user, known));
  for (const effect of user.plan.effects)
    if (states[effect] !== known[effect]) await record(tx, runtime, user, effect, states[effect]!);
  const held = user.plan.effects.filter((effect) => states[effect] === 'held');
  return { plan: withhold(user, held), held, uncounted: [] };
}

/** A count that its window has left behind is no permission to do the same again. */
async function forgetEndedCounts(tx: Tx, { instances, clock }: Runtime, instance: string): Promise<void> {
  const limits = instances.get(instance)!.config.guard;
  for (const effect of EFFECTS)
    await purgeCounted(tx, instance, effect, clock.now() - guardWindowMs(effect, limits));
}

async function guardInput(
  tx: Tx,
  runtime: Runtime,
  { key, plan }: UserPlan,
  known: Partial<Record<Effect, EffectState>>,
) {
  const limits = runtime.instances.get(key.instance)!.config.guard;
  const mapping = runtime.directories.get(key.directory)?.mapping?.mapping;
  const now = runtime.clock.now();
  const counted = { deactivate: 0, delete: 0, recreate: 0 };
  for (const effect of plan.effects)
    counted[effect] = await countedSince(tx, key.instance, effect, now - guardWindowMs(effect, limits));
  return {
    effects: plan.effects,
    known,
    alwaysHeld: mapping?.username.rename === 'recreate' ? [] : (['recreate'] as const),
    counted,
    activeUsers: (await activeCount(tx, key.instance)) + counted.deactivate,
    limits,
  };
}

async function record(tx: Tx, runtime: Runtime, user: UserPlan, effect: Effect, state: EffectState) {
  const { userId, instance } = user.key;
  await recordEffect(tx, {
    userId,
    instance,
    effect,
    state,
    cause: causeOf(user),
    countedAt: runtime.clock.now(),
  });
}

export function causeOf({ input, user }: UserPlan): string {
  const { wanted } = input;
  if (wanted.kind === 'suspended' || wanted.kind === 'deleted') return wanted.cause;
  return wanted.kind === 'parked' ? wanted.reason.code : user ? 'renamed' : 'deleted';
}

function withhold(user: UserPlan, held: readonly Effect[]): Plan {
  return held.length === 0 ? user.plan : planUser({ ...user.input, withhold: held });
}
