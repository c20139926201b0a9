import type { ConnectError } from '../../connect/error.ts';

/** Looked at again this often: AWS tells nobody of a new quota. Less, and joiners wait; more, and calls are wasted. */
export const PARKED_RETRY_MS = 15 * 60_000;

/**
 * Whether an instance takes more users. Once it refused one for want of room it would refuse them all, so then a
 * single user each 15 minutes finds out whether it still does. Not stored: after a restart the first create tells.
 */
export class UserQuota {
  #full: { readonly refusal: ConnectError; readonly nextTryAt: number; readonly trying: string } | null =
    null;

  /** @param refusal of kind `quotaFull` */
  refused(refusal: ConnectError, userId: string, now: number): void {
    this.#full = { refusal, nextTryAt: now + PARKED_RETRY_MS, trying: userId };
  }

  /** What a create of this user would be answered; null when it is to be tried, by him and nobody else. */
  refusalOf(userId: string, now: number): ConnectError | null {
    if (this.#full === null || this.#full.trying === userId) return null;
    if (now < this.#full.nextTryAt) return this.#full.refusal;
    this.refused(this.#full.refusal, userId, now);
    return null;
  }

  /** Somebody says that there is room: the next create is tried. */
  doubt(): void {
    if (this.#full) this.#full = { ...this.#full, nextTryAt: 0 };
  }

  /** A user was created. @returns the `code` of those who were refused before; null when nobody was */
  accepted(): string | null {
    const code = this.#full?.refusal.code ?? null;
    this.#full = null;
    return code;
  }
}
