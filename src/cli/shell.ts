/** What a command may use of the process it runs in. Made in main.ts. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Whether a person reads standard output as it is written. */
  readonly isTerminal: boolean;
  /** Writes a line to standard output. */
  readonly print: (line: string) => void;
  /** Writes a line to standard error. */
  readonly printError: (line: string) => void;
  readonly readFile: (path: string) => Promise<string>;
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly stopRequested: Promise<void>;
}

/** Exit codes of every command; documented in docs/commands.md. */
export const EXIT = {
  ok: 0,
  /** Done, and the answer is no: invalid, refused, not found. */
  refused: 1,
  /** The command line was not understood. */
  usage: 2,
  /** No bridge answers at the admin socket. */
  unreachable: 3,
  /** Something failed that should not have. */
  failed: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for the person at the terminal. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
