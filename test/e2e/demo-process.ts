import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** A demo in a process of its own, and what it has printed so far. */
export interface DemoProcess {
  output(): string;
  /** Resolves once a line of the output is `text`; rejects with all output when the process ends without it. */
  printed(text: string): Promise<void>;
  /** What Ctrl-C in its terminal does: everything that was started is told. */
  interrupt(): void;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts a demo that ends with the test. */
export function startDemo(command: string, args: readonly string[]): DemoProcess {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let listeners: (() => void)[] = [];
  const changed = () => {
    const due = listeners;
    listeners = [];
    for (const listener of due) listener();
  };
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    changed();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let isRunning = true;
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      isRunning = false;
      changed();
      resolve(code);
    });
  });
  const signal = (name: 'SIGINT' | 'SIGKILL') => void (isRunning && process.kill(-child.pid!, name));
  onTestFinished(() => signal('SIGKILL'));
  return {
    output: () => output,
    printed: async (text) => {
      while (!output.split('\n').includes(text)) {
        if (!isRunning) throw new Error(`ended without printing "${text}":\n${output}`);
        await new Promise<void>((resolve) => listeners.push(resolve));
      }
    },
    interrupt: () => signal('SIGINT'),
    ended,
  };
}

/** The variables that a demo which stays up asks to export. */
export function exportedVariables(output: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...output.matchAll(/^ {2}export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name!, value!]),
  );
}
