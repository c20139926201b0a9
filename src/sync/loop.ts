import type { Clock } from '../clock.ts';

/** Does something again and again, until it is told to stop. */
export class Loop {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #run: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts when the loop is to end, so that what is under way can end sooner. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** @param turn must not reject; returns the milliseconds until it is to be called again */
  start(firstMs: number | Promise<number>, turn: () => Promise<number>): void {
    this.#run = this.#repeat(firstMs, turn);
  }

  /** Resolves when the turn under way has ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run;
  }

  async #repeat(firstMs: number | Promise<number>, turn: () => Promise<number>): Promise<void> {
    await this.#clock.sleep(await firstMs, this.signal);
    while (!this.signal.aborted) await this.#clock.sleep(await turn(), this.signal);
  }
}
