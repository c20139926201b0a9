import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Dialect, QueryResult } from 'kysely';
import { DummyDriver, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { StoreError } from '../store-error.ts';

/**
 * For one query, and before that for its wait behind others. A filter over a million users takes some seconds; an IdP
 * gives up after 30 s.
 */
const LIMIT_MS = 10_000;

interface Scan {
  readonly query: CompiledQuery;
  resolve(rows: unknown[]): void;
  reject(reason: unknown): void;
  timer: NodeJS.Timeout;
}

/** A thread that answers what would keep the event loop busy, one query at a time. It is started when needed. */
export class ScanThread {
  readonly #path: string;
  readonly #limitMs: number;
  readonly #waiting: Scan[] = [];
  #running: Scan | undefined;
  #worker: Worker | undefined;
  #closed = false;

  constructor(path: string, limitMs = LIMIT_MS) {
    this.#path = path;
    this.#limitMs = limitMs;
  }

  /** @throws StoreError `timeLimit`, or `storeUnavailable` when other queries took the time */
  run(query: CompiledQuery): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const scan: Scan = { query, resolve, reject, timer: this.#timer(() => this.#giveUp(scan)) };
      this.#waiting.push(scan);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const scan of [...this.#waiting.splice(0), ...(this.#running ? [this.#running] : [])]) {
      clearTimeout(scan.timer);
      scan.reject(new StoreError('storeClosed', 'The store is closing.'));
    }
    await this.#worker?.terminate();
  }

  /** Of real time, since the thread works in it. */
  #timer(onEnd: () => void): NodeJS.Timeout {
    return setTimeout(onEnd, this.#limitMs);
  }

  #next(): void {
    if (this.#running || this.#closed) return;
    const scan = this.#waiting.shift();
    if (!scan) return;
    this.#running = scan;
    clearTimeout(scan.timer);
    scan.timer = this.#timer(() => this.#replace(tooSlow(this.#limitMs)));
    this.#worker ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows
    this.#worker.postMessage({ sql: scan.query.sql, parameters: scan.query.parameters });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { workerData: this.#path });
    worker.on('message', ({ rows, error }: { rows?: unknown[]; error?: unknown }) => {
      if (worker !== this.#worker) return;
      const scan = this.#ended();
      if (rows) scan?.resolve(rows);
      else scan?.reject(error);
      this.#next();
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#replace(error);
    });
    return worker;
  }

  #ended(): Scan | undefined {
    const scan = this.#running;
    clearTimeout(scan?.timer);
    this.#running = undefined;
    return scan;
  }

  #giveUp(scan: Scan): void {
    this.#waiting.splice(this.#waiting.indexOf(scan), 1);
    scan.reject(
      new StoreError('storeUnavailable', 'Other filters keep the server busy. Repeat the request later.'),
    );
  }

  /** A statement cannot be interrupted, but the thread that runs it can be left behind. */
  #replace(reason: unknown): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#ended()?.reject(reason);
    this.#next();
  }
}

function tooSlow(limitMs: number): StoreError {
  return new StoreError(
    'timeLimit',
    `No index serves this filter or order, and it took longer than ${limitMs / 1_000} s. Filter by id, userName, externalId, displayName or emails, or page through all.`,
  );
}

/** Kysely over the thread; for single reading statements only. */
export function scanDialect(thread: ScanThread): Dialect {
  return {
    createAdapter: () => new ThreadAdapter(),
    createDriver: () => new ScanDriver(thread),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** The queue is the thread's own: what waits in Kysely's would have no time limit. */
class ThreadAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ScanDriver extends DummyDriver {
  readonly #connection: DatabaseConnection;

  constructor(thread: ScanThread) {
    super();
    this.#connection = {
      executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => ({
        rows: (await thread.run(query)) as Row[],
      }),
      streamQuery: () => {
        throw new Error('Streaming is not supported: page by key.');
      },
    };
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }
}
