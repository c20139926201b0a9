import { Worker } from 'node:worker_threads';
import { AdminError } from '../../admin/admin-error.ts';

/**
 * Of real time, for one job; what waits for its turn has its own afterwards. A million users take about 40 s of a core.
 * Longer, and the store's log of writes, which is kept while a job reads, would grow further; and the command line gives
 * up after 120 s.
 */
const LIMIT_MS = 110_000;

/**
 * In MiB. Without limits V8 lets the thread's memory grow to several times what is in use before it tidies up; a pass
 * over 100,000 users then takes 240 MB, and with these 80.
 */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/** Plans everybody away from the event loop, one job at a time, each in a thread of its own, which then ends. */
export class PlanningThread {
  readonly #limitMs: number;
  #queue: Promise<unknown> = Promise.resolve();
  #giveUp: (reason: AdminError) => void = () => undefined;
  #stopped = false;

  constructor(limitMs = LIMIT_MS) {
    this.#limitMs = limitMs;
  }

  /**
   * @param job a PlanningJob
   * @returns what its pass returns
   * @throws AdminError `planningTimeLimit`, `planningFailed` or `stopping`
   */
  run(job: object): Promise<unknown> {
    const result = this.#queue.then(() => this.#run(job));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Gives up what runs and what waits. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#giveUp(stopping());
    await this.#queue;
  }

  async #run(job: object): Promise<unknown> {
    if (this.#stopped) throw stopping();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#giveUp = reject;
    const limit = setTimeout(() => reject(tooLong(this.#limitMs)), this.#limitMs);
    const worker = new Worker(new URL('planning-worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: MEMORY,
    });
    worker.once('message', resolve);
    worker.once('error', (error) => reject(failed(error)));
    worker.once('exit', () => reject(failed(new Error('The thread ended without a result.'))));
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      await worker.terminate();
    }
  }
}

function stopping(): AdminError {
  return new AdminError(503, 'stopping', 'The bridge is stopping.', 'Ask again once it runs.');
}

function tooLong(limitMs: number): AdminError {
  return new AdminError(
    503,
    'planningTimeLimit',
    `Planning everybody took longer than ${limitMs / 1_000} s, and was given up. Nothing was changed.`,
    'Ask again when the machine and the store have less to do. A directory with more than a million users needs a faster machine.',
  );
}

function failed(error: Error): AdminError {
  return new AdminError(
    500,
    'planningFailed',
    `Planning everybody failed, and nothing was changed: ${error.message}`,
    'Ask again; when it fails again, see the log of the bridge, and check its memory and the store.',
  );
}
