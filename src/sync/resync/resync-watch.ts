import { ConnectError } from '../../connect/error.ts';
import { getMeta, setMeta } from '../../store/engine/meta.ts';
import { Loop } from '../loop.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';
import { resyncInstance } from './resync.ts';

/** After one that failed: sooner than the next would be, but an outage is no storm. */
const RETRY_MS = 5 * 60_000;

/** Resyncs one instance every `resyncMinutes`, counted across restarts; the first is due that long after its first start. */
export class ResyncWatch {
  readonly #runtime: Runtime;
  readonly #instance: InstanceRuntime;
  readonly #loop: Loop;

  constructor(runtime: Runtime, instance: InstanceRuntime) {
    this.#runtime = runtime;
    this.#instance = instance;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(this.#untilDueMs(), () => this.#resync());
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  get #intervalMs(): number {
    return this.#instance.config.resyncMinutes * 60_000;
  }

  async #untilDueMs(): Promise<number> {
    const { store, clock } = this.#runtime;
    const key = startedKey(this.#instance);
    const last = await getMeta(store.read, key);
    const now = clock.now();
    if (last !== null) return Math.max(0, Number(last) + this.#intervalMs - now);
    await store.write((tx) => setMeta(tx, key, String(now)));
    return this.#intervalMs;
  }

  /** @returns milliseconds until the next */
  async #resync(): Promise<number> {
    const { store, clock, log } = this.#runtime;
    const instance = this.#instance;
    const startedAt = clock.now();
    try {
      const counts = await resyncInstance(this.#runtime, instance, this.#loop.signal);
      instance.resync = { startedAt, endedAt: clock.now(), ...counts, problem: null };
      await store.write((tx) => setMeta(tx, startedKey(instance), String(startedAt)));
      log.info({ instance: instance.alias, ...counts }, 'resynced');
      return this.#intervalMs;
    } catch (error) {
      if (this.#loop.signal.aborted) return 0;
      const problem = (error as Error).message;
      instance.resync = { startedAt, endedAt: clock.now(), read: 0, changed: 0, problem };
      const code = error instanceof ConnectError ? error.code : 'unexpected';
      log.warn({ instance: instance.alias, code, err: error }, 'resync failed; it is tried again');
      return RETRY_MS;
    }
  }
}

function startedKey({ alias }: InstanceRuntime): string {
  return `resyncStartedAt/${alias}`;
}
