import { Loop } from '../loop.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';
import { expire } from './retention.ts';

/** The limit is per day; an hour late is no matter. */
const INTERVAL_MS = 3_600_000;

/** Looks every hour who of an instance was suspended for long enough to be deleted. */
export class RetentionWatch {
  readonly #runtime: Runtime;
  readonly #instance: InstanceRuntime;
  readonly #loop: Loop;

  constructor(runtime: Runtime, instance: InstanceRuntime) {
    this.#runtime = runtime;
    this.#instance = instance;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(INTERVAL_MS, () => this.#look());
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #look(): Promise<number> {
    try {
      await expire(this.#runtime, this.#instance);
    } catch (error) {
      const { alias } = this.#instance;
      this.#runtime.log.error({ instance: alias, err: error }, 'who is to be deleted is not known');
    }
    return INTERVAL_MS;
  }
}
