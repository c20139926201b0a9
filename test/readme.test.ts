import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { exportedVariables, startDemo } from './e2e/demo-process.ts';

/**
 * `sh` blocks are run here, in order, beside a demo that stays up. `console` blocks are not: `npm ci` and
 * `npm test` are what a clean checkout starts with, and the rest never ends by itself. `text` blocks are what
 * those before them print; `…` stands for lines left out.
 */
const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
  language: language!,
  text: text!,
}));

const run = promisify(execFile);
const leftOut =
  spawnSync('curl', ['--version']).status === 0
    ? ''
    : ' [left out: curl is missing, e.g. apt-get install curl]';

test('README begins with two commands: one to try it, one to test it', () => {
  const promised = blocks.filter(({ language }) => language === 'console').map(({ text }) => text.trim());
  expect(promised.slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
});

test.skipIf(leftOut)(`what README shows is what happens${leftOut}`, { timeout: 150_000 }, async () => {
  const demo = startDemo('npm', ['run', 'demo']);
  await demo.printed('Ctrl-C ends the demo and removes its store.');
  const variables = exportedVariables(demo.output());
  let printed = '';
  for (const { language, text } of blocks) {
    if (language === 'sh') {
      const env = { ...process.env, ...variables };
      const { stdout } = await run('sh', ['-euc', text], { env });
      printed += stdout;
    }
    if (language === 'text')
      for (const line of text.trimEnd().split('\n'))
        if (line !== '…' && !printed.split('\n').some((one) => one.endsWith(line))) await demo.printed(line);
  }
  expect(printed).toContain('recreate-uk-1: 1 user approved');
  expect(printed).toContain('valid; names in Connect were not checked');

  const folder = dirname(variables['BRIDGE_SOCKET']!);
  expect(existsSync(folder)).toBe(true);
  demo.interrupt();
  await demo.ended;
  expect(existsSync(folder)).toBe(false);
});

test('README links to files that exist', () => {
  const links = [...readme.matchAll(/\]\(([^):#]+)\)/g)].map(([, path]) => path!);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
});
