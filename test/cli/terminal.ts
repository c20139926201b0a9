import { readFile } from 'node:fs/promises';
import { runCommand } from '../../src/cli/program.ts';
import type { ExitCode } from '../../src/cli/shell.ts';

export interface Printed {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs one command line.
 *
 * @param files that are read instead of those on disk, by path
 */
export async function run(
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  const out: string[] = [];
  const err: string[] = [];
  const shell = {
    env: { OKTA_TOKEN_SHA256: 'a'.repeat(64) },
    pid: 1,
    isTerminal: false,
    print: (line: string) => void out.push(line),
    printError: (line: string) => void err.push(line),
    readFile: async (path: string) => files[path] ?? readFile(path, 'utf8'),
    stopRequested: new Promise<void>(() => {}),
  };
  const code = await runCommand(shell, args);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
