import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** passive: beside writes, up to where no reader needs the WAL. truncate: all of it, with nobody writing. */
export type CheckpointMode = 'passive' | 'truncate';

interface Limits {
  /** Checkpoints begin here. Smaller, and pages that change often are written again and again. */
  readonly walBytes: number;
  /** Here writes wait for the checkpoint, so that no disk, however slow, lets the WAL grow without end. */
  readonly maxWalBytes: number;
}

const LIMITS: Limits = { walBytes: 4 * 1024 * 1024, maxWalBytes: 64 * 1024 * 1024 };

/**
 * What a checkpoint that fails leaves to the writer itself, in pages of 4 KiB. Below it the writer makes none: its
 * flush would keep the event loop for as long as the disk takes.
 */
export const WRITER_CHECKPOINT_PAGES = 32_000;

/**
 * Keeps the WAL short, in a thread. While writes go on, SQLite begins the WAL anew only when none of them comes
 * between the end of a checkpoint and the next write: so most is moved beside the writes, and the rest between two of
 * them, which takes but a moment.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #limits: Limits;
  #worker: Worker | undefined;
  #passive: 'no' | 'running' | 'done' = 'no';
  #running: Promise<void> | undefined;
  /** Where a truncation that a reader forbade is tried again. */
  #notBefore = 0;

  constructor(path: string, limits: Limits = LIMITS) {
    this.#path = path;
    this.#limits = limits;
  }

  /** To be called between two transactions; what it returns, if anything, is to be awaited before the next one. */
  afterCommit(): Promise<void> | undefined {
    const bytes = walBytes(this.#path);
    if (bytes > this.#limits.maxWalBytes && bytes > this.#notBefore) return this.#truncate();
    if (this.#passive === 'done') return this.#truncate();
    if (this.#passive === 'no' && bytes > this.#limits.walBytes && bytes > this.#notBefore) this.#begin();
    return undefined;
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#worker?.terminate();
  }

  #begin(): void {
    this.#passive = 'running';
    this.#running = this.#run('passive').finally(() => (this.#passive = 'done'));
  }

  async #truncate(): Promise<void> {
    await this.#running;
    await this.#run('truncate');
    this.#passive = 'no';
    const left = walBytes(this.#path);
    this.#notBefore = left === 0 ? 0 : left + this.#limits.walBytes;
  }

  /** Never rejects: what is not moved now is moved later, at the latest by the writer. */
  async #run(mode: CheckpointMode): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    const answered = once(worker, 'message').catch(() => undefined);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows
    worker.postMessage(mode);
    await answered;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData: this.#path,
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 },
    });
    worker.on('error', () => (this.#worker = undefined));
    return worker;
  }
}

/** 0 when there is none, or none that can be seen: then the writer's own checkpoints are left. */
function walBytes(path: string): number {
  try {
    return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}
