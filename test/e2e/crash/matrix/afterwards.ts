import type { JournalEntry, Simulator } from '../../../../src/simulator/simulator.ts';
import { enqueueMany } from '../../../../src/sync/enqueue.ts';
import { endState } from './end-state.ts';
import { openLife } from './life.ts';
import type { Life } from './life.ts';
import type { Place } from './process.ts';
import { stories } from './stories.ts';

/**
 * Starts the bridge again where one was killed, or ended, and lets the story go on from the act that had not ended.
 */
export async function afterwards({ order, simulator, lines }: Place) {
  const told = lines.findLast((line) => 'done' in line)!;
  const { at: startMs, acknowledged } = lines.at(-1)!;
  const memory = { ids: new Map(told.ids), acknowledged: new Map(acknowledged) };
  const life = await openLife(order.folder, { startMs, memory });
  try {
    const lost = await life.lost();
    for (const act of stories[order.story]!.acts.slice(told.done + 1)) await act(life);
    return { lost, ...(await atRest(life, simulator)) };
  } finally {
    await life.close();
  }
}

/** What a story has come to, all calls that it made, and those that planning everybody again makes. */
export async function atRest(life: Life, simulator: Simulator) {
  await life.quiet();
  const calls = aboutUsers(simulator.journal());
  await replanEverybody(life);
  const state = await endState(life, simulator);
  return { state, calls, restless: aboutUsers(simulator.journal()).slice(calls.length) };
}

async function replanEverybody(life: Life): Promise<void> {
  const { store, directories } = life.runtime;
  await store.write(async (tx) => {
    for (const directory of directories.values()) await enqueueMany(tx, life.runtime, directory, null);
  });
  life.runtime.wake();
  await life.quiet();
}

/** Calls that concern users, reads of names aside. */
function aboutUsers(journal: readonly JournalEntry[]): readonly string[] {
  return journal
    .filter(({ operation }) => ABOUT_USERS.test(operation))
    .map(({ operation, username, status }) => `${operation} ${username ?? ''} ${status}`);
}

const ABOUT_USERS = /^(?!List(?!User)|Describe(?!User$)|Search(?!Users|QuickConnects))/;
