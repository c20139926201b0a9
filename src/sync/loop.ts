import type { Clock } from '../clock.ts';

/** Does something again and again, until it is told to stop. */
export class Loop {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #sleep: AbortController | null = null;
  #woken = false;
  #run: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when the loop is to end, so that what is under way can end sooner. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** @param turn must not reject; returns the milliseconds until it is to be called again, 0 for at once */
  start(firstMs: number | Promise<number>, turn: () => Promise<number>): void {
    this.#run = this.#repeat(firstMs, turn);
  }

  /** The next turn is to begin now; during a turn, as soon as it has ended. */
  wake(): void {
    this.#woken = true;
    this.#sleep?.abort();
  }

  /** Resolves when the turn under way has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.wake();
    await this.#run;
  }

  async #repeat(firstMs: number | Promise<number>, turn: () => Promise<number>): Promise<void> {
    await this.#rest(await firstMs);
    while (!this.signal.aborted) await this.#rest(await turn());
  }

  async #rest(ms: number): Promise<void> {
    if (ms === 0) return;
    if (!this.#woken) {
      this.#sleep = new AbortController();
      await this.#clock.sleep(ms, this.#sleep.signal);
      this.#sleep = null;
    }
    this.#woken = false;
  }
}
