import { closest, distance } from 'fastest-levenshtein';
import type { Attribute, Attributes } from './attributes.ts';

/** What people who know another language write, at the place where CEL stops understanding. */
const FOREIGN: readonly (readonly [written: RegExp, hint: string])[] = [
  [/^and\b/i, 'Write && for and.'],
  [/^or\b/i, 'Write || for or.'],
  [/^not\b/i, 'Write ! for not.'],
  [/^[“”„‘’]/, 'Write straight quotes: "Sales".'],
  [/^=/, 'Write == to compare.'],
  [/^>/, 'Write != for "is not".'],
  [/^&/, 'Write && for and, + to join texts.'],
  [/^\|/, 'Write || for or.'],
  [/^[$%]/, 'Attributes are written bare: user.userName.'],
];

/** Added to a syntax error at `start`; "" when nothing is known to be meant. */
export function syntaxHint(text: string, start: number): string {
  const rest = text.slice(start);
  const hint = FOREIGN.find(([written]) => written.test(rest))?.[1];
  return hint === undefined ? '' : ` ${hint}`;
}

/** Added to a type error, by what the library says of the types. */
export function typeHint(summary: string): string {
  if (/list\b.*\.contains\(/.test(summary)) return ' Write "Sales" in groups.';
  if (/overload: .*\bnull\b/.test(summary)) return ' What a user does not have is "": compare with that.';
  if (/overload: (string [!=<>]=? int|int [!=<>]=? string)/.test(summary))
    return ' Attributes are texts: put the number in quotes.';
  if (/overload: .*\bUser\./.test(summary)) return ' It has parts: name one of them.';
  return '';
}

/** Functions of other languages, with what takes their place. */
const FOREIGN_FUNCTIONS: Readonly<Record<string, string>> = {
  toLower: 'lower',
  toLowerCase: 'lower',
  toUpper: 'upper',
  toUpperCase: 'upper',
  substringBefore: 'before',
  substringAfter: 'after',
  includes: 'contains',
  length: 'size',
  coalesce: 'default',
  not: '!',
  append: '+',
  concat: '+',
  isMemberOfGroup: '"Sales" in groups',
  isMemberOfGroupName: '"Sales" in groups',
};

/** Added where there is no such function. */
export function functionHint(name: string, known: readonly string[]): string {
  const other = FOREIGN_FUNCTIONS[name];
  if (other !== undefined) return ` Write ${other} instead.`;
  const near = nearest(name, known);
  return near === null ? ' docs/mapping.md lists them.' : ` Closest: ${near}.`;
}

/** Added where there is no such variable. */
export function variableHint(name: string, attributes: Attributes, tables: readonly string[]): string {
  if (name === 'tables' || tables.includes(name))
    return ` Look into a table with lookup("${tables[0] ?? 'sites'}", …).`;
  const near = nearest(name, ['user', 'groups']) ?? nearestPath(name, attributes, 'user');
  const meant = near === null ? `A text stands in quotes: "${name}".` : `Closest: ${near}.`;
  return ` There are user and, in rules, groups. ${meant}`;
}

/**
 * The declared path below `path` whose last name is like `name`, whatever extension it is in.
 *
 * @returns null when none is
 */
export function nearestPath(name: string, attributes: Attributes, path: string): string | null {
  const paths = pathsIn(attributes, path);
  const names = [...new Set(paths.map(lastName))];
  const near = nearest(name, names);
  return near === null ? null : (paths.find((one) => lastName(one) === near) ?? null);
}

/** Attributes near the user first, lists' elements not at all: they are read in other ways. */
function pathsIn(attributes: Attributes, path: string): readonly string[] {
  const own = Object.entries(attributes).map(([name, attribute]) => [`${path}.${name}`, attribute] as const);
  return [...own.map(([one]) => one), ...own.flatMap(([one, attribute]) => below(attribute, one))];
}

function below(attribute: Attribute, path: string): readonly string[] {
  return attribute.kind === 'complex' ? pathsIn(attribute.attributes, path) : [];
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** In any case, and also when only its beginning is written; null when more than a third would differ. */
function nearest(name: string, known: readonly string[]): string | null {
  const folded = name.toLowerCase();
  const begun = known.find((one) => name.length > 2 && one.toLowerCase().startsWith(folded));
  if (begun !== undefined) return begun;
  const near = closest(
    folded,
    known.map((one) => one.toLowerCase()),
  );
  if (distance(folded, near) > Math.max(name.length > 4 ? 2 : 1, name.length / 3)) return null;
  return known.find((one) => one.toLowerCase() === near) ?? null;
}
