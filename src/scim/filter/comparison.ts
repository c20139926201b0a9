import { badRequest } from '../error.ts';
import { rewriteValue } from '../quirks.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import { leafOf, pathText } from '../schema/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import { parseInstant } from '../value/instant.ts';
import { foldCase } from '../value/text.ts';
import type { Comparand, CompareOperator, Filter } from './filter.ts';
import type { Token } from './tokens.ts';

const textOperators: ReadonlySet<CompareOperator> = new Set(['co', 'sw', 'ew']);

/**
 * The comparison of an attribute with a value of the filter, both brought to the attribute's type.
 *
 * @throws ScimError 400 invalidFilter where type, operator and value do not go together
 */
export function comparison(path: AttributePath, operator: CompareOperator, value: Token): Filter {
  const target = simplePath(path, value);
  if (value.kind === 'word' && value.text.toLowerCase() === 'null')
    return nullComparison(target, operator, value);
  const comparand = comparandOf(leafOf(target), value);
  if (!comparand) throw refused(value, `${pathText(target)} is compared with ${expectation(leafOf(target))}`);
  if (!allows(leafOf(target), comparand, operator)) {
    throw refused(value, `"${operator}" does not go with ${pathText(target)}`);
  }
  return { kind: 'compare', operator, path: target, comparand };
}

/** A complex attribute stands for its `value` (RFC 7644 §3.4.2.2: `emails co "x"`; Entra: `manager eq "9"`). */
function simplePath(path: AttributePath, value: Token): AttributePath {
  if (leafOf(path).type !== 'complex') return path;
  const sub = path.attribute.subAttributes.get('value');
  if (!sub)
    throw refused(value, `${pathText(path)} has parts: name one, as in ${pathText(path)}.${someSub(path)}`);
  return { ...path, keys: [...path.keys, sub.name], subAttribute: sub };
}

/** RFC 7643 §2.5: null is the same as no value. */
function nullComparison(path: AttributePath, operator: CompareOperator, value: Token): Filter {
  const present: Filter = { kind: 'present', path };
  if (operator === 'eq') return { kind: 'not', filter: present };
  if (operator === 'ne') return present;
  throw refused(value, `null goes with "eq" and "ne" only`);
}

function comparandOf(attribute: Attribute, token: Token): Comparand | undefined {
  const { text } = token;
  switch (attribute.type) {
    case 'boolean': {
      const value = rewriteValue({ ...attribute, multiValued: false }, text);
      return typeof value === 'boolean' ? { kind: 'boolean', value } : undefined;
    }
    case 'integer':
    case 'decimal':
      return text.trim() !== '' && Number.isFinite(Number(text))
        ? { kind: 'number', value: Number(text) }
        : undefined;
    case 'dateTime': {
      const value = parseInstant(text);
      return value === undefined ? undefined : { kind: 'instant', value };
    }
    case 'string':
    case 'reference':
    case 'binary':
      if (token.kind === 'word' && text.startsWith("'")) return undefined;
      return attribute.caseExact
        ? { kind: 'exact', value: text }
        : { kind: 'folded', value: foldCase(text), sent: text };
    case 'complex':
      return undefined;
    default:
      return attribute.type satisfies never;
  }
}

/** RFC 7644 §3.4.2.2 table 3: booleans and binaries have no order; parts of a value are for text. */
function allows(attribute: Attribute, comparand: Comparand, operator: CompareOperator): boolean {
  if (operator === 'eq' || operator === 'ne') return true;
  const isText = comparand.kind === 'folded' || comparand.kind === 'exact';
  if (textOperators.has(operator)) return isText;
  return comparand.kind !== 'boolean' && attribute.type !== 'binary';
}

function expectation(attribute: Attribute): string {
  if (attribute.type === 'boolean') return 'true or false';
  if (attribute.type === 'dateTime') return 'a date and time such as "2026-11-21T09:00:00Z"';
  return attribute.type === 'string' ? 'a text in double quotes' : 'a number';
}

function someSub(path: AttributePath): string {
  return [...path.attribute.subAttributes.values()][0]?.name ?? '';
}

function refused(token: Token, reason: string): Error {
  return badRequest('invalidFilter', `Filter, position ${token.position}: ${reason}.`);
}
