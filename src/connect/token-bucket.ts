export interface BucketRate {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens that a full bucket holds. */
  readonly burst: number;
}

/**
 * No call for this long after a throttle. Shorter, and calls that were already under way would count as a second
 * throttle; longer, and a leaver waits for nothing: AWS refills its bucket within half a second.
 */
const PAUSE_MS = 1_000;
/** Each throttle halves the rate, to no less than this part of it: others may share the quota, never take all of it. */
const SLOWEST_PART = 1 / 8;
/**
 * Part of the full rate that each token gives back. Larger, and a quota shared with others is overrun every few
 * calls; smaller, and a single throttle is paid for over hundreds of calls.
 */
const RECOVERY_PART = 1 / 20;

/**
 * The arithmetic of one token bucket. Nothing here waits; every method is told the time, in milliseconds.
 *
 * What it holds is kept as the time at which it held nothing, so that spacing is exact however late a timer fires.
 */
export class TokenBucket {
  #rate: BucketRate;
  /** Part of the full rate that is in force, from SLOWEST_PART to 1. */
  #part = 1;
  #emptyAt: number;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  /** @param now a new bucket is full */
  constructor(rate: BucketRate, now: number) {
    this.#rate = rate;
    this.#emptyAt = now - rate.burst * this.#intervalMs;
  }

  /** Tokens per second at present. */
  get perSecond(): number {
    return this.#rate.perSecond * this.#part;
  }

  /** When the next token can be taken, possibly in the past. */
  get readyAt(): number {
    return this.#emptyAt + this.#intervalMs;
  }

  /** Tokens held, from 0 to burst. */
  tokens(now: number): number {
    return Math.max(0, this.#creditMs(now) / this.#intervalMs);
  }

  /** What it holds is kept, as far as it fits. */
  setRate(rate: BucketRate, now: number): void {
    const tokens = Math.min(rate.burst, this.#creditMs(now) / this.#intervalMs);
    this.#rate = rate;
    this.#emptyAt = now - tokens * this.#intervalMs;
  }

  /** Takes one token. Only from `readyAt` on. */
  take(now: number): void {
    const creditMs = this.#creditMs(now) - this.#intervalMs;
    const before = this.#part;
    this.#part = Math.min(1, before + RECOVERY_PART);
    this.#emptyAt = now - creditMs * (before / this.#part);
  }

  /** AWS refused a call that had a token: whoever else spends this quota has emptied the bucket. */
  throttled(now: number): void {
    if (now < this.#pausedUntil) return;
    this.#part = Math.max(SLOWEST_PART, this.#part / 2);
    this.#pausedUntil = now + PAUSE_MS;
    this.#emptyAt = this.#pausedUntil - this.#intervalMs;
  }

  /** Nothing is left of what came before `at`: somebody else may have spent it. */
  empty(at: number): void {
    this.#emptyAt = Math.max(this.#emptyAt, at);
  }

  get #intervalMs(): number {
    return 1_000 / this.perSecond;
  }

  #creditMs(now: number): number {
    return Math.min(this.#rate.burst * this.#intervalMs, now - this.#emptyAt);
  }
}
