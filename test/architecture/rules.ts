import { posix } from 'node:path';
import { importsOf, withoutComments } from './imports.ts';

export interface SourceFile {
  /** From the root of the repository, with slashes: src/scim/error.ts. */
  readonly path: string;
  readonly text: string;
}

/** Every way in which these files break the layout of the project, one sentence each; empty when they keep it. */
export function violations(files: readonly SourceFile[]): string[] {
  const source = files.filter(({ path }) => path.startsWith('src/'));
  return [
    ...source.flatMap(forbiddenArrows),
    ...source.flatMap(forbiddenPackages),
    ...source.flatMap(processOutsideMain),
    ...importCycles(source),
    ...longFiles(source),
    ...fullFolders(files),
    ...vagueFolders(files),
  ];
}

/** What each folder of src may import from outside itself: folders, or single files. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  scim: [],
  connect: [],
  simulator: [],
  console: [],
  mapping: ['scim', 'connect/user.ts', 'connect/catalog.ts'],
  plan: ['connect/user.ts'],
  store: ['scim', 'connect/user.ts', 'plan'],
  config: ['mapping', 'plan'],
  sync: ['scim', 'connect', 'mapping', 'plan', 'store', 'config'],
  http: ['scim', 'mapping', 'plan', 'config', 'store', 'sync'],
};

/** The edge of the program: may import everything, and makes the log and the clock that others are given. */
const UNRESTRICTED = ['cli', 'main.ts'];
const TYPES_FOR_ALL = ['log.ts', 'clock.ts'];

function forbiddenArrows(file: SourceFile): string[] {
  const from = topOf(file.path);
  if (UNRESTRICTED.includes(from) || TYPES_FOR_ALL.includes(from)) return [];
  const allowed = ARROWS[from];
  if (!allowed) return [`${file.path}: no arrows are drawn for src/${from}; name its imports in ARROWS`];
  return localImports(file)
    .filter(({ target, typeOnly }) => {
      const to = target.slice('src/'.length);
      if (TYPES_FOR_ALL.includes(to)) return !typeOnly;
      return topOf(target) !== from && !allowed.some((one) => to === one || to.startsWith(`${one}/`));
    })
    .map(({ target, typeOnly }) =>
      TYPES_FOR_ALL.includes(topOf(target)) && !typeOnly
        ? `${file.path} imports ${target} as a value; it is given one as an argument`
        : `${file.path} imports ${target}; src/${from} may use ${allowed.join(', ') || 'no other folder'}`,
    );
}

/** Packages that only one place knows. */
const PACKAGES = [
  { packages: /^@(aws-sdk|smithy)\//, home: 'src/connect/' },
  { packages: /^(node:sqlite|pg|better-sqlite3)$/, home: 'src/store/' },
  { packages: /^scimmy(\/|$)/, home: 'src/scim/' },
  { packages: /^@marcbachmann\/cel-js$/, home: 'src/mapping/expression.ts' },
  { packages: /^(node:)?process$/, home: 'src/main.ts' },
];

function forbiddenPackages({ path, text }: SourceFile): string[] {
  return importsOf(text).flatMap(({ specifier }) =>
    PACKAGES.filter(({ packages, home }) => packages.test(specifier) && !path.startsWith(home)).map(
      ({ home }) => `${path} imports ${specifier}, which only ${home} may`,
    ),
  );
}

function processOutsideMain({ path, text }: SourceFile): string[] {
  const used = /(?<![\w$.])process(\?\.|\.|\[)['\w]|[=(]\s*process\s*[;,)]|globalThis\.process/;
  if (path === 'src/main.ts' || !used.test(withoutComments(text))) return [];
  return [`${path} uses process, which only src/main.ts may`];
}

function importCycles(source: readonly SourceFile[]): string[] {
  const targets = new Map(source.map((file) => [file.path, localImports(file).map(({ target }) => target)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path)) return;
    done.add(path);
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
  };
  for (const path of targets.keys()) visit(path, []);
  return cycles.map((cycle) => `import cycle: ${cycle}`);
}

const MAX_LINES = 300;

function longFiles(source: readonly SourceFile[]): string[] {
  return source.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MAX_LINES ? [`${path} has ${lines} lines; ${MAX_LINES} is the ceiling`] : [];
  });
}

const MAX_FILES = 12;

function fullFolders(files: readonly SourceFile[]): string[] {
  const folders = Map.groupBy(files, ({ path }) => posix.dirname(path));
  return [...folders].flatMap(([folder, { length }]) =>
    length > MAX_FILES ? [`${folder} has ${length} files; ${MAX_FILES} is the ceiling`] : [],
  );
}

const VAGUE = ['utils', 'util', 'lib', 'helpers', 'common', 'shared', 'misc'];

function vagueFolders(files: readonly SourceFile[]): string[] {
  const folders = new Set(files.map(({ path }) => posix.dirname(path)));
  return [...folders]
    .filter((folder) => folder.split('/').some((name) => VAGUE.includes(name)))
    .map((folder) => `${folder}: a folder is named for its subject`);
}

function localImports({ path, text }: SourceFile) {
  return importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => ({ target: posix.join(posix.dirname(path), specifier), typeOnly }));
}

/** The folder of src, or the file right below it. */
function topOf(path: string): string {
  return path.split('/')[1] ?? '';
}
