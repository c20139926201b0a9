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

/**
 * Prints what would move the cursor, colour or turn round what follows as `\u001b`: names come from identity
 * providers, and whoever may choose his own must not write on an operator's screen. In JSON it is the same text.
 */
export function withoutControls(shell: Shell): Shell {
  const shown = (line: string) =>
    line.replace(CONTROLS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return {
    ...shell,
    print: (line) => shell.print(shown(line)),
    printError: (line) => shell.printError(shown(line)),
  };
}

/** C0 but for line ends and tabs, C1, and Unicode's bidirectional controls. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

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
