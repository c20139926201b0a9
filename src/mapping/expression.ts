import { Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { JsonValue } from '../scim/resource.ts';
import { jsonEqual } from '../scim/value/equal.ts';
import {
  type Attribute,
  type Attributes,
  fillerOf,
  keyOf,
  type TypeOf,
  type UserJson,
} from './expression/attributes.ts';
import { ExpressionError } from './expression/error.ts';
import { factsText } from './expression/fact.ts';
import { celFunctions, type Tables } from './expression/functions.ts';
import { primaryValue } from './expression/phone.ts';
import { syntaxHint, typeHint, variableHint } from './expression/hint.ts';
import { inspect, type Reads } from './expression/rules.ts';
import type { Subject } from './expression/subject.ts';
import { MAX_RESULT_LENGTH } from './expression/text.ts';
import { type Yield, yieldsOf } from './expression/yields.ts';

/** What an expression can yield. */
export type ExpressionType = 'string' | 'bool' | 'int' | 'list<string>';

/** A compiled CEL expression over `user` and, where they may be read, `groups`. */
export interface Expression {
  readonly text: string;
  readonly reads: Reads;
  /** The file's tables, as JSON, when it looks into any: with other rows it can mean other users. */
  readonly rows: string;
  /** As far as they can be known without a user. */
  readonly yields: readonly Yield[];
  /** Whether all that it reads of a user is the same in both, groups aside, so that it yields the same. */
  readsAlike(one: UserJson, other: UserJson): boolean;
  /** What it reads, as it is for a user: `user.name.givenName = "Ana"`; "" when it reads nothing. */
  factText(subject: Subject): string;
  /**
   * @returns a value of the type it was compiled for; ints as numbers
   * @throws ExpressionError when the values at hand do not allow it, e.g. an index out of range
   */
  evaluate(subject: Subject): unknown;
}

export interface CompileOptions {
  readonly expects: ExpressionType;
  /** Whether `groups` may be read. */
  readonly groups: boolean;
}

/**
 * Compiles and checks expressions.
 *
 * @throws ExpressionError with the first thing that is wrong
 */
export type Compile = (text: string, options: CompileOptions) => Expression;

/**
 * Structural limits. No honest rule comes near them, and what they admit is evaluated in microseconds: CEL has
 * no loops but the comprehensions, which `inspect` counts.
 */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 30,
  maxListElements: 200,
  maxMapEntries: 0,
  maxCallArguments: 4,
};

/** The expressions of one mapping file: what may be read of a user, and the tables that can be looked into. */
export function expressionCompiler(attributes: Attributes, tables: Tables): Compile {
  const { environment, typeOf } = celEnvironment(attributes, tables);
  const contextOf = rememberingContext(attributes, typeOf);
  return (written, { expects, groups }) => {
    // As groups are; so a text in it can be compared with them.
    const text = written.normalize('NFC');
    const run = parse(environment, text);
    const reads = inspect(run.ast, text, { attributes, tables: Object.keys(tables), groups });
    checkType(run, text, { expects, attributes, tables });
    const roots = [...new Set(reads.facts.map((fact) => fact.split('.')[1] ?? ''))];
    const keys = roots.flatMap((root) => (attributes[root] ? [keyOf(root, attributes[root])] : []));
    return {
      text,
      reads,
      rows: /\blookup\b/.test(text) ? JSON.stringify(tables) : '',
      yields: yieldsOf(run.ast, tables),
      readsAlike: (one, other) =>
        keys.every((key) => jsonEqual(one[key] as JsonValue, other[key] as JsonValue)),
      factText: (subject) => factsText(reads, attributes, subject),
      evaluate: (subject) => evaluated(run, text, contextOf(subject, roots)),
    };
  };
}

interface CelContext extends Record<string, unknown> {
  readonly user: Record<string, unknown>;
  readonly groups: readonly string[];
}

/** Fills in what is declared, once for all expressions that are asked about the same subject in a row. */
function rememberingContext(attributes: Attributes, typeOf: TypeOf) {
  const User = typeOf('User');
  const fillers = new Map(
    Object.entries(attributes).map(([root, attribute]) => [
      root,
      { key: keyOf(root, attribute), fill: fillerOf(attribute, typeName('User', root), typeOf) },
    ]),
  );
  let last: { readonly subject: Subject; readonly context: CelContext } | null = null;
  return (subject: Subject, roots: readonly string[]): CelContext => {
    if (last?.subject !== subject) {
      // Sorted, so that no expression can depend on the order in which groups come.
      last = { subject, context: { user: new User(), groups: [...subject.groups].sort() } };
    }
    const { context } = last;
    for (const root of roots) {
      const filler = fillers.get(root);
      if (filler === undefined || Object.hasOwn(context.user, root)) continue;
      context.user[root] = filler.fill(subject.user[filler.key]);
    }
    return context;
  };
}

type Compiled = ReturnType<Environment['parse']>;

function parse(environment: Environment, text: string): Compiled {
  try {
    return environment.parse(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const range = error.range ?? whole(text);
    const hint = syntaxHint(text, range.start);
    throw new ExpressionError(`not a CEL expression: ${error.summary}.${hint}`, range, error);
  }
}

interface TypeScope {
  readonly expects: ExpressionType;
  readonly attributes: Attributes;
  readonly tables: Tables;
}

function checkType(run: Compiled, text: string, { expects, attributes, tables }: TypeScope): void {
  const { type, error } = run.check();
  if (error !== undefined) {
    const range = error.range ?? whole(text);
    const name = text.slice(range.start, range.end);
    const hint =
      error.code === 'unknown_variable'
        ? variableHint(name, attributes, Object.keys(tables))
        : typeHint(error.summary);
    throw new ExpressionError(`${error.summary}.${hint}`, range, error);
  }
  if (type === expects) return;
  const found = type?.startsWith('User') ? 'an attribute with parts' : `a ${type}`;
  throw new ExpressionError(`it yields ${found}, where a ${expects} is expected.`, whole(text));
}

function evaluated(run: Compiled, text: string, context: CelContext): unknown {
  const value = guarded(run, text, context);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.length > MAX_RESULT_LENGTH) {
    throw new ExpressionError(`it yields more than ${MAX_RESULT_LENGTH} characters.`, whole(text));
  }
  return value;
}

function guarded(run: Compiled, text: string, context: CelContext): unknown {
  try {
    return run(context) as unknown;
  } catch (error) {
    // A RangeError is a text longer than V8 can hold.
    if (error instanceof EvaluationError) {
      throw new ExpressionError(failureOf(error), error.range ?? whole(text), error);
    }
    if (error instanceof RangeError) throw new ExpressionError('its value is too long.', whole(text), error);
    throw error;
  }
}

function failureOf({ summary }: EvaluationError): string {
  return summary.includes('out of bounds') ? 'the list has no such element.' : `${summary}.`;
}

/** The functions, and `user` with its attributes as types, so that the check knows every name. */
function celEnvironment(attributes: Attributes, tables: Tables) {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    // An absent attribute is there and empty, so `.?` would promise what never happens.
    enableOptionalTypes: false,
    limits: LIMITS,
  });
  const constructors = new Map<string, new () => Record<string, unknown>>();
  const lists = registerType(environment, 'User', attributes, constructors);
  environment.registerVariable('user', 'User');
  environment.registerVariable('groups', 'list<string>');
  for (const list of lists) environment.registerFunction(`primary(list<${list}>): string`, primaryValue);
  for (const { signature, run } of celFunctions(tables)) environment.registerFunction(signature, run);
  const typeOf: TypeOf = (path) => {
    const type = constructors.get(path);
    if (type === undefined) throw new Error(`${path} is no registered type`);
    return type;
  };
  return { environment, typeOf };
}

/** @returns the names of the list element types that have a `value` */
function registerType(
  environment: Environment,
  name: string,
  attributes: Attributes,
  constructors: Map<string, new () => Record<string, unknown>>,
): readonly string[] {
  const lists: string[] = [];
  const fields: Record<string, string> = {};
  for (const [field, attribute] of Object.entries(attributes)) {
    const type = typeName(name, field);
    fields[field] = celType(attribute, type);
    if (attribute.kind !== 'complex' && attribute.kind !== 'list') continue;
    lists.push(...registerType(environment, type, attribute.attributes, constructors));
    if (attribute.kind === 'list' && attribute.attributes['value'] !== undefined) lists.push(type);
  }
  // The library tells objects of different types apart by their constructor.
  const constructor = class {
    [field: string]: unknown;
  };
  constructors.set(name, constructor);
  environment.registerType(name, { ctor: constructor, fields });
  return lists;
}

function celType(attribute: Attribute, type: string): string {
  switch (attribute.kind) {
    case 'strings':
      return 'list<string>';
    case 'list':
      return `list<${type}>`;
    case 'complex':
      return type;
    case 'string':
    case 'bool':
      return attribute.kind;
    default:
      return attribute satisfies never;
  }
}

/** CEL takes a dotted name for a namespaced type. */
function typeName(parent: string, attribute: string): string {
  return `${parent}.${attribute}`;
}

function whole(text: string) {
  return { start: 0, end: text.length };
}
