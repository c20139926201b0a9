import { badRequest } from '../error.ts';
import type { ResourceSchema } from '../schema.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import { pathText } from '../schema/attribute-path.ts';
import { comparison } from './comparison.ts';
import type { CompareOperator, Filter } from './filter.ts';
import type { Token } from './tokens.ts';
import { TokenReader } from './tokens.ts';

/** Deeper nesting than anyone writes, and shallow enough for every interpreter's stack. */
export const MAX_FILTER_DEPTH = 32;

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);

/** Finds an attribute by the name in the filter, or throws. */
type Scope = (name: Token) => AttributePath | undefined;

/**
 * The filter tree of a `filter` parameter.
 *
 * @throws ScimError 400 invalidFilter naming the position, what was found and what is expected
 */
export function parseFilter(text: string, schema: ResourceSchema): Filter {
  return parseWhole(new TokenReader(text), resourceScope(schema));
}

/**
 * The same for a search over several resource types (RFC 7644 §3.4.2.1), where an attribute that only the
 * other type has counts as having no value.
 */
export function parseFilterAcrossTypes(
  text: string,
  schema: ResourceSchema,
  others: readonly ResourceSchema[],
): Filter {
  const own = resourceScope(schema);
  return parseWhole(new TokenReader(text), (name) => {
    const lower = name.text.toLowerCase();
    const isForeign = !schema.paths.has(lower) && others.some((other) => other.paths.has(lower));
    return isForeign ? undefined : own(name);
  });
}

/** All tokens as one filter. */
export function parseWhole(reader: TokenReader, scope: Scope): Filter {
  const filter = parseOr(reader, scope, 0);
  const token = reader.take();
  if (token.kind !== 'end') throw expected('"and", "or" or the end', token);
  return filter;
}

function resourceScope(schema: ResourceSchema): Scope {
  return (name) => {
    const path = schema.paths.get(name.text.toLowerCase());
    if (path) return path;
    throw badRequest(
      'invalidFilter',
      `Filter, position ${name.position}: a ${schema.resourceType} has no attribute "${clipped(name.text)}".`,
    );
  };
}

/** Precedence (RFC 7644 §3.4.2.2): grouping, then not, then and, then or. */
function parseOr(reader: TokenReader, scope: Scope, depth: number): Filter {
  const filters = [parseAnd(reader, scope, depth)];
  while (takeKeyword(reader, 'or')) filters.push(parseAnd(reader, scope, depth));
  return filters.length === 1 && filters[0] ? filters[0] : { kind: 'or', filters };
}

function parseAnd(reader: TokenReader, scope: Scope, depth: number): Filter {
  const filters = [parseFactor(reader, scope, depth)];
  while (takeKeyword(reader, 'and')) filters.push(parseFactor(reader, scope, depth));
  return filters.length === 1 && filters[0] ? filters[0] : { kind: 'and', filters };
}

function parseFactor(reader: TokenReader, scope: Scope, depth: number): Filter {
  const token = reader.take();
  if (token.kind === '(') return parseGroup(reader, scope, deeper(depth, token));
  if (token.kind !== 'word') throw expected('an attribute name, "not" or "("', token);
  if (token.text.toLowerCase() !== 'not') return parseExpression(token, reader, scope, depth);
  const open = reader.take();
  if (open.kind !== '(') throw expected('"(" after "not"', open);
  return { kind: 'not', filter: parseGroup(reader, scope, deeper(depth, open)) };
}

function parseGroup(reader: TokenReader, scope: Scope, depth: number): Filter {
  const filter = parseOr(reader, scope, depth);
  const close = reader.take();
  if (close.kind !== ')') throw expected('")"', close);
  return filter;
}

function parseExpression(name: Token, reader: TokenReader, scope: Scope, depth: number): Filter {
  const path = scope(name);
  if (reader.peek().kind === '[') return parseValuePath(name, path, reader, depth);
  return parseTest(path, reader);
}

/** `pr`, or an operator and its value. */
function parseTest(path: AttributePath | undefined, reader: TokenReader): Filter {
  const token = reader.take();
  const operator = token.kind === 'word' ? token.text.toLowerCase() : '';
  if (operator === 'pr') return path ? { kind: 'present', path } : { kind: 'nothing' };
  if (!operators.has(operator))
    throw expected('an operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr', token);
  const value = reader.take();
  if (value.kind !== 'string' && value.kind !== 'word')
    throw expected(`a value after "${token.text}"`, value);
  return path ? comparison(path, operator as CompareOperator, value) : { kind: 'nothing' };
}

/**
 * `emails[type eq "work"]`. What follows the bracket in `emails[type eq "work"].value eq "x"` (Entra's matching
 * filter, not in the RFC's grammar) is one more condition on the same element.
 */
function parseValuePath(
  name: Token,
  path: AttributePath | undefined,
  reader: TokenReader,
  depth: number,
): Filter {
  const filter = bracketedFilter(path, reader, depth);
  const test = followingTest(reader, path ? elementScope(path, name) : () => undefined);
  if (!path) return { kind: 'nothing' };
  return { kind: 'valuePath', path, filter: test ? { kind: 'and', filters: [filter, test] } : filter };
}

/** The filter in `[…]` at the reader, over the elements of the attribute before it. */
export function bracketedFilter(path: AttributePath | undefined, reader: TokenReader, depth: number): Filter {
  const open = reader.take();
  if (open.kind !== '[') throw expected('"["', open);
  const scope = path ? elementScope(path, open) : () => undefined;
  const filter = parseOr(reader, scope, deeper(depth, open));
  const close = reader.take();
  if (close.kind !== ']') throw expected('"]"', close);
  return filter;
}

function followingTest(reader: TokenReader, element: Scope): Filter | undefined {
  const token = reader.peek();
  if (token.kind !== 'word' || !token.text.startsWith('.')) return undefined;
  reader.take();
  return parseTest(element({ ...token, text: token.text.slice(1) }), reader);
}

/** Names inside `[…]` are sub-attributes; an element without any is itself called `value`. */
function elementScope(path: AttributePath, open: Token): Scope {
  const { attribute } = path;
  if (path.subAttribute || (attribute.type !== 'complex' && !attribute.multiValued)) {
    throw badRequest(
      'invalidFilter',
      `Filter, position ${open.position}: ${pathText(path)} has no sub-attributes to filter by.`,
    );
  }
  return (name) => {
    const lower = name.text.toLowerCase();
    const sub = attribute.subAttributes.get(lower);
    if (sub) return { keys: [sub.name], extension: undefined, attribute: sub, subAttribute: undefined };
    if (attribute.type !== 'complex' && lower === 'value') {
      return {
        keys: [],
        extension: undefined,
        attribute: { ...attribute, multiValued: false },
        subAttribute: undefined,
      };
    }
    throw badRequest(
      'invalidFilter',
      `Filter, position ${name.position}: ${pathText(path)} has no sub-attribute "${clipped(name.text)}".`,
    );
  };
}

function takeKeyword(reader: TokenReader, keyword: string): boolean {
  const token = reader.peek();
  if (token.kind !== 'word' || token.text.toLowerCase() !== keyword) return false;
  reader.take();
  return true;
}

function deeper(depth: number, token: Token): number {
  if (depth < MAX_FILTER_DEPTH) return depth + 1;
  throw badRequest(
    'invalidFilter',
    `Filter, position ${token.position}: brackets are nested deeper than ${MAX_FILTER_DEPTH}.`,
  );
}

function expected(what: string, token: Token): Error {
  const found = token.kind === 'end' ? 'the end' : `"${clipped(token.text)}"`;
  return badRequest('invalidFilter', `Filter, position ${token.position}: expected ${what}, found ${found}.`);
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
