import type { Ownership } from '../../store/ownership/ownership.ts';
import {
  acquireOwnership,
  holdsOwnership,
  releaseOwnership,
  renewOwnership,
} from '../../store/ownership/ownership.ts';
import type { Store } from '../../store/database.ts';
import { releaseLeases } from '../../store/work/claim.ts';
import { enqueueMany } from '../enqueue.ts';
import { Loop } from '../loop.ts';
import type { Runtime } from '../runtime.ts';
import { NotOwnerError } from './not-owner-error.ts';
import type { ScopeWork } from './scope-work.ts';

/**
 * Shorter, and a database that restarts makes owners change; longer, and leavers wait longer after a process died.
 */
const LEASE_MS = 10_000;
/** Three may fail before the lease is lost. */
const RENEW_MS = 2_500;
const ACQUIRE_MS = 1_000;

export interface ScopeOwnerOptions {
  readonly runtime: Runtime;
  /** `account/region`. */
  readonly scope: string;
  /** Those in the scope, at the time. */
  readonly instances: () => readonly string[];
  /** For operators. */
  readonly holder: string;
  /** How long a call that an owner began may still be under way when it has lost the scope. */
  readonly callTimeoutMs: number;
  /** Forgets the tokens of the scope: the owner before may have spent them. */
  readonly emptyBudget: () => void;
  /** @param runtime whose writes fail once another process owns the scope */
  readonly work: (runtime: Runtime) => ScopeWork;
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
  readonly #loop: Loop;
  /** Null while another process works. */
  #work: ScopeWork | null = null;
  #validUntil = 0;

  constructor(options: ScopeOwnerOptions) {
    this.#options = options;
    this.#loop = new Loop(options.runtime.clock);
  }

  /** Whether this process may call Connect for the instance now. */
  owns(instance: string): boolean {
    const { runtime, instances } = this.#options;
    if (!this.#work || !instances().includes(instance)) return false;
    return !runtime.store.shared || runtime.clock.now() < this.#validUntil;
  }

  /** With the store to itself it works when this has resolved. */
  async start(): Promise<void> {
    const { runtime, work } = this.#options;
    if (runtime.store.shared) return this.#loop.start(0, () => this.#seek());
    await this.#takeOver(runtime);
    this.#begin(work(runtime));
  }

  /** Waits for the calls in flight. */
  async stop(): Promise<void> {
    await Promise.all([this.#loop.stop(), this.#options.runtime.store.shared ? null : this.#work?.stop()]);
  }

  /** Work may be due. */
  wake(): void {
    this.#work?.wake();
  }

  refreshCatalog(instance: string): void {
    this.#work?.refreshCatalog(instance);
  }

  /** To be called when bridge.yaml has changed. Resolves when nothing is under way for instances that are gone. */
  async follow(): Promise<void> {
    await this.#work?.follow();
  }

  #begin(work: ScopeWork): void {
    this.#work = work;
    work.start();
  }

  async #seek(): Promise<number> {
    const { runtime, scope } = this.#options;
    try {
      await this.#turn();
    } catch (error) {
      runtime.log.warn({ scope, err: error }, 'ownership cannot be settled; tried again in a second');
    }
    return ACQUIRE_MS;
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
    const end = AbortSignal.any([lost.signal, this.#loop.signal]);
    const renewing = this.#renew(ownership, lost, done.signal);
    try {
      if (ownership.lapsed) await runtime.clock.sleep(callTimeoutMs, end);
      if (!end.aborted) await this.#own(ownership, end);
    } finally {
      done.abort();
      await renewing;
      await runtime.store.write((tx) => releaseOwnership(tx, ownership));
    }
  }

  async #own(ownership: Ownership, end: AbortSignal): Promise<void> {
    const { runtime, scope, work, emptyBudget } = this.#options;
    const fenced = fencedRuntime(runtime, ownership);
    await this.#takeOver(fenced);
    emptyBudget();
    const begun = work(fenced);
    runtime.log.info({ scope, epoch: ownership.epoch }, 'this process works for the account and Region');
    this.#begin(begun);
    await aborted(end);
    await begun.stop();
    this.#work = null;
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
    const instances = this.#options.instances();
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
  const fenced: Store = {
    ...store,
    write: (work) =>
      store.write(async (tx) => {
        if (!(await holdsOwnership(tx, ownership))) throw new NotOwnerError(ownership.scope);
        return work(tx);
      }),
  };
  // All else is that of the runtime at the time, not a copy: bridge.yaml may change.
  return Object.create(runtime, { store: { value: fenced } }) as Runtime;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
