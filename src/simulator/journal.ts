/** One call as the simulator saw it. Operator actions and control requests are not in the journal. */
export interface JournalEntry {
  /** UTC milliseconds, when the request arrived. */
  readonly at: number;
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly instanceId?: string;
  readonly userId?: string;
  readonly username?: string;
  /** Those that the call was to give the user. */
  readonly securityProfileIds?: readonly string[];
  /** The HTTP status sent; 0 when the connection was reset instead. */
  readonly status: number;
  /** Connect's exception name, or `ConnectionReset`. */
  readonly errorType?: string;
  /** The role whose session signed it. */
  readonly roleArn?: string;
  readonly requestId: string;
}

export class Journal {
  #entries: JournalEntry[] = [];

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
  }

  /** In the order in which the calls ended. A copy: a test can compare before and after. */
  entries(): readonly JournalEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
