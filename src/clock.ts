import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time. Made in main.ts and handed in, so that tests own it. */
export interface Clock {
  /** UTC milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds (from 0), or at once when `signal` aborts: a caller that is told to stop
   * looks at its own signal, so that stopping is not an error.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
