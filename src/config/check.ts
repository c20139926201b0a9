import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { ConfigProblem } from './error.ts';
import { permittedKeysAt } from './schema-keys.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** The file as its schema has it, or everything in it that the schema refuses, each at its place. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export function checkFile<T>(yaml: YamlFile, schema: z.ZodType<T>): Checked<T> {
  if (yaml.problems.length > 0) return { ok: false, problems: yaml.problems };
  const parsed = schema.safeParse(yaml.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issues = firstPerValue(parsed.error.issues);
  return { ok: false, problems: issues.flatMap((issue) => problemsOf(issue, issues, yaml, schema)) };
}

/** A value of the wrong type is not also too long. */
function firstPerValue(issues: readonly Issue[]): readonly Issue[] {
  const wrongTypes = new Set(
    issues.flatMap(({ code, path }) => (code === 'invalid_type' ? [path.join('/')] : [])),
  );
  return issues.filter(({ code, path }) => code === 'invalid_type' || !wrongTypes.has(path.join('/')));
}

/** @param siblings all issues found beside this one */
function problemsOf(
  issue: Issue,
  siblings: readonly Issue[],
  yaml: YamlFile,
  schema: z.ZodType,
): readonly ConfigProblem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = permittedKeysAt(schema, path);
    return issue.keys
      .filter((key) => emptyKeyAbove(key, path, yaml, schema) === undefined)
      .map((key) => ({ ...yaml.keyPosition(path, key), message: unknownKey(key, known) }));
  }
  if (issue.code === 'invalid_union') return unionProblems(issue, yaml, schema);
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const expected = issue.issues[0]?.message ?? 'another key';
    return [{ ...yaml.keyPosition(path.slice(0, -1), key), message: found(key, expected) }];
  }
  const value = valueAt(yaml.value, path);
  if (value === undefined && isMisspelt(path, siblings, schema)) return [];
  const hint = value === null && path.length > 0 ? indentHint(path, yaml, schema) : '';
  return [{ ...yaml.position(path), message: fault(issue, withoutSecret(path, value)) + hint }];
}

/** What stands in place of a hash can be the token, and an address can hold a password. */
function withoutSecret(path: Path, value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value;
  return path.at(-1) === 'tokenHash' ? '…' : value.replace(/\/\/[^/]*@/, '//…@');
}

/** The key of the same map that has no value, and below which `key` would stand if it were indented. */
function emptyKeyAbove(key: string, path: Path, yaml: YamlFile, schema: z.ZodType): string | undefined {
  const map = valueAt(yaml.value, path) as Readonly<Record<string, unknown>>;
  return Object.keys(map).find(
    (other) => map[other] === null && permittedKeysAt(schema, [...path, other]).includes(key),
  );
}

/** What else to say of a key without a value, when those that belong below it stand beside it. */
function indentHint(path: Path, yaml: YamlFile, schema: z.ZodType): string {
  const parent = path.slice(0, -1);
  const map = valueAt(yaml.value, parent) as Readonly<Record<string, unknown>>;
  const beside = Object.keys(map).filter(
    (key) => emptyKeyAbove(key, parent, yaml, schema) === path.at(-1) && map[key] !== null,
  );
  return beside.length === 0 ? '' : ` Indent ${beside.join(', ')} below it.`;
}

/** Whether the key that is missing stands there misspelt, which is reported already. */
function isMisspelt(path: Path, siblings: readonly Issue[], schema: z.ZodType): boolean {
  const parent = path.slice(0, -1);
  return siblings.some(
    (issue) =>
      issue.code === 'unrecognized_keys' &&
      issue.path.join('/') === parent.join('/') &&
      issue.keys.some((key) => likeliest(key, permittedKeysAt(schema, parent)) === path.at(-1)),
  );
}

function unknownKey(key: string, known: readonly string[]): string {
  const likely = likeliest(key, known);
  return `unknown key "${key}".${likely === null ? '' : ` Closest: "${likely}".`}\nKeys here: ${known.join(', ')}.`;
}

/** The known key that was meant, if one is near enough to say so. */
function likeliest(key: string, known: readonly string[]): string | null {
  if (known.length < 2) return known[0] ?? null;
  const nearest = closest(key, [...known]);
  return distance(key, nearest) <= Math.max(2, nearest.length / 2) ? nearest : null;
}

/** Of the alternatives, the one that takes this kind of value at all says what is wrong with it. */
function unionProblems(
  issue: Issue & { readonly code: 'invalid_union' },
  yaml: YamlFile,
  schema: z.ZodType,
): readonly ConfigProblem[] {
  const taker = issue.errors.find(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  if (taker === undefined || taker.length === 0) {
    const value = valueAt(yaml.value, issue.path);
    const hint = value === null ? indentHint(issue.path, yaml, schema) : '';
    return [{ ...yaml.position(issue.path), message: fault(issue, value) + hint }];
  }
  const issues = taker.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  return issues.flatMap((inner) => problemsOf(inner, issues, yaml, schema));
}

/** Schemas give their own message where a pattern or a condition would tell a reader little. */
function fault(issue: Issue, value: unknown): string {
  if (value === undefined) return `missing key "${String(issue.path.at(-1))}".`;
  return found(value, expectation(issue));
}

function found(value: unknown, expected: string): string {
  // YAML reads +44…, 007 and yes-like words as numbers and flags.
  const quotes = typeof value !== 'string' && Object(value) !== value && expected.startsWith('a text');
  return `found ${show(value)}, expected ${expected}.${quotes && value !== null ? ' Put it in quotes.' : ''}`;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map(show).join(' or ');
  if (issue.code === 'too_small') return `at least ${counted(issue.minimum, issue.origin)}`;
  if (issue.code === 'too_big') return `at most ${counted(issue.maximum, issue.origin)}`;
  return issue.message;
}

function counted(count: number | bigint, origin: string): string {
  const [one, many] = UNITS[origin] ?? ['', ''];
  return `${count}${count === 1 ? one : many}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
};

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: [' character', ' characters'],
  array: [' entry', ' entries'],
};

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map of keys';
  return JSON.stringify(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
