import type { Db, Tx } from '../schema.ts';

/** The durable state, on either engine. */
export interface Store {
  /** Sees what is committed, and nothing else. */
  readonly read: Db;
  /**
   * As `read`, for queries that no index serves: away from the event loop, and ended with StoreError `timeLimit`
   * when they take too long.
   */
  readonly scan: Db;
  /** Whether other processes may have it open too. */
  readonly shared: boolean;
  /**
   * Runs `work` in a transaction and resolves when it is durable. When `work` rejects, nothing of it remains.
   * One write runs at a time, on PostgreSQL among all processes. `work` must await nothing but queries on its `tx`,
   * since the writes behind it wait, and must bear being run again: a connection that is lost before COMMIT was
   * sent undoes everything, so it is.
   *
   * @throws StoreError `storeUnavailable`: nothing was written; `outcomeUnknown`: nobody knows
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Writes a copy of the committed state to `file`, which must not exist, while the store is in use.
   *
   * @throws StoreError `backupElsewhere` on PostgreSQL, which has tools of its own
   */
  backup(file: string): Promise<void>;
  /** Commits the accepted writes, then lets go of files and connections. A second call waits for the first. */
  close(): Promise<void>;
}
