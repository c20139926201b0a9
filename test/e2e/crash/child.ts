import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A command of the product in a process of its own. */
export interface Child {
  readonly url: string;
  /** Ends it as the kernel does: nothing of it runs again. */
  kill(): Promise<void>;
}

/**
 * Starts `src/main.ts` and resolves when it has printed its URL.
 *
 * @param onLine sees each line of its standard output
 */
export async function startChild(
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<Child> {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  });
  const gone = once(child, 'exit');
  const url = await printedUrl(child, onLine);
  return {
    url,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function printedUrl(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  const errors: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${errors.join('')}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      onLine(line);
      const url = /(?:simulator at |"url":")(http:[^" ]+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
}
