export type StoreErrorCode =
  | 'storeUrlInvalid'
  | 'storeLocked'
  | 'schemaNewer'
  | 'databaseUnsuitable'
  | 'identityChanged'
  | 'uniqueness'
  | 'keyTooLong'
  | 'storeClosed'
  | 'storeUnavailable'
  | 'outcomeUnknown'
  | 'timeLimit'
  | 'backupElsewhere';

/** A refusal of the store. The message says what was found and what to do next. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** With `uniqueness`: the id of the resource that has the name. */
  readonly otherId: string | null;

  constructor(code: StoreErrorCode, message: string, options: { otherId?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'StoreError';
    this.code = code;
    this.otherId = options.otherId ?? null;
  }
}
