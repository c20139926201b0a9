import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { ControlledTransaction, Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Schema, Tx } from '../schema.ts';
import { compiledRows } from './compiled-rows.ts';
import { StoreError } from './store-error.ts';

/**
 * Writes that share a commit. More would save little (the flush is already divided by this many) and make
 * the first of them wait for all the others.
 */
const MAX_BATCH = 64;

const SAVEPOINT = CompiledQuery.raw('savepoint write');
const RELEASE = CompiledQuery.raw('release savepoint write');
const ROLLBACK = CompiledQuery.raw('rollback to savepoint write');

export interface SharedCommit {
  /**
   * Runs `work` in a savepoint of a transaction that it shares with other writes, one after the other.
   * Resolves after COMMIT. When `work` rejects, only its own changes are undone and only its caller hears it.
   * `work` must await nothing but queries on its `tx`: all other writes wait for it.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Refuses new writes and resolves when the accepted ones are committed. */
  drain(): Promise<void>;
}

export interface SharedCommitOptions {
  /** Run first in each transaction. */
  readonly onBegin?: (tx: Tx) => Promise<void>;
  /** Called after each commit; what it returns is awaited before the next transaction begins. */
  readonly afterCommit?: () => Promise<void> | undefined;
  /**
   * Asked when a transaction was lost before its COMMIT was sent, so that nothing of it remains. Resolves when it is
   * to be tried again; false gives up.
   */
  readonly retry?: (error: unknown, failingForMs: number) => Promise<boolean>;
  /** What the callers hear when COMMIT itself failed. */
  readonly commitError?: (error: unknown) => unknown;
}

/** One write, seen from its batch. */
interface PendingWrite {
  /** Returns what to tell the caller once the batch is committed. */
  run(tx: Tx): Promise<() => void>;
  reject(reason: unknown): void;
}

/**
 * Lets writes that arrive together share one flush to disk, which is nearly all that a small write costs.
 *
 * @param db its only connection belongs to the result from now on
 */
export function sharedCommit(db: Kysely<Schema>, options: SharedCommitOptions = {}): SharedCommit {
  const pending: PendingWrite[] = [];
  let draining = false;
  let running: Promise<void> | null = null;

  async function commitAll(): Promise<void> {
    // Whatever the sockets deliver in this turn of the event loop joins the first batch.
    await nextLoopTurn();
    for (let since = performance.now(); pending.length > 0; ) {
      const lost = await commitBatch(db, pending, options);
      await options.afterCommit?.();
      if (!lost) since = performance.now();
      else if (!(await options.retry?.(lost.error, performance.now() - since)))
        for (const write of pending.splice(0)) write.reject(lost.error);
    }
    running = null;
  }

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        if (draining)
          return reject(new StoreError('storeClosed', 'The store is closing: nothing is written.'));
        pending.push({ run: async (tx) => settled(await work(tx), resolve), reject });
        running ??= commitAll();
      }),
    drain: async () => {
      draining = true;
      await running;
    },
  };
}

function settled<T>(value: T, resolve: (value: T) => void): () => void {
  return () => resolve(value);
}

/**
 * Takes writes until none waits or the batch is full. Never rejects: every failure has its caller, or its writes are
 * waiting again.
 *
 * @returns the error by which the transaction was lost before COMMIT, with all its writes back in `pending`
 */
async function commitBatch(
  db: Kysely<Schema>,
  pending: PendingWrite[],
  options: SharedCommitOptions,
): Promise<{ readonly error: unknown } | null> {
  const taken: PendingWrite[] = [];
  const confirmations: (() => void)[] = [];
  let transaction: ControlledTransaction<Schema> | null = null;
  let committing = false;
  try {
    transaction = await db.startTransaction().execute();
    await options.onBegin?.(transaction);
    for (let count = 0; count < MAX_BATCH && pending.length > 0; count++) {
      taken.push(pending.shift()!);
      const confirm = await runInSavepoint(transaction, taken.at(-1)!);
      if (confirm) confirmations.push(confirm);
      else taken.pop();
    }
    committing = true;
    await transaction.commit().execute();
  } catch (error) {
    // The database may have rolled back itself, or be gone; the first error is the one to report.
    await transaction
      ?.rollback()
      .execute()
      .catch(() => undefined);
    if (committing || (transaction && !options.retry)) {
      const reason = committing ? (options.commitError?.(error) ?? error) : error;
      for (const write of taken) write.reject(reason);
      return null;
    }
    pending.unshift(...taken);
    return { error };
  }
  for (const confirm of confirmations) confirm();
  return null;
}

/** @returns null when the write failed and was undone; its caller has been told */
async function runInSavepoint(
  transaction: ControlledTransaction<Schema>,
  write: PendingWrite,
): Promise<(() => void) | null> {
  await compiledRows(transaction, SAVEPOINT);
  try {
    const confirm = await write.run(transaction);
    await compiledRows(transaction, RELEASE);
    return confirm;
  } catch (error) {
    await undo(transaction, error);
    write.reject(error);
    return null;
  }
}

/**
 * @throws `cause`, when the savepoint is gone: on a full disk SQLite rolls back the whole transaction, and with a
 * lost connection PostgreSQL does.
 */
async function undo(transaction: ControlledTransaction<Schema>, cause: unknown): Promise<void> {
  try {
    // In Kysely's queue, behind statements that the failing work left there.
    await transaction.executeQuery(ROLLBACK);
    await transaction.executeQuery(RELEASE);
  } catch {
    throw cause;
  }
}
