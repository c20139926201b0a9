import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBudget, type TokenRequest } from '../../src/connect/budget.ts';
import { createFakeClock } from './fake-clock.ts';

const REQUEST: TokenRequest = {
  scope: '111122223333/eu-west-2',
  operation: 'CreateUser',
  lane: 3,
  instance: 'uk',
};

/** A budget that notes who got a token, and how many milliseconds after the start. */
function budgetWith({ perSecond = 2, burst = 4 } = {}) {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const budget = createBudget({ clock, perSecond, burst });
  const granted: { readonly name: string; readonly at: number }[] = [];
  const ask = (name: string, request: Partial<TokenRequest> = {}) =>
    budget
      .take({ ...REQUEST, ...request })
      .then(() => void granted.push({ name, at: clock.now() - startedAt }));
  const askAll = (names: readonly string[], request: Partial<TokenRequest> = {}) => {
    for (const name of names) void ask(name, request);
  };
  return { clock, budget, granted, ask, askAll, times: () => granted.map(({ at }) => at) };
}

describe('the spacing of calls', () => {
  const cases = [
    { name: '2/s, burst 4', perSecond: 2, burst: 4, times: [0, 0, 0, 0, 500, 1000, 1500] },
    { name: '2/s, burst 1', perSecond: 2, burst: 1, times: [0, 500, 1000, 1500] },
    { name: '10/s, burst 2', perSecond: 10, burst: 2, times: [0, 0, 100, 200, 300] },
    // Rounded up to whole milliseconds one by one, so without drift.
    { name: '3/s, burst 2', perSecond: 3, burst: 2, times: [0, 0, 334, 667, 1000, 1334, 1667, 2000] },
    // A bucket of one cannot keep the rest of a millisecond.
    { name: '3/s, burst 1', perSecond: 3, burst: 1, times: [0, 334, 668, 1002] },
    { name: '0.5/s, burst 1', perSecond: 0.5, burst: 1, times: [0, 2000, 4000] },
  ];
  test.each(cases)('is the burst, then exactly the rate: $name', async ({ perSecond, burst, times }) => {
    const { clock, askAll, times: seen } = budgetWith({ perSecond, burst });
    askAll(times.map(String));
    await clock.advance(times.at(-1)!);
    expect(seen()).toEqual(times);
  });

  test('is not stretched by timers that fire late', async () => {
    const clock = createFakeClock();
    const start = clock.now();
    const late = {
      now: () => clock.now(),
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms + 40, signal),
    };
    const budget = createBudget({ clock: late, perSecond: 2, burst: 2 });
    const at: number[] = [];
    for (let i = 0; i < 6; i += 1) void budget.take(REQUEST).then(() => at.push(clock.now() - start));
    await clock.advance(20_000);
    expect(at).toEqual([0, 0, 540, 1_040, 1_540, 2_040]);
  });

  test('lets a full bucket save up no more than the burst', async () => {
    const { clock, askAll, times } = budgetWith();
    await clock.advance(3_600_000);
    askAll(['a', 'b', 'c', 'd', 'e']);
    await clock.advance(500);
    expect(times()).toEqual([0, 0, 0, 0, 500].map((ms) => ms + 3_600_000));
  });

  test('is counted for each operation and each account and Region by itself', async () => {
    const { clock, askAll, granted } = budgetWith({ burst: 1 });
    askAll(['create']);
    askAll(['describe'], { operation: 'DescribeUser' });
    askAll(['elsewhere'], { scope: '111122223333/us-east-1' });
    askAll(['create again']);
    await clock.advance(0);
    expect(granted.map(({ name }) => name)).toEqual(['create', 'describe', 'elsewhere']);
  });

  test('never exceeds burst + rate × time in any window, and wastes nothing while somebody waits', async () => {
    const arrivals = fc.array(
      fc.record({ gapMs: fc.integer({ min: 0, max: 1_500 }), lane: fc.nat(5), instance: fc.nat(2) }),
      { minLength: 1, maxLength: 40 },
    );
    const rate = fc.record({
      perSecond: fc.constantFrom(0.5, 2, 3, 7),
      burst: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(arrivals, rate, async (list, { perSecond, burst }) => {
        const { clock, ask, times } = budgetWith({ perSecond, burst });
        for (const { gapMs, lane, instance } of list) {
          await clock.advance(gapMs);
          void ask('x', { lane, instance: `i${instance}` });
        }
        await clock.advance((list.length / perSecond) * 1_000 + 1_000);
        const at = times();
        expect(at).toHaveLength(list.length);
        for (let from = 0; from < at.length; from += 1)
          for (let to = from; to < at.length; to += 1)
            expect(to - from + 1).toBeLessThanOrEqual(
              burst + (perSecond * (at[to]! - at[from]!)) / 1_000 + 1e-6,
            );
        expect(at).toEqual(idealTimes(list, perSecond, burst));
      }),
      { numRuns: 60 },
    );
  });
});

/** When a bucket would have served these arrivals, computed by replaying it in rational arithmetic. */
function idealTimes(list: readonly { readonly gapMs: number }[], perSecond: number, burst: number): number[] {
  // In units of 1 / (1000 · 10) token, so that every number is whole: a millisecond brings 10 · perSecond of them.
  const token = 10_000;
  const perMs = perSecond * 10;
  let now = 0;
  let arrival = 0;
  let level = burst * token;
  return list.map(({ gapMs }) => {
    arrival += gapMs;
    const waitMs = Math.max(0, Math.ceil((token - level) / perMs));
    const at = Math.max(arrival, now + waitMs);
    level = Math.min(burst * token, level + (at - now) * perMs) - token;
    now = at;
    return at;
  });
}

describe('the order of waiters', () => {
  test('is by lane first, also for one that comes late', async () => {
    const { clock, granted, ask, askAll } = budgetWith({ burst: 1 });
    askAll(['first', 'joiner 1', 'joiner 2']);
    await clock.advance(700);
    void ask('leaver', { lane: 1 });
    void ask('locked', { lane: 0 });
    await clock.advance(2_000);
    expect(granted).toEqual([
      { name: 'first', at: 0 },
      { name: 'joiner 1', at: 500 },
      { name: 'locked', at: 1000 },
      { name: 'leaver', at: 1500 },
      { name: 'joiner 2', at: 2000 },
    ]);
  });

  test('gives instances equal turns within a lane, and keeps arrival within an instance', async () => {
    const { clock, granted, askAll } = budgetWith({ burst: 1 });
    askAll(['uk 1', 'uk 2', 'uk 3', 'uk 4', 'uk 5']);
    askAll(['us 1', 'us 2'], { instance: 'us' });
    askAll(['de 1'], { instance: 'de' });
    await clock.advance(10_000);
    expect(granted.map(({ name }) => name)).toEqual(
      'uk 1, uk 2, us 1, de 1, uk 3, us 2, uk 4, uk 5'.split(', '),
    );
  });

  test('gives an instance that asks one by one its turn against one with a long queue', async () => {
    const { clock, granted, ask, askAll } = budgetWith({ burst: 1 });
    const oneByOne = async () => {
      for (const name of ['us 1', 'us 2', 'us 3']) await ask(name, { instance: 'us' });
    };
    askAll(['uk 1', 'uk 2', 'uk 3', 'uk 4']);
    void oneByOne();
    await clock.advance(3_000);
    expect(granted.map(({ name }) => name)).toEqual(['uk 1', 'uk 2', 'us 1', 'uk 3', 'us 2', 'uk 4', 'us 3']);
  });
});

describe('a waiter that is cancelled', () => {
  test('fails with the reason and loses no token', async () => {
    const { clock, granted, ask, askAll } = budgetWith({ burst: 1 });
    const stop = new AbortController();
    askAll(['first']);
    const cancelled = ask('cancelled', { lane: 0, signal: stop.signal });
    askAll(['next', 'last']);
    await clock.advance(300);
    stop.abort(new Error('shutting down'));
    await expect(cancelled).rejects.toThrow('shutting down');
    await clock.advance(2_000);
    expect(granted).toEqual([
      { name: 'first', at: 0 },
      { name: 'next', at: 500 },
      { name: 'last', at: 1000 },
    ]);
  });

  test('is refused at once when its signal was aborted before', async () => {
    const { budget, ask } = budgetWith();
    await expect(ask('late', { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    expect(budget.levels()).toMatchObject([{ tokens: 4, waiting: 0 }]);
  });

  test('no longer matters once it has its token', async () => {
    const { clock, ask, granted } = budgetWith();
    const stop = new AbortController();
    const taken = ask('served', { signal: stop.signal });
    stop.abort();
    await taken;
    await clock.advance(0);
    expect(granted).toHaveLength(1);
  });

  test('leaves no timer behind when nobody else waits', async () => {
    const { clock, ask } = budgetWith({ burst: 1 });
    const stop = new AbortController();
    await ask('first');
    const waiting = Promise.all([1, 2, 3].map((n) => ask(`${n}`, { signal: stop.signal })));
    await clock.advance(10);
    expect(clock.sleepers()).toBe(1);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await clock.advance(0);
    expect(clock.sleepers()).toBe(0);
  });
});

describe('a throttled bucket', () => {
  const throttle = ({ budget }: ReturnType<typeof budgetWith>) =>
    budget.throttled(REQUEST.scope, REQUEST.operation);

  test('pauses for a second, goes on at half the rate, and recovers by a twentieth a call', async () => {
    const world = budgetWith();
    world.askAll(Array.from({ length: 16 }, String));
    await world.clock.advance(0);
    throttle(world);
    await world.clock.advance(60_000);
    const gaps = world.times().map((at, i, all) => at - (all[i - 1] ?? 0));
    expect(gaps.slice(0, 5)).toEqual([0, 0, 0, 0, 1_000]);
    // 1 / (2 · 0.55), 1 / (2 · 0.60), … up to 1 / 2
    expect(gaps.slice(5)).toEqual([910, 833, 769, 715, 666, 625, 589, 555, 526, 500, 500]);
  });

  test('takes the many refusals of one burst for one', async () => {
    const world = budgetWith();
    world.askAll(['a', 'b', 'c', 'd']);
    await world.clock.advance(20);
    for (let i = 0; i < 4; i += 1) throttle(world);
    expect(world.budget.levels()).toMatchObject([{ perSecond: 1, tokens: 0 }]);
  });

  test('slows to no less than an eighth of the rate', async () => {
    const world = budgetWith();
    for (let i = 0; i < 9; i += 1) {
      throttle(world);
      await world.clock.advance(1_000);
    }
    expect(world.budget.levels()).toMatchObject([{ perSecond: 0.25 }]);
  });

  test('leaves the other operations alone', async () => {
    const world = budgetWith({ burst: 1 });
    throttle(world);
    world.askAll(['create']);
    world.askAll(['describe'], { operation: 'DescribeUser' });
    await world.clock.advance(0);
    expect(world.granted.map(({ name }) => name)).toEqual(['describe']);
  });
});

test('levels say what is left, what is in force and who waits', async () => {
  const { clock, budget, ask, askAll } = budgetWith();
  askAll(['a', 'b', 'c', 'd', 'e', 'f']);
  void ask('other', { operation: 'ListUsers' });
  await clock.advance(250);
  expect(budget.levels()).toEqual([
    { scope: REQUEST.scope, operation: 'CreateUser', tokens: 0.5, perSecond: 2, waiting: 2 },
    { scope: REQUEST.scope, operation: 'ListUsers', tokens: 3.5, perSecond: 2, waiting: 0 },
  ]);
});
