import type { Clock } from '../clock.ts';
import type { ConnectError } from './error.ts';

/** No call to an instance gets through, whatever it is. */
export interface Outage {
  /** UTC milliseconds. */
  readonly since: number;
  readonly error: ConnectError;
  /** Until then calls are withheld; after it one at a time is let through, to see. */
  readonly retryAt: number;
}

/** Doubled with each attempt that fails, up to the longest. */
const FIRST_WAIT_MS = 1_000;
/** Longer, and leavers wait that much longer after it is over; shorter, and an outage of hours is thousands of calls. */
const LONGEST_WAIT_MS = 30_000;

/** Withholds the calls to an instance while none gets through, so that an outage is met by a call in a while, however much waits. */
export class OutageGate {
  readonly #clock: Clock;
  #outage: Outage | null = null;
  #waitMs = FIRST_WAIT_MS;
  #probing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get outage(): Outage | null {
    return this.#outage;
  }

  /** `probe`: one call may see whether the outage is over. */
  get state(): 'open' | 'probe' | 'closed' {
    if (!this.#outage) return 'open';
    return this.#probing || this.#clock.now() < this.#outage.retryAt ? 'closed' : 'probe';
  }

  /** @throws ConnectError of the outage, when a call would be withheld now */
  check(): void {
    if (this.#outage && this.state === 'closed') throw this.#outage.error;
  }

  /**
   * To be called right before a call, and `failed` or `passed` after it.
   *
   * @throws ConnectError of the outage, when the call is withheld
   */
  enter(): void {
    this.check();
    this.#probing = this.#outage !== null;
  }

  /** @param error of kind `outage` */
  failed(error: ConnectError): void {
    this.#probing = false;
    const now = this.#clock.now();
    // Begun before the outage was known: it says nothing new.
    if (this.#outage && now < this.#outage.retryAt) return;
    this.#outage = { since: this.#outage?.since ?? now, error, retryAt: now + this.#waitMs };
    this.#waitMs = Math.min(LONGEST_WAIT_MS, 2 * this.#waitMs);
  }

  /** Connect has answered, if only to refuse. */
  passed(): void {
    this.#probing = false;
    this.#outage = null;
    this.#waitMs = FIRST_WAIT_MS;
  }
}
