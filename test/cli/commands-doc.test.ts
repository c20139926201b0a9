import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/shell.ts';
import { run } from './terminal.ts';

const doc = await readFile('docs/commands.md', 'utf8');

/** What the program says of itself. */
async function help(...command: string[]): Promise<string> {
  const { code, out } = await run([...command, '--help']);
  expect(code).toBe(EXIT.ok);
  return out;
}

function names(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name!);
}

/** The text below `## name`. */
function section(name: string): string {
  return doc.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** The commands that a help text lists. */
function listed(text: string): readonly string[] {
  const [, commandsPart = ''] = text.split('\nCommands:\n');
  return names(commandsPart, /^ {2}([a-z-]+) /gm).filter((name) => name !== 'help');
}

/** What a command consists of, itself when of nothing. */
async function expanded(command: string): Promise<readonly string[]> {
  const parts = listed(await help(command));
  return parts.length === 0 ? [command] : parts.map((part) => `${command} ${part}`);
}

const commands = (await Promise.all(listed(await help()).map(expanded))).flat();
const OPTION = /^ {2}(--[a-z-]+(?: <[\w.]+>)?) /gm;
const DOCUMENTED = /^\| `(--[a-z-]+(?: <[\w.]+>)?)` \|/gm;
const common = names(section('Options of every command that asks the bridge'), DOCUMENTED);

test('docs/commands.md has a section for each command, and for no other', () => {
  expect(commands.length).toBeGreaterThan(5);
  const sections = names(doc, /^## ([a-z -]+)$/gm);
  expect(sections.toSorted()).toEqual(commands.toSorted());
});

test.each(commands)('docs/commands.md lists each option of "%s", and no other', async (command) => {
  const options = names(await help(...command.split(' ')), OPTION);
  const asksTheBridge = common.every((option) => options.includes(option));
  const documented = [...names(section(command), DOCUMENTED), ...(asksTheBridge ? common : [])];
  expect(documented.toSorted()).toEqual(options.toSorted());
});

test.each(commands)('docs/commands.md says whether "%s" asks the running bridge', async (command) => {
  const options = names(await help(...command.split(' ')), OPTION);
  const paragraph = doc.split('\n\n').find((text) => text.endsWith('take these:')) ?? '';
  expect(paragraph.includes(`\`${command}\``)).toBe(common.every((option) => options.includes(option)));
});

test.each(commands)('docs/commands.md names each argument of "%s"', async (command) => {
  const [usage] = (await help(...command.split(' '))).split('\n');
  for (const argument of names(usage!, /([<[](?!options)\w+[>\]])/g))
    expect(section(command)).toContain(`${command} ${argument}`);
});

test('docs/commands.md explains each exit code', () => {
  const explained = names(section('Exit codes'), /^\| (\d+) \|/gm).map(Number);
  expect(explained).toEqual(Object.values(EXIT));
});
