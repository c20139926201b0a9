import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violations } from './architecture/rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the sources keep the layout of the project', () => {
  const paths = globSync(['src/**/*.ts', 'src/**/*.tsx', 'test/**/*.ts'], { cwd: root });
  expect(paths.length).toBeGreaterThan(50);
  const files = paths.map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
  expect(violations(files)).toEqual([]);
});

describe('the check of imports', () => {
  const cases: { name: string; path: string; text: string; found: string[] }[] = [
    {
      name: 'lets a folder import itself, and what is drawn for it',
      path: 'src/mapping/rule.ts',
      text: `import { a } from './a.ts';\nimport type { U } from '../connect/user.ts';\nimport { s } from '../scim/filter/filter.ts';\n`,
      found: [],
    },
    {
      name: 'refuses a folder that is not drawn',
      path: 'src/scim/patch/apply.ts',
      text: `import { u } from '../../store/users.ts';\n`,
      found: ['src/scim/patch/apply.ts imports src/store/users.ts; src/scim may use no other folder'],
    },
    {
      name: 'refuses a file of a folder of which others are allowed',
      path: 'src/plan/plan.ts',
      text: `import {\n  a,\n  b,\n} from '../connect/instance.ts';\n`,
      found: ['src/plan/plan.ts imports src/connect/instance.ts; src/plan may use connect/user.ts'],
    },
    {
      name: 'refuses types too: a forbidden word is a forbidden word',
      path: 'src/sync/worker.ts',
      text: `import type { S } from '../http/server.ts';\n`,
      found: [
        'src/sync/worker.ts imports src/http/server.ts; src/sync may use scim, connect, mapping, plan, store, config',
      ],
    },
    {
      name: 'sees re-exports and imports that run later',
      path: 'src/connect/a.ts',
      text: `export * from '../plan/plan.ts';\nconst b = await import('../plan/guard.ts');\n`,
      found: [
        'src/connect/a.ts imports src/plan/plan.ts; src/connect may use no other folder',
        'src/connect/a.ts imports src/plan/guard.ts; src/connect may use no other folder',
      ],
    },
    {
      name: 'lets everyone have the clock as a type',
      path: 'src/simulator/a.ts',
      text: `import type { Clock } from '../clock.ts';\n`,
      found: [],
    },
    {
      name: 'refuses the clock as a value',
      path: 'src/simulator/a.ts',
      text: `import { systemClock } from '../clock.ts';\n`,
      found: ['src/simulator/a.ts imports src/clock.ts as a value; it is given one as an argument'],
    },
    {
      name: 'lets the command line import everything',
      path: 'src/cli/serve.ts',
      text: `import { systemClock } from '../clock.ts';\nimport { s } from '../http/server.ts';\n`,
      found: [],
    },
    {
      name: 'overlooks what only a comment imports',
      path: 'src/scim/a.ts',
      text: `/**\n * import { u } from '../store/users.ts';\n */\n// import '../store/users.ts';\n`,
      found: [],
    },
  ];
  test.each(cases)('$name', ({ path, text, found }) => {
    expect(violations([{ path, text }])).toEqual(found);
  });

  test('asks for the arrows of a folder that is new', () => {
    const [found] = violations([{ path: 'src/reports/a.ts', text: '' }]);
    expect(found).toContain('no arrows are drawn for src/reports');
  });
});

describe('the check of packages', () => {
  const cases = [
    {
      specifier: '@aws-sdk/client-connect',
      home: 'src/connect/api/connection.ts',
      elsewhere: 'src/sync/worker.ts',
    },
    { specifier: 'node:sqlite', home: 'src/store/engine/sqlite.ts', elsewhere: 'src/cli/backup.ts' },
    { specifier: 'pg', home: 'src/store/engine/pg.ts', elsewhere: 'src/http/health.ts' },
    { specifier: 'scimmy/schemas', home: 'src/scim/schema/core.ts', elsewhere: 'src/http/scim/schemas.ts' },
    {
      specifier: '@marcbachmann/cel-js',
      home: 'src/mapping/expression.ts',
      elsewhere: 'src/mapping/rule.ts',
    },
    { specifier: 'node:process', home: 'src/main.ts', elsewhere: 'src/cli/serve.ts' },
  ];
  test.each(cases)('keeps $specifier in its place', ({ specifier, home, elsewhere }) => {
    const text = `import { x } from '${specifier}';\n`;
    expect(violations([{ path: home, text }])).toEqual([]);
    expect(violations([{ path: elsewhere, text }])).toEqual([
      expect.stringContaining(`${elsewhere} imports ${specifier}, which only`),
    ]);
  });
});

describe('the check of process', () => {
  const uses = [
    'process.env',
    'process?.exit()',
    'process["exit"](1)',
    'const { env } = process;',
    'run(process);',
  ];
  test.each([...uses, 'globalThis.process'])('finds %s', (text) => {
    const found = ['src/http/a.ts uses process, which only src/main.ts may'];
    expect(violations([{ path: 'src/http/a.ts', text: text.replaceAll('"', "'") }])).toEqual(found);
    expect(violations([{ path: 'src/main.ts', text }])).toEqual([]);
  });

  test.each(["'another process. Stop it'", '// process.env', 'child.process.kill()', 'preprocess.all()'])(
    'overlooks %s',
    (text) => {
      expect(violations([{ path: 'src/http/a.ts', text }])).toEqual([]);
    },
  );
});

test('a cycle of imports is found, also through types', () => {
  const files = [
    { path: 'src/plan/a.ts', text: `import { b } from './b.ts';\n` },
    { path: 'src/plan/b.ts', text: `import type { C } from './deep/c.ts';\n` },
    { path: 'src/plan/deep/c.ts', text: `import { a } from '../a.ts';\n` },
  ];
  expect(violations(files)).toEqual([
    'import cycle: src/plan/a.ts → src/plan/b.ts → src/plan/deep/c.ts → src/plan/a.ts',
  ]);
  expect(violations(files.slice(0, 2))).toEqual([]);
});

test('a file of more than 300 lines is found', () => {
  expect(violations([{ path: 'src/plan/a.ts', text: 'x\n'.repeat(300) }])).toEqual([]);
  expect(violations([{ path: 'src/plan/a.ts', text: 'x\n'.repeat(301) }])).toEqual([
    'src/plan/a.ts has 301 lines; 300 is the ceiling',
  ]);
});

test('a folder of more than 12 files is found, its subfolders not counted', () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ path: `src/plan/a${i}.ts`, text: '' }));
  expect(violations([...files(12), { path: 'src/plan/deep/b.ts', text: '' }])).toEqual([]);
  expect(violations(files(13))).toEqual(['src/plan has 13 files; 12 is the ceiling']);
});

test.each(['src/utils/a.ts', 'src/scim/helpers/a.ts', 'test/shared/a.ts'])(
  '%s is in a vague folder',
  (path) => {
    expect(violations([{ path, text: '' }])).toContainEqual(expect.stringContaining('named for its subject'));
  },
);
