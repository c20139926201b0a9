/** One thing wrong in a configuration file, at a place that an editor can jump to; line and column from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What was found, what was expected, and what to do; further lines are details. */
  readonly message: string;
}

/** For the operator: everything that is wrong in a file, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  /** @param problems one at least */
  constructor(problems: readonly ConfigProblem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(sorted.map(renderProblem).join('\n'));
    this.problems = sorted;
  }
}

/** `file:line:column  message`, with further lines of the message below its first. */
function renderProblem({ file, line, column, message }: ConfigProblem): string {
  const place = `${file}:${line}:${column}  `;
  return place + message.replaceAll('\n', `\n${' '.repeat(place.length)}`);
}
