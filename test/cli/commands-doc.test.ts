import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { EXIT } from '../../src/cli/shell.ts';
import type { Shell } from '../../src/cli/shell.ts';

const doc = await readFile('docs/commands.md', 'utf8');

/** What the program says of itself. */
async function help(...command: string[]): Promise<string> {
  const printed: string[] = [];
  const shell: Shell = {
    env: {},
    pid: 1,
    isTerminal: false,
    print: (line) => void printed.push(line),
    printError: (line) => void printed.push(line),
    readFile: (path) => readFile(path, 'utf8'),
    stopRequested: new Promise(() => {}),
  };
  const code = await runCommand(shell, [...command, '--help']);
  expect(code).toBe(EXIT.ok);
  return printed.join('\n');
}

function names(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name!);
}

/** The text below `## name`. */
function section(name: string): string {
  return doc.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
}

const commands = names(await help(), /^ {2}(\w+) (?:\[options\]|<)/gm);
const OPTION = /^ {2}(--[a-z]+(?: <\w+>)?) /gm;
const DOCUMENTED = /^\| `(--[a-z]+(?: <\w+>)?)` \|/gm;
const common = names(section('Options of every command that asks the bridge'), DOCUMENTED);

test('docs/commands.md has a section for each command, and for no other', () => {
  expect(commands.length).toBeGreaterThan(5);
  const sections = names(doc, /^## ([a-z]+)$/gm);
  expect(sections.toSorted()).toEqual(commands.toSorted());
});

test.each(commands)('docs/commands.md lists each option of "%s", and no other', async (command) => {
  const options = names(await help(command), OPTION);
  const asksTheBridge = common.every((option) => options.includes(option));
  const documented = [...names(section(command), DOCUMENTED), ...(asksTheBridge ? common : [])];
  expect(documented.toSorted()).toEqual(options.toSorted());
});

test.each(commands)('docs/commands.md says whether "%s" asks the running bridge', async (command) => {
  const options = names(await help(command), OPTION);
  const [listed] = /^.*take these:$/m.exec(doc) ?? [''];
  expect(listed.includes(`\`${command}\``)).toBe(common.every((option) => options.includes(option)));
});

test.each(commands)('docs/commands.md names each argument of "%s"', async (command) => {
  const [usage] = (await help(command)).split('\n');
  for (const argument of names(usage!, /(<\w+>)/g))
    expect(section(command)).toContain(`${command} ${argument}`);
});

test('docs/commands.md explains each exit code', () => {
  const explained = names(section('Exit codes'), /^\| (\d+) \|/gm).map(Number);
  expect(explained).toEqual(Object.values(EXIT));
});
