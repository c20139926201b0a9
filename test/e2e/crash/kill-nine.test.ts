import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Child } from './child.ts';
import { day } from './day.ts';
import type { DayResult, Moment } from './world.ts';
import { liveDay, startSimulator } from './world.ts';

const KILLS = 10;
/** Repeat a failed run with KILL_SEED=…, which its message names. */
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 2 ** 31);

describe(`the bridge is killed at any moment of a day, and started again (KILL_SEED=${seed})`, () => {
  let folder: string;
  let simulator: Child;
  let undisturbed: DayResult;
  let moments: readonly Moment[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bridge-crash-seed-'));
    simulator = await startSimulator(folder, KILLS + 1);
    undisturbed = await liveDay(day, { connectUrl: simulator.url, index: 0, kill: null });
    moments = momentsOf(undisturbed);
  }, 60_000);

  afterAll(async () => {
    await simulator.kill();
    await rm(folder, { recursive: true });
  });

  test('an undisturbed day changes what it should in Connect', () => {
    expect(undisturbed).toMatchObject({ kills: 0, repeated: 0, lost: [], doubled: [] });
    expect(undisturbed.people).toEqual([
      'ada@acme.test: Support, Agent',
      'ben@acme.test: Support, Agent',
      'breakglass: Basic Routing Profile, Admin',
      'cleo@acme.test: Sales, Agent',
      'dan@acme.test: Sales, Agent',
      'eve@acme.test: Parked, No Access',
      'finn@acme.test: Parked, No Access',
      'gil@acme.test: Parked, No Access',
      'hana.new@acme.test: Support, Agent',
      'hana@acme.test: Parked, No Access',
      'ivo@acme.test: Support, Agent',
      'jo@acme.test: Support, Agent',
      'kim@acme.test: Support, Agent',
      'lou@acme.test: Parked, No Access',
      'mia@acme.test: Sales, Agent',
    ]);
  });

  test.concurrent.for(Array.from({ length: KILLS }, (_, index) => index))(
    'kill %i: the identity provider repeats what was not answered, and all ends as if nothing had happened',
    { timeout: 60_000 },
    async (index) => {
      const kill = moments[index]!;
      const result = await liveDay(day, { connectUrl: simulator.url, index: index + 1, kill });
      const where = `KILL_SEED=${seed}, killed ${kill.thenMs} ms after ${kill.after} ${kill.index}`;
      expect(result, where).toMatchObject({ kills: 1, lost: [], doubled: [] });
      expect(result.scim, where).toEqual(undisturbed.scim);
      expect(result.connect, where).toEqual(undisturbed.connect);
    },
  );
});

/** Half of them while the IdP sends, half while the bridge works in Connect. */
function momentsOf({ requests, changes }: DayResult): readonly Moment[] {
  const moment = (after: Moment['after'], last: number, mostMs: number) =>
    fc.record({ after: fc.constant(after), index: fc.nat(last), thenMs: fc.nat(mostMs) });
  const sample = (arbitrary: fc.Arbitrary<Moment>) => fc.sample(arbitrary, { seed, numRuns: KILLS / 2 });
  // The last changes are left out: after them the day may be over before its bridge is killed.
  return [...sample(moment('request', requests - 1, 10)), ...sample(moment('change', changes - 5, 40))];
}
