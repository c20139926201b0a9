import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { afterwards } from './afterwards.ts';
import type { Passing } from './order.ts';
import { liveAt, placeFor } from './process.ts';
import type { Place } from './process.ts';
import { stories } from './stories.ts';

/** More, and fewer processes end in the middle of something; fewer, and starting them takes most of the time. */
const LIVES_PER_PROCESS = 6;

/**
 * Tells each story undisturbed, and then once for each step that it passed, to a bridge that is killed there: after the
 * step, before anything else. What two steps have between them is lost in both cases, so before a step is after the one
 * before. Started again, it must leave what the undisturbed one left.
 */
export async function killEverywhere(names: readonly string[]): Promise<void> {
  const compiled = await mkdtemp(join(tmpdir(), 'bridge-kill-compiled-'));
  const undisturbed = await Promise.all(names.map((name) => placeFor(name)));
  await liveAt(undisturbed, compiled);
  afterAll(() => rm(compiled, { recursive: true }));
  for (const [index, name] of names.entries()) matrixOf(name, undisturbed[index]!, compiled);
}

function matrixOf(name: string, undisturbed: Place, compiled: string): void {
  const steps = undisturbed.lines.flatMap((line) =>
    'step' in line ? [{ step: line.step, times: line.times }] : [],
  );
  describe(name, () => {
    let expected: Awaited<ReturnType<typeof afterwards>>;
    let places: readonly Place[] = [];

    beforeAll(async () => {
      expected = await afterwards(undisturbed);
      places = await Promise.all(steps.map((kill) => placeFor(name, { kill })));
      for (let first = 0; first < places.length; first += LIVES_PER_PROCESS)
        await liveAt(places.slice(first, first + LIVES_PER_PROCESS), compiled);
    }, 180_000);

    afterAll(() => Promise.all([undisturbed, ...places].map((place) => place.leave())));

    test(`undisturbed, it passes ${steps.length} steps and comes to rest`, () => {
      expect(steps.map(({ step }) => step)).toEqual(expect.arrayContaining([...stories[name]!.passes]));
      expect(expected).toMatchObject({ lost: [], restless: [] });
    });

    test.each(steps.map((kill, index) => ({ index, after: nameOf(kill, steps) })))(
      'killed after $after',
      async ({ index }) => {
        const found = await afterwards(places[index]!);
        expect(found).toMatchObject({ lost: [], restless: [] });
        expect(found.state).toEqual(expected.state);
        expectNoWrongCall(found.calls, expected.calls, stories[name]);
      },
    );
  });
}

function nameOf({ step, times }: Passing, steps: readonly Passing[]): string {
  return steps.filter((other) => other.step === step).length > 1 ? `${step}, time ${times}` : step;
}

interface Allowance {
  /** Calls that may be made twice in a row. */
  readonly repeatable?: RegExp | undefined;
  /** How often a user may be looked for. */
  readonly searches?: number | undefined;
}

/** Calls that changed Connect are those of an undisturbed day, and what was read besides settles who was in doubt. */
export function expectNoWrongCall(
  calls: readonly string[],
  expected: readonly string[],
  { repeatable = /^PutUserStatus/, searches = 1 }: Allowance = {},
): void {
  expect(changesByUser(calls, repeatable)).toEqual(changesByUser(expected, repeatable));
  const extra = beyond(calls, expected);
  const users = new Set(extra.map((call) => call.split(' ')[1]).filter(Boolean)).size;
  // Who was being made is read once to prove that he is ours, and once with his proficiencies.
  const most = (operation: string) => Math.max(1, users) * (operation === 'DescribeUser' ? 2 : searches);
  for (const [operation, times] of Map.groupBy(extra, (call) => call.split(' ')[0]!))
    expect(times.length, `${operation} more than undisturbed`).toBeLessThanOrEqual(most(operation));
}

/** What a repetition changes nothing of, and no read of the user shows, may follow itself. */
function changesByUser(calls: readonly string[], repeatable: RegExp) {
  const changes = calls.filter((call) => !/^(Describe|List|Search)/.test(call));
  const byUser = Map.groupBy(changes, (call) => call.split(' ')[1]!);
  return Object.fromEntries(
    [...byUser].map(([user, all]) => [
      user,
      all.filter((call, index) => !(repeatable.test(call) && call === all[index - 1])),
    ]),
  );
}

function beyond(calls: readonly string[], expected: readonly string[]): readonly string[] {
  const extra = [...calls];
  for (const call of expected) {
    const at = extra.indexOf(call);
    if (at >= 0) extra.splice(at, 1);
  }
  return extra;
}
