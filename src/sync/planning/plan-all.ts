import { setImmediate as turn } from 'node:timers/promises';
import type { Mapping } from '../../mapping/mapping.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect } from '../../plan/plan.ts';
import { linksWithoutUserAfter, usersAfter } from '../../store/fan-outs.ts';
import { planForUser } from './plan-for-user.ts';
import type { UserPlan } from './plan-for-user.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';

/** Users planned before other work gets a turn. */
const BATCH = 50;

/**
 * Plans every user of a directory in every instance, those included whom the IdP deleted and Connect still has.
 * Makes no call and writes nothing.
 *
 * @param mapping the mapping to plan under; the active one when left out
 */
export async function* planAll(
  runtime: Runtime,
  directory: DirectoryRuntime,
  mapping?: Mapping,
): AsyncGenerator<UserPlan> {
  const db = runtime.store.read;
  for (const page of [usersAfter, linksWithoutUserAfter]) {
    let cursor = 0;
    for (let ended = false; !ended; await turn()) {
      const rows = await page(db, directory.alias, cursor, BATCH);
      for (const { userId } of rows) yield* planInEach(runtime, directory, userId, mapping);
      cursor = rows.at(-1)?.seq ?? cursor;
      ended = rows.length < BATCH;
    }
  }
}

async function* planInEach(
  runtime: Runtime,
  directory: DirectoryRuntime,
  userId: string,
  mapping?: Mapping,
): AsyncGenerator<UserPlan> {
  for (const instance of directory.config.instances) {
    const key = { directory: directory.alias, userId, instance };
    const user = await planForUser(runtime, runtime.store.read, key, mapping);
    if (!('reason' in user)) yield user;
  }
}

/** What a whole plan comes to, per instance. */
export interface PlanSummary {
  readonly created: number;
  readonly updated: number;
  readonly suspended: number;
  readonly deleted: number;
  readonly recreated: number;
  readonly parked: number;
  readonly unmatched: number;
  readonly unchanged: number;
  readonly effects: Readonly<Record<Effect, number>>;
}

export function emptySummary(): PlanSummary {
  const effects = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;
  const counts = { created: 0, updated: 0, suspended: 0, deleted: 0, recreated: 0, parked: 0, unmatched: 0 };
  return { ...counts, unchanged: 0, effects };
}

export function addToSummary(summary: PlanSummary, user: UserPlan): PlanSummary {
  const key = outcomeOf(user);
  const effects = { ...summary.effects };
  for (const effect of user.plan.effects) effects[effect] += 1;
  return { ...summary, [key]: summary[key] + 1, effects };
}

/** The one word that says most about a plan. */
export function outcomeOf({ plan, result, input }: UserPlan): Exclude<keyof PlanSummary, 'effects'> {
  if (plan.effects.includes('recreate')) return 'recreated';
  if (plan.effects.includes('delete')) return 'deleted';
  if (plan.effects.includes('deactivate')) return 'suspended';
  if (plan.parked) return 'parked';
  if (result?.kind === 'unmatched' && !input.link) return 'unmatched';
  const [first] = plan.changes;
  if (!first) return 'unchanged';
  return first.kind === 'createUser' ? 'created' : 'updated';
}
