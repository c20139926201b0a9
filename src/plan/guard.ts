import type { Effect } from './plan.ts';

/** How many users one effect may reach in an instance before a person has to look. */
export interface GuardLimits {
  readonly windowMinutes: number;
  readonly deactivate: { readonly count: number; readonly percent: number };
  readonly recreate: { readonly count: number; readonly percent: number };
  readonly delete: { readonly perDay: number };
}

/** counted: within the limit. held: waits for approval. approved: a person said yes. */
export type EffectState = 'counted' | 'held' | 'approved';

export interface GuardInput {
  readonly effects: readonly Effect[];
  /** Where this user's effects stand already; each is counted once. */
  readonly known: Partial<Record<Effect, EffectState>>;
  /** Effects that are always held until approved, whatever the count. */
  readonly alwaysHeld: readonly Effect[];
  /** Users that an effect reached within its window, this one not included. */
  readonly counted: Readonly<Record<Effect, number>>;
  /** Active users of the instance, those that the window's effects already took included. */
  readonly activeUsers: number;
  readonly limits: GuardLimits;
}

/** The state of each of the user's effects after the guard has looked: nothing passes uncounted. */
export function guardEffects(input: GuardInput): Partial<Record<Effect, EffectState>> {
  return Object.fromEntries(input.effects.map((effect) => [effect, stateOf(effect, input)]));
}

function stateOf(effect: Effect, input: GuardInput): EffectState {
  const known = input.known[effect];
  if (known === 'approved' || known === 'held') return known;
  if (input.alwaysHeld.includes(effect)) return 'held';
  if (known === 'counted') return 'counted';
  const limit = guardLimit(effect, input.limits, input.activeUsers);
  return input.counted[effect] < limit ? 'counted' : 'held';
}

/**
 * Users that an effect may reach within its window: the larger of count and percent of the active users, and of
 * four users or more never more than half, so that a small instance cannot be emptied either.
 */
export function guardLimit(effect: Effect, limits: GuardLimits, activeUsers: number): number {
  if (effect === 'delete') return limits.delete.perDay;
  const { count, percent } = limits[effect];
  const limit = Math.max(count, Math.floor((activeUsers * percent) / 100));
  return activeUsers >= 4 ? Math.min(limit, Math.floor(activeUsers / 2)) : limit;
}

/** Milliseconds during which an effect stays counted. */
export function guardWindowMs(effect: Effect, limits: GuardLimits): number {
  return effect === 'delete' ? 24 * 3_600_000 : limits.windowMinutes * 60_000;
}
