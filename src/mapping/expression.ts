import { Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import {
  type Attribute,
  type Attributes,
  filledValue,
  keyOf,
  type UserJson,
} from './expression/attributes.ts';
import { ExpressionError } from './expression/error.ts';
import { factText } from './expression/fact.ts';
import { e164, phoneOfType, primaryValue } from './expression/phone.ts';
import { inspect } from './expression/rules.ts';

/** What an expression can yield. */
export type ExpressionType = 'string' | 'bool' | 'int' | 'list<string>';

/** A compiled CEL expression over `user`. */
export interface Expression {
  readonly text: string;
  /** Attribute paths that it reads, e.g. `user.name.givenName`, in order of appearance, without duplicates. */
  readonly facts: readonly string[];
  /** What they are for a user, e.g. `user.name.givenName = "Ana"`; "" when it reads none. */
  factText(user: UserJson): string;
  /**
   * @returns a value of the type it was compiled for; ints as numbers
   * @throws ExpressionError when the values at hand do not allow it, e.g. an index out of range
   */
  evaluate(user: UserJson): unknown;
}

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

/** Longer results serve no field of a Connect user; concatenation in a comprehension could make gigabytes. */
const MAX_RESULT_LENGTH = 10_000;

/**
 * Compiles and checks an expression over `user`.
 *
 * @param attributes what may be read of `user`
 * @throws ExpressionError with the first thing that is wrong
 */
export function compileExpression(
  text: string,
  { expects, attributes }: { readonly expects: ExpressionType; readonly attributes: Attributes },
): Expression {
  const { environment, newObject } = celEnvironment(attributes);
  const run = parse(environment, text);
  const facts = inspect(run.ast, text, attributes);
  checkType(run, text, expects);
  const roots = [...new Set(facts.map((fact) => fact.split('.')[1] ?? ''))];
  return {
    text,
    facts,
    factText: (user) => facts.map((fact) => factText(fact, attributes, user)).join(', '),
    evaluate: (user) => {
      const filled = newObject('User');
      for (const root of roots) {
        const attribute = attributes[root] as Attribute;
        filled[root] = filledValue(
          attribute,
          user[keyOf(root, attribute)],
          typeName('User', root),
          newObject,
        );
      }
      return evaluated(run, text, filled);
    },
  };
}

type Compiled = ReturnType<Environment['parse']>;

function parse(environment: Environment, text: string): Compiled {
  try {
    return environment.parse(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ExpressionError(`not a CEL expression: ${error.summary}.`, error.range ?? whole(text), error);
  }
}

function checkType(run: Compiled, text: string, expects: ExpressionType): void {
  const { type, error } = run.check();
  if (error !== undefined) {
    const hint = error.code === 'unknown_variable' ? ' The one variable here is user.' : '';
    throw new ExpressionError(`${error.summary}.${hint}`, error.range ?? whole(text), error);
  }
  if (type === expects) return;
  const found = type?.startsWith('User') ? 'an attribute with parts' : `a ${type}`;
  throw new ExpressionError(`it yields ${found}, where a ${expects} is expected.`, whole(text));
}

function evaluated(run: Compiled, text: string, user: Record<string, unknown>): unknown {
  const value = guarded(run, text, user);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.length > MAX_RESULT_LENGTH) {
    throw new ExpressionError(`it yields more than ${MAX_RESULT_LENGTH} characters.`, whole(text));
  }
  return value;
}

function guarded(run: Compiled, text: string, user: Record<string, unknown>): unknown {
  try {
    return run({ user }) as unknown;
  } catch (error) {
    // A RangeError is a text longer than V8 can hold.
    if (error instanceof EvaluationError) {
      throw new ExpressionError(`${error.summary}.`, error.range ?? whole(text), error);
    }
    if (error instanceof RangeError) throw new ExpressionError('its value is too long.', whole(text), error);
    throw error;
  }
}

/** The functions, and `user` with its attributes as types, so that the check knows every name. */
function celEnvironment(attributes: Attributes) {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    // An absent attribute is there and empty, so `.?` would promise what never happens.
    enableOptionalTypes: false,
    limits: LIMITS,
  });
  const constructors = new Map<string, new () => Record<string, unknown>>();
  const lists = registerType(environment, 'User', attributes, constructors);
  environment.registerVariable('user', 'User');
  for (const list of lists) environment.registerFunction(`primary(list<${list}>): string`, primaryValue);
  environment.registerFunction('phone(User, string): string', ({ phoneNumbers }, type: string) =>
    phoneOfType(phoneNumbers, type),
  );
  environment.registerFunction('e164(string): string', (text: string) => e164(text, ''));
  environment.registerFunction('e164(string, string): string', e164);
  const newObject = (path: string) => new (constructors.get(path) ?? Object)() as Record<string, unknown>;
  return { environment, newObject };
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
