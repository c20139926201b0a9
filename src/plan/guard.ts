import type { Effect } from './plan.ts';

/** How many users one effect may reach before a person has to look. */
export interface GuardLimits {
  readonly windowMinutes: number;
  readonly deactivate: LimitWithScope;
  readonly grant: Limit;
  readonly reduce: LimitWithScope;
  readonly recreate: Limit;
  readonly routing: Limit;
  readonly delete: { readonly perDay: number };
}

interface Limit {
  readonly count: number;
  /** Of the active users of the instance. */
  readonly percent: number;
}

interface LimitWithScope extends Limit {
  /** Of the active users with one routing profile, so that a mistake cannot empty a queue. */
  readonly percentOfRoutingProfile: number;
}

/** counted: within the limit. held: waits for approval. approved: a person said yes. */
export type EffectState = 'counted' | 'held' | 'approved';

export interface GuardInput {
  readonly effects: readonly Effect[];
  /** Where this user's effects stand already; each is counted once. */
  readonly known: Partial<Record<Effect, EffectState>>;
  /** Effects that are always held until approved, whatever the count. */
  readonly alwaysHeld: readonly Effect[];
  readonly instance: GuardScope;
  /** Users with this user's routing profile; null when he has none yet. */
  readonly routingProfile: GuardScope | null;
  readonly limits: GuardLimits;
}

/** Users among whom an effect is counted. */
export interface GuardScope {
  /** Those that an effect reached within its window, this one not included; 0 when left out. */
  readonly counted: Partial<Record<Effect, number>>;
  /** Active ones, those that the window's effects already took included. */
  readonly activeUsers: number;
}

/** The state of each of the user's effects after the guard has looked: nothing passes uncounted. */
export function guardEffects(input: GuardInput): Partial<Record<Effect, EffectState>> {
  return Object.fromEntries(input.effects.map((effect) => [effect, stateOf(effect, input)]));
}

function stateOf(effect: Effect, input: GuardInput): EffectState {
  // Approved are the ways by which it is granted; then it is none.
  if (effect === 'sensitive') return 'held';
  const known = input.known[effect];
  if (known === 'approved' || known === 'held') return known;
  if (input.alwaysHeld.includes(effect)) return 'held';
  if (known === 'counted') return 'counted';
  const { instance, routingProfile, limits } = input;
  const fits =
    (instance.counted[effect] ?? 0) < guardLimit(effect, limits, instance.activeUsers) &&
    (routingProfile === null ||
      (routingProfile.counted[effect] ?? 0) < scopeLimit(effect, limits, routingProfile.activeUsers));
  return fits ? 'counted' : 'held';
}

/**
 * Users that an effect may reach within its window: the larger of count and percent of the active users, and of
 * four users or more never more than half, so that a small instance cannot be emptied either. A new routing profile
 * takes nobody's access away, so a whole instance may change.
 */
export function guardLimit(effect: Effect, limits: GuardLimits, activeUsers: number): number {
  if (effect === 'delete') return limits.delete.perDay;
  if (effect === 'sensitive') return 0;
  const { count, percent } = limits[effect];
  const limit = larger(count, percent, activeUsers);
  return effect === 'routing' ? limit : halfAtMost(limit, activeUsers);
}

/** The same among the users of one routing profile; only what takes access away is counted there. */
function scopeLimit(effect: Effect, limits: GuardLimits, activeUsers: number): number {
  if (effect !== 'deactivate' && effect !== 'reduce') return Number.POSITIVE_INFINITY;
  const { count, percentOfRoutingProfile } = limits[effect];
  return halfAtMost(larger(count, percentOfRoutingProfile, activeUsers), activeUsers);
}

function larger(count: number, percent: number, activeUsers: number): number {
  return Math.max(count, Math.floor((activeUsers * percent) / 100));
}

function halfAtMost(limit: number, activeUsers: number): number {
  return activeUsers >= 4 ? Math.min(limit, Math.floor(activeUsers / 2)) : limit;
}

/** Milliseconds during which an effect stays counted. */
export function guardWindowMs(effect: Effect, limits: GuardLimits): number {
  return effect === 'delete' ? 24 * 3_600_000 : limits.windowMinutes * 60_000;
}
