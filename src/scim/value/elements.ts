import { badRequest } from '../error.ts';
import type { JsonObject, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { foldCase } from './text.ts';

/** More values than any one user has; every PATCH operation on a list walks it. Groups have no such limit. */
export const MAX_ELEMENTS = 200;

/**
 * The list with more elements: one that is present is merged, not repeated (RFC 7643 §2.4: no (type, value)
 * pair twice), and at most one is primary, an added one before a present one (RFC 7644 §3.5.2). Linear.
 */
export function withElements(
  attribute: Attribute,
  present: readonly JsonValue[],
  added: readonly JsonValue[],
): readonly JsonValue[] {
  if (present.length === 0 && (added.length === 1 || isPath(attribute))) return added;
  const elements = new Map(present.map((element) => [identityOf(attribute, element), element]));
  let winner: string | undefined;
  for (const element of added) {
    const identity = identityOf(attribute, element);
    const old = elements.get(identity);
    elements.set(identity, isJsonObject(old) && isJsonObject(element) ? { ...old, ...element } : element);
    if (isPrimary(element)) winner ??= identity;
  }
  refuseTooMany(attribute, elements.size);
  return withOnePrimary([...elements.values()], winner === undefined ? undefined : elements.get(winner));
}

/** Not a set: EMEA / Sales / Sales has three levels. */
function isPath({ name }: Attribute): boolean {
  return name === 'hierarchyPath';
}

/**
 * To be asked before a list is walked, too.
 *
 * @throws ScimError 400 invalidValue
 */
export function refuseTooMany(attribute: Attribute, elements: number): void {
  if (elements <= MAX_ELEMENTS || attribute.name === 'members') return;
  throw badRequest('invalidValue', `${attribute.name} has ${elements} values. At most ${MAX_ELEMENTS}.`);
}

/** At most one primary element: `winner`, or the first one. The others become `primary: false`. */
export function withOnePrimary(elements: readonly JsonValue[], winner?: JsonValue): readonly JsonValue[] {
  const primary = winner ?? elements.find(isPrimary);
  return elements.map((element) =>
    element !== primary && isPrimary(element) ? { ...element, primary: false } : element,
  );
}

export function isPrimary(element: JsonValue): element is JsonObject {
  return isJsonObject(element) && element['primary'] === true;
}

/**
 * Whether an element is one of these, going by what they tell: `{"value": "x"}` is every element with that value
 * whatever its type. Linear: one lookup per element and combination of names.
 */
export function matcherOf(
  attribute: Attribute,
  values: readonly JsonValue[],
): (element: JsonValue) => boolean {
  const wanted = new Map<string, Set<string>>();
  for (const value of values) {
    const names = isJsonObject(value) ? tellingNames(value).join(' ') : '';
    const keys = wanted.get(names) ?? new Set();
    wanted.set(names, keys.add(keyOf(attribute, names, value)));
  }
  return (element) => [...wanted].some(([names, keys]) => keys.has(keyOf(attribute, names, element)));
}

function tellingNames(value: JsonObject): readonly string[] {
  const names = Object.keys(value).sort();
  const telling = names.filter((name) => !['$ref', 'display', 'primary'].includes(name));
  return telling.length > 0 ? telling : names;
}

function keyOf(attribute: Attribute, names: string, element: JsonValue): string {
  return isJsonObject(element)
    ? foldedSubs(attribute, names.split(' '), element)
    : foldedText(attribute, element);
}

/** Two elements with the same identity are one: by `value` (and `type`) where there is one, else by everything. */
function identityOf(attribute: Attribute, element: JsonValue): string {
  if (!isJsonObject(element)) return foldedText(attribute, element);
  if (attribute.name === 'members') return foldedText(undefined, element['value']);
  const hasPair = attribute.subAttributes.has('type') && element['value'] !== undefined;
  if (hasPair) return foldedSubs(attribute, ['type', 'value'], element);
  return foldedSubs(attribute, Object.keys(element).filter(isNotPrimary).sort(), element);
}

/** Joined by NUL, which no text holds. */
function foldedSubs(attribute: Attribute, names: readonly string[], element: JsonObject): string {
  let folded = '';
  for (const name of names) {
    const sub = attribute.subAttributes.get(name) ?? attribute.subAttributes.get(name.toLowerCase());
    folded += `${name}\0${foldedText(sub, element[name])}\0`;
  }
  return folded;
}

/** A text as it is, anything else as JSON behind a NUL. */
function foldedText(attribute: Attribute | undefined, value: JsonValue | undefined): string {
  if (typeof value !== 'string') return `\0${JSON.stringify(value ?? null)}`;
  return (attribute?.caseExact ?? true) ? value : foldCase(value);
}

function isNotPrimary(name: string): boolean {
  return name !== 'primary';
}
