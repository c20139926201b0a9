import type { JournalEntry } from '../../simulator/simulator.ts';
import { listAudit } from '../../store/audit.ts';
import type { StoredAuditEntry } from '../../store/audit.ts';
import { hasFanOut } from '../../store/fan-outs.ts';
import { linkOf } from '../../store/links.ts';
import { userById } from '../../store/users.ts';
import { countWork } from '../../store/work/count-work.ts';
import type { Runtime } from '../../sync/runtime.ts';
import { CommandError, EXIT } from '../shell.ts';
import type { Stage } from './stage.ts';

/** What the bridge did since one last looked. */
export interface Consequences {
  /** Accepted by Connect. */
  readonly changes: readonly UserChange[];
  /** Users who came to wait, in words. */
  readonly waiting: readonly { readonly userName: string; readonly why: string }[];
  readonly calls: readonly JournalEntry[];
}

export interface UserChange {
  /** In Connect. */
  readonly username: string;
  readonly text: string;
  /** From the request of the identity provider to Connect's acceptance, milliseconds. */
  readonly tookMs: number;
}

const POLL_MS = 25;
/** The longest rest between two steps is that of a call retried; beyond this something hangs. */
const REST_LIMIT_MS = 60_000;
/** More entries than a step writes. */
const PAGE = 1_000;

/** Looks at a running bridge and its simulated Connect from outside: audit, queue and journal. */
export class Observer {
  readonly #stage: Stage;
  readonly #stop: AbortSignal;
  #seenAudit = 0;
  #seenCalls = 0;

  constructor(stage: Stage, stop: AbortSignal) {
    this.#stage = stage;
    this.#stop = stop;
  }

  /**
   * Waits until the bridge is ready and nothing is left to do.
   *
   * @throws CommandError when that takes a minute; the reason of `stop` when that aborts
   */
  async rest(): Promise<void> {
    const { runtime } = this.#stage;
    const until = runtime.clock.now() + REST_LIMIT_MS;
    while (!(await isAtRest(runtime))) {
      this.#stop.throwIfAborted();
      if (runtime.clock.now() > until)
        throw new CommandError(
          EXIT.failed,
          `The bridge did not come to rest within ${REST_LIMIT_MS / 1000} s.`,
        );
      await runtime.clock.sleep(POLL_MS, this.#stop);
    }
  }

  async sinceLastLook(): Promise<Consequences> {
    const { runtime, simulator } = this.#stage;
    const journal = simulator.journal();
    const calls = journal.slice(this.#seenCalls);
    const { items } = await listAudit(runtime.store.read, { limit: PAGE });
    const entries = items.filter(({ seq }) => seq > this.#seenAudit).reverse();
    this.#seenCalls = journal.length;
    this.#seenAudit = items[0]?.seq ?? this.#seenAudit;
    const changes = entries.filter(({ action }) => action.startsWith('connect.'));
    const waits = entries.filter(({ action }) => action === 'user.parked' || action === 'user.held');
    return {
      changes: changes.map(userChange),
      waiting: await Promise.all(waits.map((entry) => waiting(runtime, entry))),
      calls,
    };
  }
}

async function isAtRest({ directories, instances, store }: Runtime): Promise<boolean> {
  if ([...directories.values()].some(({ mapping }) => mapping === null)) return false;
  if ([...instances.values()].some(({ catalog, suspend }) => catalog === null || suspend === null))
    return false;
  return (await countWork(store.read)).length === 0 && !(await hasFanOut(store.read));
}

function userChange({ at, detail }: StoredAuditEntry): UserChange {
  const { username, change, receivedAt } = detail as { username: string; change: string; receivedAt: number };
  return { username, text: change, tookMs: at - receivedAt };
}

async function waiting(runtime: Runtime, entry: StoredAuditEntry) {
  const link = await linkOf(runtime.store.read, entry.userId!, entry.instance!);
  const why = link?.reason ? `parked: ${link.reason.detail}` : 'held: waits for "bridge approve"';
  return { userName: await userNameOf(runtime, entry), why };
}

async function userNameOf(
  { store }: Runtime,
  { directory, userId, instance }: StoredAuditEntry,
): Promise<string> {
  const user = await userById(store.read, directory, userId!);
  return user?.userName ?? (await linkOf(store.read, userId!, instance!))?.userName ?? userId!;
}
