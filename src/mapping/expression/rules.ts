import { closest } from 'fastest-levenshtein';
import type { Attribute, Attributes } from './attributes.ts';
import { ExpressionError, type TextRange } from './error.ts';
import { functionHint, nearestPath } from './hint.ts';
import { patternProblem } from './pattern.ts';
import { isCountry } from './phone.ts';

/** The part of a CEL syntax tree that the rules look at. */
export interface SyntaxNode extends TextRange {
  readonly op: string;
  readonly args: unknown;
  /** Where the operator or, of an attribute access, the attribute's name begins. */
  readonly pos: number;
}

/** Functions that an expression may call; `a.f(b)` and `f(a, b)` alike. */
export const FUNCTIONS = [
  'primary',
  'phone',
  'e164',
  'lookup',
  'default',
  'lower',
  'upper',
  'before',
  'after',
  'replace',
  'truncate',
  'ascii',
  'nfc',
  're2',
  'contains',
  'startsWith',
  'endsWith',
  'indexOf',
  'lastIndexOf',
  'substring',
  'trim',
  'lowerAscii',
  'upperAscii',
  'split',
  'join',
  'size',
  'string',
  'int',
] as const;

/** Functions that take a variable and an expression over each element of a list. */
export const COMPREHENSIONS = ['exists', 'exists_one', 'all', 'filter', 'map'] as const;

const REFUSED: Readonly<Record<string, string>> = {
  matches:
    'a pattern can take hours on a text made for it. Use re2(text, "pattern"), or startsWith, endsWith, contains',
  has: 'every attribute is there, an absent one is empty. Compare with "" instead: user.title != ""',
  bind: 'write the expression out where it is used',
  dyn: 'it would hide mistakes from the check that is made when this file is read',
};

/** Nested comprehensions multiply: over 1,000 entries, two levels are a million steps and three a billion. */
const MAX_NESTING = 2;
/** `re2` goes over a text as a comprehension goes over a list. */
const NESTED: readonly string[] = [...COMPREHENSIONS, 're2'];
/** Chained ones multiply what they build: `map(x, x + x)` doubles a text, `split("")` makes a list of it. */
const MAX_CHAINED = 3;
const CHAINED: readonly string[] = [...COMPREHENSIONS, 'split', 'join'];

/** What an expression may refer to. */
export interface Scope {
  readonly attributes: Attributes;
  /** Names of the tables of the file. */
  readonly tables: readonly string[];
  /** Whether `groups` may be read. */
  readonly groups: boolean;
}

/** What an expression reads, each in order of appearance, without duplicates. */
export interface Reads {
  /** Attribute paths, e.g. `user.name.givenName`. */
  readonly facts: readonly string[];
  /** Groups that it names: the literals in `"X" in groups`. */
  readonly namedGroups: readonly string[];
  /** Whether it reads `groups` in another way too. */
  readonly allGroups: boolean;
}

/**
 * Refuses what the type check lets through: expensive or misleading functions, and what is not declared.
 *
 * @throws ExpressionError with the first thing that is wrong
 */
export function inspect(root: SyntaxNode, text: string, scope: Scope): Reads {
  const facts = new Set<string>();
  const namedGroups = new Set<string>();
  let allGroups = false;
  let chained = 0;

  function visit(node: SyntaxNode, nesting: number): void {
    const path = attributePath(node);
    const group = namedGroup(node);
    if (path !== null) {
      facts.add(declaredPath(path, scope.attributes));
      return;
    }
    if (isVariable(node, 'groups')) {
      refuseGroups(node, scope);
      allGroups = true;
    } else if (group !== null) {
      refuseGroups(node, scope);
      namedGroups.add(group);
    } else if (node.op === 'call' || node.op === 'rcall') visitCall(node, nesting);
    else for (const child of children(node)) visit(child, nesting);
  }

  function visitCall(node: SyntaxNode, nesting: number): void {
    const { name, receiver, args } = callOf(node);
    const at = nameRange(text, name, receiver?.end ?? node.start);
    refuseUnknown(name, at);
    if (receiver !== null) visit(receiver, nesting);
    if (CHAINED.includes(name) && ++chained > MAX_CHAINED) {
      throw new ExpressionError(
        `an expression can use ${CHAINED.join(', ')} ${MAX_CHAINED} times at most.`,
        at,
      );
    }
    if (NESTED.includes(name)) refuseNesting(nesting + 1, at);
    if (isComprehension(name)) {
      refuseShadowing(args[0]);
      for (const arg of args.slice(1)) visit(arg, nesting + 1);
      return;
    }
    if (name === 'e164') refuseUnknownCountry(args[1]);
    if (name === 're2') refuseBadPattern(args.at(-1));
    if (name === 'lookup') refuseUnknownTable(args[0], scope.tables);
    for (const arg of args) {
      if (name === 'phone' && isVariable(arg, 'user')) facts.add('user.phoneNumbers');
      else visit(arg, nesting);
    }
  }

  visit(root, 0);
  return { facts: [...facts], namedGroups: [...namedGroups], allGroups };
}

/** The literal in `"X" in groups`. */
function namedGroup({ op, args }: SyntaxNode): string | null {
  if (op !== 'in') return null;
  const [name, list] = args as readonly [SyntaxNode, SyntaxNode];
  return name.op === 'value' && typeof name.args === 'string' && isVariable(list, 'groups')
    ? name.args
    : null;
}

function refuseGroups(node: SyntaxNode, { groups }: Scope): void {
  if (groups) return;
  throw new ExpressionError(
    'groups can be read in rules only: what is written here must be known before there are groups.',
    node,
  );
}

function refuseUnknown(name: string, at: TextRange): void {
  const known: readonly string[] = [...FUNCTIONS, ...COMPREHENSIONS];
  if (known.includes(name)) return;
  const reason = REFUSED[name];
  if (reason !== undefined) throw new ExpressionError(`${name} cannot be used: ${reason}.`, at);
  throw new ExpressionError(`there is no function "${name}".${functionHint(name, known)}`, at);
}

function refuseNesting(nesting: number, at: TextRange): void {
  if (nesting <= MAX_NESTING) return;
  const list = NESTED.join(', ');
  throw new ExpressionError(`${list} can be nested ${MAX_NESTING} deep, this is ${nesting}.`, at);
}

function refuseShadowing(variable: SyntaxNode | undefined): void {
  if (variable?.op !== 'id' || (variable.args !== 'user' && variable.args !== 'groups')) return;
  throw new ExpressionError(`choose another name: \`${variable.args}\` is taken.`, variable);
}

function refuseUnknownCountry(country: SyntaxNode | undefined): void {
  if (country?.op !== 'value' || typeof country.args !== 'string' || isCountry(country.args)) return;
  throw new ExpressionError(
    `no country "${country.args}". Expected a code of ISO 3166 in upper case, like "GB".`,
    country,
  );
}

function refuseBadPattern(pattern: SyntaxNode | undefined): void {
  if (pattern === undefined) return;
  const { op, args } = pattern;
  if (op !== 'value' || typeof args !== 'string')
    throw new ExpressionError('write the pattern out: re2(user.userName, "^a-").', pattern);
  const problem = patternProblem(args);
  if (problem !== null) throw new ExpressionError(`not a pattern that RE2 takes: ${problem}.`, pattern);
}

function refuseUnknownTable(table: SyntaxNode | undefined, tables: readonly string[]): void {
  if (table === undefined) return;
  const { op, args } = table;
  if (op !== 'value' || typeof args !== 'string')
    throw new ExpressionError('write the name of the table out: lookup("sites", …).', table);
  if (tables.includes(args)) return;
  const near = tables.length > 0 ? ` Closest: "${closest(args, [...tables])}".` : ' The file has none.';
  throw new ExpressionError(`no table "${args}" under tables.${near}`, table);
}

interface PathStep extends TextRange {
  readonly name: string;
}

/** The steps of `user.a.b`; empty for `user` itself, null for anything else. */
function attributePath(node: SyntaxNode): readonly PathStep[] | null {
  if (isVariable(node, 'user')) return [{ name: '', start: node.start, end: node.end }];
  if (node.op !== '.') return null;
  const [object, name] = node.args as [SyntaxNode, string];
  const path = attributePath(object);
  return path === null ? null : [...path, { name, start: node.pos, end: node.pos + name.length }];
}

function declaredPath([user, ...steps]: readonly PathStep[], attributes: Attributes): string {
  let path = 'user';
  let scope: Attribute = { kind: 'complex', attributes };
  if (steps.length === 0 && user !== undefined) {
    throw new ExpressionError('name an attribute, like user.userName. Only phone() takes the user.', user);
  }
  for (const step of steps) {
    scope = attributeOf(scope, path, step);
    path = `${path}.${step.name}`;
  }
  return path;
}

function attributeOf(scope: Attribute, path: string, step: PathStep): Attribute {
  if (scope.kind === 'list' || scope.kind === 'strings') {
    throw new ExpressionError(
      `${path} is a list. Use primary(${path}), or ${path}.exists(x, …) to ask about its elements.`,
      step,
    );
  }
  if (scope.kind !== 'complex') {
    throw new ExpressionError(`${path} has no parts, so there is no "${step.name}" in it.`, step);
  }
  const attribute = Object.hasOwn(scope.attributes, step.name) ? scope.attributes[step.name] : undefined;
  if (attribute !== undefined) return attribute;
  const near = nearestPath(step.name, scope.attributes, path);
  const names = Object.keys(scope.attributes).join(', ');
  const hint = near === null ? `There are: ${names}.` : `Closest: ${near}.`;
  throw new ExpressionError(`no attribute "${step.name}" in ${path}. ${hint}`, step);
}

function callOf({ op, args }: SyntaxNode) {
  const parts = args as readonly unknown[];
  return {
    name: parts[0] as string,
    receiver: op === 'rcall' ? (parts[1] as SyntaxNode) : null,
    args: parts[op === 'rcall' ? 2 : 1] as readonly SyntaxNode[],
  };
}

function isVariable({ op, args }: SyntaxNode, name: 'user' | 'groups'): boolean {
  return op === 'id' && args === name;
}

function isComprehension(name: string): boolean {
  return (COMPREHENSIONS as readonly string[]).includes(name);
}

/** Where a called function's name stands: the tree keeps the range of the whole call only. */
function nameRange(text: string, name: string, from: number): TextRange {
  const start = text.indexOf(name, from);
  return { start, end: start + name.length };
}

function children({ op, args }: SyntaxNode): readonly SyntaxNode[] {
  if (op === 'value' || op === 'id') return [];
  const list = Array.isArray(args) ? (args.flat() as unknown[]) : [args];
  return list.filter((item): item is SyntaxNode => typeof item === 'object' && item !== null);
}
