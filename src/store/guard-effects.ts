import { sql } from 'kysely';
import type { EffectState } from '../plan/guard.ts';
import type { Effect } from '../plan/plan.ts';
import { getMeta, setMeta } from './engine/meta.ts';
import type { Db, Tx } from './schema.ts';

/** A change that can hurt many, as the guard has counted it: one row per (user, instance, effect). */
export interface GuardEffect {
  readonly userId: string;
  readonly instance: string;
  readonly effect: Effect;
  readonly state: EffectState;
  /** Why it is planned: a SuspendCause, `renamed` … */
  readonly cause: string;
  /** UTC milliseconds. */
  readonly countedAt: number;
  /** The user's, while he has one. */
  readonly routingProfileId: string | null;
}

/** Held effects of one kind in one instance, approved together. */
export interface HeldBatch {
  readonly batch: string;
  readonly instance: string;
  readonly effect: Effect;
  readonly users: number;
  /** When the first of them was held. */
  readonly since: number;
  /** Users by cause. */
  readonly causes: Readonly<Record<string, number>>;
}

export interface HeldUser {
  readonly userId: string;
  readonly instance: string;
  readonly directory: string;
  readonly userName: string;
  readonly effect: Effect;
  readonly cause: string;
  readonly since: number;
}

/** Where a user's effects stand, with why the held ones are planned. */
export async function effectsOfUser(db: Db, userId: string, instance: string): Promise<KnownEffects> {
  const rows = await db
    .selectFrom('guard_effect')
    .select(['effect', 'state', 'cause'])
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .execute();
  return {
    states: Object.fromEntries(rows.map((row) => [row.effect, row.state as EffectState])),
    causes: Object.fromEntries(rows.map((row) => [row.effect, row.cause])),
  };
}

interface KnownEffects {
  readonly states: Partial<Record<Effect, EffectState>>;
  readonly causes: Partial<Record<Effect, string>>;
}

/** Effects that were let through from `since` on: those that a limit counts. Approved ones count on their own. */
export async function countedSince(
  db: Db,
  among: { readonly instance: string; readonly routingProfileId?: string | undefined },
  effect: Effect,
  since: number,
): Promise<number> {
  const { instance, routingProfileId } = among;
  let effects = db
    .selectFrom('guard_effect')
    .select(sql<number | string>`count(*)`.as('users'))
    .where('instance', '=', instance)
    .where('effect', '=', effect)
    .where('state', '=', 'counted')
    .where('counted_at', '>=', since);
  if (routingProfileId !== undefined) effects = effects.where('routing_profile_id', '=', routingProfileId);
  return Number((await effects.executeTakeFirstOrThrow()).users);
}

/**
 * Writes what the guard decided. A held effect joins the batch of its kind that waits, or starts one; a sensitive
 * grant the batch of those who gain the same in the same way, since approving it approves that way.
 */
export async function recordEffect(tx: Tx, effect: GuardEffect): Promise<void> {
  const columns = {
    state: effect.state,
    batch: effect.state === 'held' ? await openBatch(tx, effect) : null,
    cause: effect.cause,
    counted_at: effect.countedAt,
    routing_profile_id: effect.routingProfileId,
  };
  await tx
    .insertInto('guard_effect')
    .values({ user_id: effect.userId, instance: effect.instance, effect: effect.effect, ...columns })
    .onConflict((conflict) => conflict.columns(['user_id', 'instance', 'effect']).doUpdateSet(columns))
    .execute();
}

/**
 * Forgets held and approved effects that are not planned any more: taken back, or made. Counted ones stay,
 * since the window still counts them.
 */
export async function releaseEffects(
  tx: Tx,
  userId: string,
  instance: string,
  effects: readonly Effect[],
): Promise<void> {
  if (effects.length === 0) return;
  await tx
    .deleteFrom('guard_effect')
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .where('effect', 'in', effects)
    .where('state', '!=', 'counted')
    .execute();
}

/** Oldest first. */
export async function heldBatches(db: Db): Promise<readonly HeldBatch[]> {
  const rows = await db
    .selectFrom('guard_effect')
    .select(['batch', 'instance', 'effect', 'cause'])
    .select([sql<number | string>`count(*)`.as('users'), sql<number | string>`min(counted_at)`.as('since')])
    .where('state', '=', 'held')
    .groupBy(['batch', 'instance', 'effect', 'cause'])
    .execute();
  const batches = new Map<string, HeldBatch>();
  for (const row of rows) {
    const batch = batches.get(row.batch!);
    const [users, since] = [Number(row.users), Number(row.since)];
    batches.set(row.batch!, {
      batch: row.batch!,
      instance: row.instance,
      effect: row.effect as Effect,
      users: users + (batch?.users ?? 0),
      since: Math.min(since, batch?.since ?? since),
      causes: { ...batch?.causes, [row.cause]: users },
    });
  }
  return [...batches.values()].sort((one, other) => one.since - other.since);
}

export async function heldOfBatch(db: Db, batch: string): Promise<readonly HeldUser[]> {
  const rows = await db
    .selectFrom('guard_effect as held')
    .innerJoin('link', (join) =>
      join.onRef('link.user_id', '=', 'held.user_id').onRef('link.instance', '=', 'held.instance'),
    )
    .select(['held.user_id', 'held.instance', 'held.effect', 'held.cause', 'held.counted_at'])
    .select(['link.directory', 'link.user_name'])
    .where('held.batch', '=', batch)
    .where('held.state', '=', 'held')
    .orderBy('held.counted_at')
    .orderBy('held.user_id')
    .execute();
  return rows.map((row) => ({
    userId: row.user_id,
    instance: row.instance,
    directory: row.directory,
    userName: row.user_name,
    effect: row.effect as Effect,
    cause: row.cause,
    since: row.counted_at,
  }));
}

/** Lets the batch through. @returns whom to queue again; empty when no such batch is held */
export async function approveBatch(tx: Tx, batch: string): Promise<readonly HeldUser[]> {
  const users = await heldOfBatch(tx, batch);
  await tx
    .updateTable('guard_effect')
    .set({ state: 'approved', batch: null })
    .where('batch', '=', batch)
    .where('state', '=', 'held')
    .execute();
  return users;
}

/** Drops counted effects that the window no longer reaches; made again, they count again. */
export async function purgeCounted(tx: Tx, instance: string, effect: Effect, before: number): Promise<void> {
  await tx
    .deleteFrom('guard_effect')
    .where('instance', '=', instance)
    .where('effect', '=', effect)
    .where('state', '=', 'counted')
    .where('counted_at', '<', before)
    .execute();
}

async function openBatch(tx: Tx, { instance, effect, cause }: GuardEffect): Promise<string> {
  let held = tx
    .selectFrom('guard_effect')
    .select('batch')
    .where('instance', '=', instance)
    .where('effect', '=', effect)
    .where('state', '=', 'held')
    .limit(1);
  if (effect === 'sensitive') held = held.where('cause', '=', cause);
  const open = await held.executeTakeFirst();
  return open?.batch ?? newBatch(tx, instance, effect);
}

/** `deactivate-uk-7`: to be typed by a person, and never given twice. */
async function newBatch(tx: Tx, instance: string, effect: Effect): Promise<string> {
  const number = Number(await getMeta(tx, 'heldBatches')) + 1;
  await setMeta(tx, 'heldBatches', String(number));
  return `${effect}-${instance}-${number}`;
}
