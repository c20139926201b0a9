import type { ConnectInstance } from '../connect/instance.ts';
import { LANES } from '../plan/plan.ts';
import type { Lane } from '../plan/plan.ts';
import { expandFanOut, hasFanOut } from '../store/fan-outs.ts';
import { claimDue, nextDueAt } from '../store/work/claim.ts';
import type { WorkItem } from '../store/work-items.ts';
import { closeFailed } from './applying/outcome.ts';
import { planDueUsers } from './planning/plan-stage.ts';
import { reconcileUser } from './applying/reconcile-user.ts';
import { Loop } from './loop.ts';
import type { Runtime } from './runtime.ts';

/**
 * Users in flight of one instance and lane who call the same operation first. Fewer, and its bucket runs dry while
 * replies are awaited; more, and the turn order of newly arrived users suffers. So a leaver finds a place among any
 * joiners, one instance among the work of another, and who waits at one bucket keeps nobody from the others.
 */
const IN_FLIGHT = 32;
/** Users claimed at once from one instance and lane. */
const CLAIM_BATCH = 16;
/** What is due finds no room at present; a task that ends, or a commit, wakes the worker before this. */
const FULL_MS = 250;
/** Longer than a user's calls can take with every bucket paused; after a crash the user is free that late. */
const LEASE_MS = 120_000;
/** A call is seeing whether an outage is over; it need not be the worker's own, which would wake it. */
const PROBING_MS = 1_000;
/** The store or the worker itself failed. */
const FAILED_MS = 1_000;
/** Without news the worker looks this often, for leases that ran out and counts that ended. */
const IDLE_MS = 60_000;
/** Other processes take SCIM requests too, and nobody tells this one: a leaver waits this long at most. */
const SHARED_IDLE_MS = 1_000;
const FAN_OUT_BATCH = 200;

/** Drives every user that has work: expand, plan, apply. Stopping waits for the calls in flight. */
export class Worker {
  readonly #runtime: Runtime;
  readonly #instancesNow: () => readonly string[];
  readonly #loop: Loop;
  /** By instance and lane, then by operation. */
  readonly #inFlight = new Map<string, Map<string, Set<Promise<void>>>>();
  #turning: Promise<number> = Promise.resolve(0);

  /** @param instances those it works for at the time */
  constructor(runtime: Runtime, instances: () => readonly string[]) {
    this.#runtime = runtime;
    this.#instancesNow = instances;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(0, () => (this.#turning = this.#work()));
  }

  /** Something may be due. */
  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#ended(() => true);
  }

  /** Resolves when nothing is under way for any other instance than those that it works for now. */
  async drain(): Promise<void> {
    const instances = this.#instances;
    // It may be about to launch what it claimed before.
    await this.#turning;
    await this.#ended((instance) => !instances.includes(instance));
  }

  get #instances(): readonly string[] {
    return this.#instancesNow();
  }

  async #ended(concerns: (instance: string) => boolean): Promise<void> {
    const operations = [...this.#inFlight].filter(([key]) => concerns(key.split('/')[0]!));
    await Promise.all(operations.flatMap(([, tasks]) => [...tasks.values()].flatMap((each) => [...each])));
  }

  async #work(): Promise<number> {
    try {
      return (await this.#turn()) ? 0 : await this.#untilNextMs();
    } catch (error) {
      this.#runtime.log.error({ err: error }, 'the worker failed; it goes on in a second');
      return FAILED_MS;
    }
  }

  /** @returns whether more is due at once */
  async #turn(): Promise<boolean> {
    const { store, clock } = this.#runtime;
    const expanding = await this.#expand();
    if (this.#instances.length === 0) return expanding;
    const dueAt = await nextDueAt(store.read, clock.now(), this.#instances);
    if (dueAt === null || dueAt > clock.now()) return expanding;
    const { full } = await planDueUsers(this.#runtime, this.#instances);
    const claimed = await this.#claim();
    return full || expanding || claimed;
  }

  async #expand(): Promise<boolean> {
    const { store, directories } = this.#runtime;
    if (!(await hasFanOut(store.read))) return false;
    const instancesOf = (directory: string) => directories.get(directory)?.config.instances ?? [];
    return !(await store.write((tx) => expandFanOut(tx, { batch: FAN_OUT_BATCH, instancesOf })));
  }

  /** @returns whether any was claimed */
  async #claim(): Promise<boolean> {
    const { store, clock } = this.#runtime;
    const now = clock.now();
    const claimed = await store.write(async (tx) => {
      const items: WorkItem[] = [];
      for (const lane of LANES)
        for (const instance of this.#thatAre('open'))
          items.push(
            ...(await claimDue(tx, {
              stage: 'apply',
              lane,
              instances: [instance],
              notOperations: this.#fullOperations(instance, lane),
              now,
              leaseMs: LEASE_MS,
              limit: CLAIM_BATCH,
            })),
          );
      // Whoever is most urgent finds out whether an outage is over; the others need not be told that it is not.
      for (const instance of this.#thatAre('probe'))
        items.push(
          ...(await claimDue(tx, {
            stage: 'apply',
            instances: [instance],
            now,
            leaseMs: LEASE_MS,
            limit: 1,
          })),
        );
      return items;
    });
    for (const item of claimed) this.#launch(item);
    return claimed.length > 0;
  }

  #thatAre(state: ConnectInstance['gate']['state']): readonly string[] {
    return this.#instances.filter(
      (alias) => this.#runtime.instances.get(alias)!.connect.gate.state === state,
    );
  }

  #fullOperations(instance: string, lane: Lane): readonly string[] {
    const operations = this.#inFlight.get(`${instance}/${lane}`) ?? new Map<string, Set<Promise<void>>>();
    return [...operations].filter(([, tasks]) => tasks.size >= IN_FLIGHT).map(([operation]) => operation);
  }

  /** Until the first instance in an outage may be tried again. */
  #untilRetryMs(): number {
    const { instances, clock } = this.#runtime;
    const waits = this.#thatAre('closed').map(
      (alias) => (instances.get(alias)!.connect.gate.outage?.retryAt ?? 0) - clock.now(),
    );
    return Math.min(IDLE_MS, ...waits.map((ms) => (ms > 0 ? ms : PROBING_MS)));
  }

  #launch(item: WorkItem): void {
    const tasks = this.#tasksLike(item);
    const task = this.#reconcile(item).finally(() => {
      tasks.delete(task);
      this.#loop.wake();
    });
    tasks.add(task);
  }

  #tasksLike({ instance, lane, operation }: WorkItem): Set<Promise<void>> {
    const key = `${instance}/${lane}`;
    const operations = this.#inFlight.get(key) ?? new Map<string, Set<Promise<void>>>();
    this.#inFlight.set(key, operations);
    const tasks = operations.get(operation ?? '') ?? new Set<Promise<void>>();
    operations.set(operation ?? '', tasks);
    return tasks;
  }

  async #reconcile(item: WorkItem): Promise<void> {
    try {
      await reconcileUser(this.#runtime, item);
    } catch (error) {
      await closeFailed(this.#runtime, item, error).catch((cause: unknown) =>
        this.#runtime.log.error({ err: cause }, 'an outcome could not be stored; the lease will run out'),
      );
    }
  }

  async #untilNextMs(): Promise<number> {
    const { store, clock } = this.#runtime;
    const reachable = [...this.#thatAre('open'), ...this.#thatAre('probe')];
    const idleMs = Math.min(store.shared ? SHARED_IDLE_MS : IDLE_MS, this.#untilRetryMs());
    const dueAt = reachable.length === 0 ? null : await nextDueAt(store.read, clock.now(), reachable);
    if (dueAt === null) return idleMs;
    return dueAt <= clock.now() ? FULL_MS : Math.min(idleMs, dueAt - clock.now());
  }
}
