import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time, waking each sleeper at its own moment, and lets what follows from that run. */
  advance(ms: number): Promise<void>;
  /** How many are asleep. */
  sleepers(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function createFakeClock(startsAt = 1_700_000_000_000): FakeClock {
  let now = startsAt;
  const sleepers = new Set<Sleeper>();
  const wakeNext = async (until: number): Promise<boolean> => {
    const next = [...sleepers].sort((a, b) => a.at - b.at)[0];
    if (!next || next.at > until) return false;
    now = next.at;
    next.wake();
    await turn();
    return true;
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { at: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    advance: async (ms) => {
      const until = now + ms;
      await turn();
      while (await wakeNext(until));
      now = until;
      await turn();
    },
    sleepers: () => sleepers.size,
  };
}
