import type { Ownership } from '../../store/ownership/ownership.ts';
import {
  acquireOwnership,
  holdsOwnership,
  releaseOwnership,
  renewOwnership,
} from '../../store/ownership/ownership.ts';
import { releaseLeases } from '../../store/work/claim.ts';
import { enqueueMany } from '../enqueue.ts';
import type { Runtime } from '../runtime.ts';

/**
 * Shorter, and a database that restarts makes owners change; longer, and leavers wait longer after a process died.
 */
const LEASE_MS = 10_000;
/** Three may fail before the lease is lost. */
const RENEW_MS = 2_500;
const ACQUIRE_MS = 1_000;

/** What an owner runs. */
interface Loop {
  start(): void;
  stop(): Promise<void>;
}

export interface ScopeOwnerOptions {
  readonly runtime: Runtime;
  /** `account/region`. */
  readonly scope: string;
  /** Those in the scope. */
  readonly instances: readonly string[];
  /** For operators. */
  readonly holder: string;
  /** How long a call that an owner began may still be under way when it has lost the scope. */
  readonly callTimeoutMs: number;
  /** Forgets the tokens of the scope: the owner before may have spent them. */
  readonly emptyBudget: () => void;
  /** @param runtime whose writes fail once another process owns the scope */
  readonly loops: (runtime: Runtime) => readonly Loop[];
}

/** Another process calls Connect for the instance now, or this one cannot reach the store and must not. */
export class NotOwnerError extends Error {
  override readonly name = 'NotOwnerError';

  constructor(what: string) {
    super(`Another process may own ${what} by now; nothing is done there.`);
  }
}

/**
 * Works for the instances of an account and Region while no other process does, so that a quota is never spent twice.
 *
 * A lease in the store, counted by the database's clock, says whose turn it is. The owner counts it from before it
 * asked, by its own clock, so it stops calling before anybody else may begin; the next one waits for the call that may
 * still be under way. Its epoch is checked in every transaction of the owner, so what it writes late is undone.
 */
export class ScopeOwner {
  readonly #options: ScopeOwnerOptions;
  readonly #stopping = new AbortController();
  #working = false;
  #validUntil = 0;
  #loop: Promise<void> = Promise.resolve();
  #alone: readonly Loop[] = [];

  constructor(options: ScopeOwnerOptions) {
    this.#options = options;
  }

  /** Whether this process may call Connect for the instance now. */
  owns(instance: string): boolean {
    const { runtime, instances } = this.#options;
    if (!this.#working || !instances.includes(instance)) return false;
    return !runtime.store.shared || runtime.clock.now() < this.#validUntil;
  }

  /** With the store to itself it works when this has resolved. */
  async start(): Promise<void> {
    const { runtime, loops } = this.#options;
    if (runtime.store.shared) {
      this.#loop = this.#run();
      return;
    }
    await this.#takeOver(runtime);
    this.#alone = loops(runtime);
    this.#working = true;
    for (const loop of this.#alone) loop.start();
  }

  /** Waits for the calls in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#loop, ...this.#alone.map((loop) => loop.stop())]);
  }

  async #run(): Promise<void> {
    const { runtime, scope } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#turn();
      } catch (error) {
        runtime.log.warn({ scope, err: error }, 'ownership cannot be settled; tried again in a second');
      }
      await runtime.clock.sleep(ACQUIRE_MS, this.#stopping.signal);
    }
  }

  async #turn(): Promise<void> {
    const { runtime, scope, holder, callTimeoutMs } = this.#options;
    const askedAt = runtime.clock.now();
    const ownership = await runtime.store.write((tx) =>
      acquireOwnership(tx, scope, { holder, leaseMs: LEASE_MS }),
    );
    if (!ownership) return;
    this.#validUntil = askedAt + LEASE_MS;
    const lost = new AbortController();
    const done = new AbortController();
    const end = AbortSignal.any([lost.signal, this.#stopping.signal]);
    const renewing = this.#renew(ownership, lost, done.signal);
    try {
      if (ownership.lapsed) await runtime.clock.sleep(callTimeoutMs, end);
      if (!end.aborted) await this.#work(ownership, end);
    } finally {
      done.abort();
      await renewing;
      await runtime.store.write((tx) => releaseOwnership(tx, ownership));
    }
  }

  async #work(ownership: Ownership, end: AbortSignal): Promise<void> {
    const { runtime, scope, loops, emptyBudget } = this.#options;
    const fenced = fencedRuntime(runtime, ownership);
    await this.#takeOver(fenced);
    emptyBudget();
    const running = loops(fenced);
    this.#working = true;
    runtime.log.info({ scope, epoch: ownership.epoch }, 'this process works for the account and Region');
    for (const loop of running) loop.start();
    await aborted(end);
    await Promise.all(running.map((loop) => loop.stop()));
    this.#working = false;
    runtime.log.info({ scope }, 'this process works for the account and Region no more');
  }

  /** Until it is done or lost. */
  async #renew(ownership: Ownership, lost: AbortController, done: AbortSignal): Promise<void> {
    const { runtime, scope } = this.#options;
    const end = AbortSignal.any([lost.signal, done]);
    for (;;) {
      await runtime.clock.sleep(RENEW_MS, end);
      if (end.aborted) return;
      const askedAt = runtime.clock.now();
      try {
        if (await runtime.store.write((tx) => renewOwnership(tx, ownership, LEASE_MS)))
          this.#validUntil = askedAt + LEASE_MS;
        else lost.abort();
      } catch (error) {
        runtime.log.warn({ scope, err: error }, 'ownership not renewed; calls cease when it runs out');
      }
    }
  }

  /**
   * Level-triggered from the first moment: what changed while nobody worked is found like anything else. Whom a killed
   * process was working on is free at once: a leaver cannot wait for a lease.
   */
  async #takeOver(runtime: Runtime): Promise<void> {
    const { instances } = this.#options;
    await runtime.store.write(async (tx) => {
      await releaseLeases(tx, instances);
      for (const directory of runtime.directories.values())
        if (directory.config.instances.some((alias) => instances.includes(alias)))
          await enqueueMany(tx, runtime, directory, null);
    });
  }
}

function fencedRuntime(runtime: Runtime, ownership: Ownership): Runtime {
  const { store } = runtime;
  return {
    ...runtime,
    store: {
      ...store,
      write: (work) =>
        store.write(async (tx) => {
          if (!(await holdsOwnership(tx, ownership))) throw new NotOwnerError(ownership.scope);
          return work(tx);
        }),
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
