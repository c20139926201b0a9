import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardEffects, guardLimit, guardWindowMs } from '../../src/plan/guard.ts';
import type { EffectState, GuardLimits } from '../../src/plan/guard.ts';
import type { Effect } from '../../src/plan/plan.ts';

const LIMITS: GuardLimits = {
  windowMinutes: 60,
  deactivate: { count: 5, percent: 5, percentOfRoutingProfile: 30 },
  grant: { count: 20, percent: 10 },
  reduce: { count: 10, percent: 5, percentOfRoutingProfile: 30 },
  recreate: { count: 1, percent: 60 },
  routing: { count: 50, percent: 20 },
  delete: { perDay: 20 },
};

describe('how many users an effect may reach', () => {
  const cases: [Effect, number, number][] = [
    // effect, active users → limit
    ['deactivate', 1, 5],
    ['deactivate', 3, 5],
    ['deactivate', 4, 2],
    ['deactivate', 5, 2],
    ['deactivate', 10, 5],
    ['deactivate', 100, 5],
    ['deactivate', 119, 5],
    ['deactivate', 120, 6],
    ['deactivate', 1000, 50],
    ['recreate', 2, 1],
    ['recreate', 4, 2],
    ['recreate', 10, 5],
    ['grant', 3, 20],
    ['grant', 10, 5],
    ['grant', 300, 30],
    ['reduce', 30, 10],
    ['reduce', 300, 15],
    ['routing', 10, 50],
    ['routing', 1_000, 200],
    ['sensitive', 1_000, 0],
    ['delete', 4, 20],
    ['delete', 10_000, 20],
  ];
  it.each(cases)('%s of %i active users: %i', (effect, activeUsers, limit) => {
    expect(guardLimit(effect, LIMITS, activeUsers)).toBe(limit);
  });

  it('is never more than half of four users or more', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(100), fc.integer({ min: 4, max: 20_000 }), (count, percent, active) => {
        const limits = { ...LIMITS, deactivate: { count, percent, percentOfRoutingProfile: 30 } };
        expect(guardLimit('deactivate', limits, active)).toBeLessThanOrEqual(active / 2);
      }),
    );
  });
});

describe('what becomes of an effect', () => {
  const cases: {
    name: string;
    known: EffectState | undefined;
    always: boolean;
    counted: number;
    state: EffectState;
  }[] = [
    { name: 'counted below the limit', known: undefined, always: false, counted: 4, state: 'counted' },
    { name: 'held at the limit', known: undefined, always: false, counted: 5, state: 'held' },
    {
      name: 'counted once, however many came after',
      known: 'counted',
      always: false,
      counted: 99,
      state: 'counted',
    },
    {
      name: 'held until approved, though the window has room again',
      known: 'held',
      always: false,
      counted: 0,
      state: 'held',
    },
    { name: 'approved beyond the limit', known: 'approved', always: false, counted: 99, state: 'approved' },
    { name: 'always held', known: undefined, always: true, counted: 0, state: 'held' },
    { name: 'always held from now on', known: 'counted', always: true, counted: 0, state: 'held' },
    { name: 'always held, but approved', known: 'approved', always: true, counted: 0, state: 'approved' },
  ];
  it.each(cases)('$name', ({ known, always, counted, state }) => {
    const states = guardEffects({
      effects: ['deactivate'],
      known: known ? { deactivate: known } : {},
      alwaysHeld: always ? ['deactivate'] : [],
      instance: { counted: { deactivate: counted }, activeUsers: 100 },
      routingProfile: null,
      limits: LIMITS,
    });
    expect(states).toEqual({ deactivate: state });
  });

  it('judges each effect of a plan by its own limit', () => {
    const states = guardEffects({
      effects: ['deactivate', 'delete'],
      known: {},
      alwaysHeld: [],
      instance: { counted: { delete: 20 }, activeUsers: 100 },
      routingProfile: null,
      limits: LIMITS,
    });
    expect(states).toEqual({ deactivate: 'counted', delete: 'held' });
  });

  const queues: { effect: Effect; active: number; counted: number; state: EffectState }[] = [
    { effect: 'deactivate', active: 8, counted: 3, state: 'counted' },
    { effect: 'deactivate', active: 8, counted: 4, state: 'held' },
    { effect: 'deactivate', active: 40, counted: 11, state: 'counted' },
    { effect: 'deactivate', active: 40, counted: 12, state: 'held' },
    { effect: 'reduce', active: 12, counted: 6, state: 'held' },
    { effect: 'routing', active: 12, counted: 12, state: 'counted' },
    { effect: 'grant', active: 12, counted: 12, state: 'counted' },
    { effect: 'recreate', active: 12, counted: 12, state: 'counted' },
  ];
  it.each(queues)(
    '$effect of $active users of one routing profile, $counted of them reached: $state',
    ({ effect, active, counted, state }) => {
      const states = guardEffects({
        effects: [effect],
        known: {},
        alwaysHeld: [],
        instance: { counted: {}, activeUsers: 1_000 },
        routingProfile: { counted: { [effect]: counted }, activeUsers: active },
        limits: LIMITS,
      });
      expect(states).toEqual({ [effect]: state });
    },
  );

  it.each([undefined, 'counted', 'held', 'approved'] as const)(
    'a sensitive grant that was %s is held as long as the way to it is not approved',
    (known) => {
      const states = guardEffects({
        effects: ['sensitive'],
        known: known ? { sensitive: known } : {},
        alwaysHeld: [],
        instance: { counted: {}, activeUsers: 1_000 },
        routingProfile: null,
        limits: LIMITS,
      });
      expect(states).toEqual({ sensitive: 'held' });
    },
  );

  it('is forgotten after the window, a delete after a day', () => {
    expect(guardWindowMs('deactivate', LIMITS)).toBe(3_600_000);
    expect(guardWindowMs('delete', LIMITS)).toBe(86_400_000);
  });
});
