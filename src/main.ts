import { readFile } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { runCommand } from './cli/program.ts';

const stopRequested = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});

process.exit(
  await runCommand(
    {
      env: process.env,
      pid: process.pid,
      isTerminal: isatty(1),
      print: (line) => void process.stdout.write(`${line}\n`),
      printError: (line) => void process.stderr.write(`${line}\n`),
      readFile: (path) => readFile(path, 'utf8'),
      stopRequested,
    },
    process.argv.slice(2),
  ),
);
