import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../../src/simulator/simulator.ts';
import { afterwards, atRest } from './matrix/afterwards.ts';
import { expectNoWrongCall } from './matrix/killed.ts';
import type { Life } from './matrix/life.ts';
import { lifeBefore, reopened } from './matrix/live.ts';
import { liveAt, placeFor } from './matrix/process.ts';
import type { Place } from './matrix/process.ts';
import type { Story } from './matrix/stories.ts';
import { stories } from './matrix/stories.ts';

const told = Object.entries(stories).filter(([, { main }]) => main !== null);
const creating = told.filter(([, { main }]) => main === 'CreateUser');
const INSTANCE = 'acme-uk';
const PARKED_MS = 16 * 60_000;

interface Disturbance {
  readonly name: string;
  readonly stories?: readonly (readonly [string, Story])[];
  /** Of the call that the story is about. */
  readonly fault?: (operation: string) => Fault;
  /** What else is wrong from the story's beginning on. */
  readonly begin?: (place: Place, life: Life) => Promise<Life>;
  /** Once it has come to rest, in part. */
  readonly end?: (place: Place, life: Life) => Promise<void>;
  /** A leaver does not wait for a read that fails: his access is taken once more. */
  readonly repeatable?: RegExp;
  /** How often a user is looked for, at most, while that fails. */
  readonly searches?: number;
}

const disturbances: readonly Disturbance[] = [
  { name: 'a burst of throttles', fault: () => ({ kind: 'throttle', operation: '*', count: 12 }) },
  { name: 'a 5xx before the change is made', fault: (operation) => ({ kind: 'serverError', operation }) },
  {
    name: 'a 5xx after the change was made',
    fault: (operation) => ({ kind: 'serverError', operation, when: 'afterCommit' }),
  },
  {
    name: 'a connection reset before the change is made',
    fault: (operation) => ({ kind: 'reset', operation }),
  },
  {
    name: 'a connection reset after the change was made, and a search index that lags',
    fault: (operation) => ({ kind: 'reset', operation, when: 'afterCommit' }),
  },
  {
    name: 'a connection reset after the change was made, and then an outage of reads',
    fault: (operation) => ({ kind: 'reset', operation, when: 'afterCommit' }),
    begin: async ({ simulator }, life) => {
      simulator.addFault({ kind: 'throttle', operation: 'DescribeUser', count: 3 });
      simulator.addFault({ kind: 'serverError', operation: 'DescribeUser', count: 2 });
      return life;
    },
    repeatable: /^(UpdateUserSecurityProfiles|PutUserStatus)/,
    searches: 6,
  },
  {
    name: 'a catalog that cannot be read at a restart',
    begin: async ({ order, simulator }, life) => {
      simulator.addFault({ kind: 'serverError', operation: 'ListRoutingProfiles', count: 3 });
      return reopened(order.folder, life, 0);
    },
  },
  {
    name: 'a full user quota',
    stories: creating,
    begin: async ({ simulator }, life) => {
      const { users } = simulator.operator.snapshot(INSTANCE);
      simulator.operator.setUserQuota(INSTANCE, users.length);
      return life;
    },
    end: async ({ simulator }, life) => {
      simulator.operator.setUserQuota(INSTANCE, 500);
      await life.runtime.clock.sleep(PARKED_MS);
    },
  },
];

describe.each(told)('%s', (name, story) => {
  let undisturbed: Awaited<ReturnType<typeof lived>>;

  beforeAll(async () => {
    undisturbed = await lived(name, { name: 'nothing' });
  });

  const met = disturbances.filter((one) => !one.stories || one.stories.some(([other]) => other === name));
  test.each(met)('through $name it comes to the same end without a wrong call', async (disturbance) => {
    const { state, calls, restless } = await lived(name, disturbance);
    expect(restless).toEqual([]);
    expect(unparked(state)).toEqual(undisturbed.state);
    const { repeatable = story.repeatable, searches } = disturbance;
    expectNoWrongCall(calls, undisturbed.calls, { repeatable, searches });
  });
});

async function lived(name: string, { fault, begin, end }: Disturbance) {
  const story = stories[name]!;
  const place = await placeFor(name);
  let life = await lifeBefore(place.order.folder, story);
  try {
    const added = fault?.(story.main!);
    if (added) place.simulator.addFault(added);
    life = (await begin?.(place, life)) ?? life;
    for (const act of story.acts) await act(life);
    await end?.(place, life);
    const { state, calls, restless } = await atRest(life, place.simulator);
    return { state, restless, calls: effective(calls, added) };
  } finally {
    await life.close();
    await place.leave();
  }
}

/** Who waits for room in Connect is told to be parked meanwhile. */
function unparked<State extends { readonly audit: Record<string, readonly string[]> }>(state: State): State {
  const audit = Object.entries(state.audit).map(([id, told]) => [
    id,
    told.filter((line) => !line.includes('user.parked')),
  ]);
  return { ...state, audit: Object.fromEntries(audit) };
}

/** Calls that were carried out, whether or not the answer said so. */
function effective(calls: readonly string[], fault: Fault | undefined): readonly string[] {
  const isMade = fault && 'when' in fault && fault.when === 'afterCommit';
  return calls
    .map((call) => (isMade && call.startsWith(fault.operation) ? call.replace(/\d+$/, '200') : call))
    .filter((call) => call.endsWith(' 200'));
}

describe('an answer that comes too late', () => {
  const late = new Map<string, Place>();
  const waiting = ['create', 'update', 'suspend', 'delete'].map((name) => [name, stories[name]!] as const);

  beforeAll(async () => {
    const compiled = await mkdtemp(join(tmpdir(), 'bridge-slow-compiled-'));
    await Promise.all(
      waiting.map(async ([name, { main }]) => {
        // The bridge waits 15 s of real time; in processes of their own, they wait at the same time.
        const fault: Fault = { kind: 'slow', operation: main!, when: 'afterCommit', ms: 16_000 };
        const place = await placeFor(name, { fault });
        late.set(name, place);
        await liveAt([place], compiled);
      }),
    );
    await rm(compiled, { recursive: true });
  }, 180_000);

  test.each(waiting)('in %s is settled by reading', async (name, story) => {
    const undisturbed = await lived(name, { name: 'nothing' });
    const place = late.get(name)!;
    const { lost, state, calls, restless } = await afterwards(place);
    await place.leave();
    expect({ lost, restless }).toEqual({ lost: [], restless: [] });
    expect(state).toEqual(undisturbed.state);
    // Calls are told in the order of their answers.
    expectNoWrongCall(calls.toSorted(), undisturbed.calls.toSorted(), story);
  });
});
