/** The instance is another process's now, or of none: this one lost it, cannot reach the store, or is to leave it alone. */
export class NotOwnerError extends Error {
  override readonly name = 'NotOwnerError';

  constructor(what: string) {
    super(`This process may not call Connect for ${what} any more; nothing is done there.`);
  }
}
