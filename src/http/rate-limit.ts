import type { Clock } from '../clock.ts';

/** Whole seconds to wait before the next request of a credential is taken; 0 takes it. */
export type RateLimit = (credential: string, requestsPerSecond: number) => number;

/**
 * A token bucket per credential, holding one second's worth. Only credentials that passed authentication may be
 * handed in: strangers would make the table grow.
 */
export function createRateLimit(clock: Clock): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (credential, requestsPerSecond) => {
    const now = clock.now();
    const bucket = buckets.get(credential) ?? { tokens: requestsPerSecond, at: now };
    buckets.set(credential, bucket);
    const refill = (Math.max(0, now - bucket.at) / 1000) * requestsPerSecond;
    bucket.tokens = Math.min(requestsPerSecond, bucket.tokens + refill);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / requestsPerSecond);
    bucket.tokens -= 1;
    return 0;
  };
}
