import { setImmediate as turn } from 'node:timers/promises';
import type { Mapping } from '../../mapping/mapping.ts';
import { EFFECTS } from '../../plan/plan.ts';
import type { Effect } from '../../plan/plan.ts';
import { linksWithoutUserAfter } from '../../store/fan-outs.ts';
import type { Db } from '../../store/schema.ts';
import { usersFrom } from '../../store/user/users-from.ts';
import type { PlannedDirectory, PlanningContext } from './context.ts';
import { planForUsers } from './plan-for-user.ts';
import type { Together, UserPlan, Waiting } from './plan-for-user.ts';

/** Users read and planned at a time. More, and other work waits longer for its turn; fewer, and statements cost more. */
const PAGE = 64;
/** Of a directory that feeds many instances there are fewer users in a page. */
const PLANS = 256;

/**
 * Plans every user of a directory in every instance that was read, those included whom the IdP deleted and Connect
 * still has. Makes no call and writes nothing.
 */
export async function* planAll(
  context: PlanningContext,
  db: Db,
  directory: PlannedDirectory,
  mapping: Mapping | null,
): AsyncGenerator<UserPlan> {
  for await (const together of everybody(db, directory))
    for (const [user] of await planForUsers(context, db, together, [mapping]))
      if (user && !('reason' in user)) yield user;
}

/** One user under two mappings, on the same facts. */
export interface Compared {
  readonly before: UserPlan | Waiting;
  readonly after: UserPlan;
}

/** As `planAll`, under the active mapping and another one. */
export async function* compareAll(
  context: PlanningContext,
  db: Db,
  directory: PlannedDirectory,
  mapping: Mapping | null,
): AsyncGenerator<Compared> {
  const mappings = [directory.mapping?.mapping ?? null, mapping];
  for await (const together of everybody(db, directory))
    for (const [before, after] of await planForUsers(context, db, together, mappings))
      if (before && after && !('reason' in after)) yield { before, after };
}

async function* everybody(db: Db, { alias, config }: PlannedDirectory): AsyncGenerator<Together> {
  const keyOf = (userId: string, instance: string) => ({ directory: alias, userId, instance });
  const limit = Math.min(PAGE, Math.ceil(PLANS / config.instances.length));
  const after = (cursor: number) => ({ directory: alias, cursor, limit });
  for await (const users of pages(limit, (cursor) => usersFrom(db, after(cursor))))
    yield {
      keys: users.flatMap(({ id }) => config.instances.map((instance) => keyOf(id, instance))),
      users: new Map(users.map((user) => [user.id, user])),
    };
  for await (const links of pages(PAGE, (cursor) => linksWithoutUserAfter(db, alias, cursor, PAGE))) {
    const fed = links.filter(({ instance }) => config.instances.includes(instance));
    yield { keys: fed.map(({ userId, instance }) => keyOf(userId, instance)), users: new Map() };
  }
}

/** With a turn for other work after each. */
async function* pages<Row extends { readonly seq: number }>(
  limit: number,
  after: (cursor: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let cursor: number | undefined = 0; cursor !== undefined; await turn()) {
    const rows = await after(cursor);
    if (rows.length > 0) yield rows;
    cursor = rows.length < limit ? undefined : rows.at(-1)!.seq;
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
