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
  // Woken by nearly every write, so without the errors that timers/promises makes of an abort.
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake);
    }),
};
