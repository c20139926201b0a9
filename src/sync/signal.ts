import type { Clock } from '../clock.ts';

/** Lets a loop sleep until its time comes or somebody has something for it. A call while it works is not lost. */
export class Signal {
  readonly #clock: Clock;
  #pending = false;
  #abort: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  notify(): void {
    this.#pending = true;
    this.#abort?.abort();
  }

  async wait(ms: number): Promise<void> {
    if (!this.#pending) {
      this.#abort = new AbortController();
      await this.#clock.sleep(ms, this.#abort.signal);
      this.#abort = null;
    }
    this.#pending = false;
  }
}
