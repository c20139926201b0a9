export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Connect's default quota for every user-management operation: 2 requests/s, burst 5, counted per account,
 * Region and operation, not per instance or caller (admin guide, service limits).
 */
export const connectRate: Rate = { perSecond: 2, burst: 5 };

/** Token buckets by key. A refused call takes no token. */
export class Throttle {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  admits(key: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, atMs: nowMs };
    const gained = ((nowMs - bucket.atMs) / 1000) * this.#rate.perSecond;
    const tokens = Math.min(this.#rate.burst, bucket.tokens + gained);
    // A client that waits exactly 500 ms must not be refused for a rounding error of the division.
    const admitted = tokens >= 1 - 1e-9;
    this.#buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, atMs: nowMs });
    return admitted;
  }
}
