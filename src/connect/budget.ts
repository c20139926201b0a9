import type { Clock } from '../clock.ts';
import type { ConnectOperation } from './operation.ts';
import { type BucketRate, TokenBucket } from './token-bucket.ts';
import { Waiters } from './waiters.ts';

/** A call that waits for its token. */
export interface TokenRequest {
  /** `account/region`: AWS counts per account, Region and operation. */
  readonly scope: string;
  readonly operation: ConnectOperation;
  /** 0 is served first. */
  readonly lane: number;
  /** Alias; within a lane, instances take turns. */
  readonly instance: string;
  readonly signal?: AbortSignal | undefined;
}

export interface BucketLevel {
  readonly scope: string;
  readonly operation: ConnectOperation;
  /** Tokens that could be taken now, from 0 to burst. */
  readonly tokens: number;
  /** The rate in force: lower than configured for a while after a throttle. */
  readonly perSecond: number;
  readonly waiting: number;
}

/**
 * `account/region`: what a quota of Connect belongs to.
 *
 * @param instance without a role: of the account of the credentials, whatever it is, called `default`
 */
export function budgetScope(instance: {
  readonly roleArn?: string | undefined;
  readonly region: string;
}): string {
  // arn:aws:iam::ACCOUNT:role/NAME
  return `${instance.roleArn?.split(':')[4] ?? 'default'}/${instance.region}`;
}

/** The rate of every operation, but for those that have one of their own. */
interface BudgetRates extends BucketRate {
  readonly operations?: Readonly<Partial<Record<ConnectOperation, BucketRate>>> | undefined;
}

export type Budget = ReturnType<typeof createBudget>;

/**
 * One token bucket for each (account, Region, operation), shared by all instances there. Waiters are served by lane,
 * within a lane by turns between instances, and of one instance in the order in which they came.
 */
export function createBudget({ clock, ...initial }: BudgetRates & { readonly clock: Clock }) {
  let rates: BudgetRates = initial;
  const rateOf = (operation: ConnectOperation): BucketRate => rates.operations?.[operation] ?? rates;
  const queues = new Map<string, TokenQueue>();
  const emptiedAt = new Map<string, number>();
  const queue = (scope: string, operation: ConnectOperation): TokenQueue => {
    const key = `${scope}/${operation}`;
    const known = queues.get(key);
    if (known) return known;
    const added = new TokenQueue(scope, operation, clock, rateOf(operation));
    added.empty(emptiedAt.get(scope) ?? Number.NEGATIVE_INFINITY);
    queues.set(key, added);
    return added;
  };
  return {
    /**
     * Resolves when the call may be made.
     *
     * @throws the signal's reason, when it aborts first; no token is lost by that
     */
    take: (request: TokenRequest): Promise<void> => queue(request.scope, request.operation).take(request),
    /** To be told of every throttled call: pauses this bucket and slows it, to recover as calls succeed. */
    throttled: (scope: string, operation: ConnectOperation): void => queue(scope, operation).throttled(),
    /** To be told when another process has called there until now: every bucket of the scope starts with nothing. */
    empty: (scope: string): void => {
      emptiedAt.set(scope, clock.now());
      for (const each of queues.values()) if (each.level().scope === scope) each.empty(clock.now());
    },
    /** From now on; who waits, waits for the new rate. */
    setRates: (next: BudgetRates): void => {
      rates = next;
      for (const each of queues.values()) each.setRate(rateOf(each.level().operation));
    },
    levels: (): readonly BucketLevel[] => [...queues.values()].map((queue) => queue.level()),
  };
}

class TokenQueue {
  readonly #scope: string;
  readonly #operation: ConnectOperation;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #waiters = new Waiters<Pick<TokenRequest, 'lane' | 'instance'> & { readonly grant: () => void }>();
  /** Ends the sleep of the one timer; undefined while nobody waits. */
  #timer: AbortController | undefined;

  constructor(scope: string, operation: ConnectOperation, clock: Clock, rate: BucketRate) {
    this.#scope = scope;
    this.#operation = operation;
    this.#clock = clock;
    this.#bucket = new TokenBucket(rate, clock.now());
  }

  take({ lane, instance, signal }: TokenRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const cancel = () => {
        this.#waiters.remove(waiter);
        if (this.#waiters.size === 0) this.#timer?.abort();
        reject(signal?.reason as Error);
      };
      const grant = () => {
        signal?.removeEventListener('abort', cancel);
        resolve();
      };
      const waiter = { lane, instance, grant };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiters.add(waiter);
      if (this.#timer === undefined) void this.#serve();
    });
  }

  throttled(): void {
    this.#bucket.throttled(this.#clock.now());
  }

  empty(at: number): void {
    this.#bucket.empty(at);
  }

  setRate(rate: BucketRate): void {
    this.#bucket.setRate(rate, this.#clock.now());
    // Whoever serves looks again at when the next token comes.
    this.#timer?.abort();
  }

  level(): BucketLevel {
    return {
      scope: this.#scope,
      operation: this.#operation,
      tokens: this.#bucket.tokens(this.#clock.now()),
      perSecond: this.#bucket.perSecond,
      waiting: this.#waiters.size,
    };
  }

  async #serve(): Promise<void> {
    while (this.#waiters.size > 0) {
      const now = this.#clock.now();
      const waitMs = this.#bucket.readyAt - now;
      if (waitMs > 0) {
        this.#timer = new AbortController();
        // Rounded up: a sleep that ends a fraction early would find no token and sleep again.
        await this.#clock.sleep(Math.ceil(waitMs), this.#timer.signal);
      } else {
        this.#bucket.take(now);
        this.#waiters.next()?.grant();
      }
    }
    this.#timer = undefined;
  }
}
