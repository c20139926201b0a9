import { badRequest } from '../error.ts';
import { rewriteValue } from '../quirks.ts';
import type { JsonObject, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { Attribute } from '../schema/attribute.ts';
import { refuseTooMany, withElements } from './elements.ts';
import { parseInstant } from './instant.ts';
import { textFault } from './text.ts';

/**
 * The value that a client wrote for an attribute, quirks undone and types checked, otherwise as sent.
 *
 * @param where the attribute's name in errors, such as `emails[1].value`
 * @returns undefined when it clears the attribute: null, "" and [] are the same as leaving it out
 * @throws ScimError 400 invalidValue naming the attribute, what was found and what is expected
 */
export function attributeValue(attribute: Attribute, sent: JsonValue, where: string): JsonValue | undefined {
  const value = rewriteValue(attribute, sent);
  if (isEmpty(value)) return undefined;
  return attribute.multiValued ? listValue(attribute, value, where) : singleValue(attribute, value, where);
}

/** What design calls clearing: it is never stored. */
export function isEmpty(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function listValue(attribute: Attribute, value: JsonValue, where: string): JsonValue | undefined {
  if (!Array.isArray(value)) throw unexpected(attribute, value, where);
  refuseTooMany(attribute, value.length);
  const elements = value.flatMap((element: JsonValue, index) => {
    const kept = isEmpty(element) ? undefined : singleValue(attribute, element, `${where}[${index}]`);
    if (kept === undefined) refuseNobody(attribute, `${where}[${index}]`);
    return kept === undefined ? [] : [kept];
  });
  return elements.length === 0 ? undefined : withElements(attribute, [], elements);
}

/** A member whose id a client failed to fill in must not count as taken out of the group. */
function refuseNobody(attribute: Attribute, where: string): void {
  if (attribute.name !== 'members') return;
  throw badRequest('invalidValue', `${where}.value is missing. Expected the id of a user or group.`);
}

/** One value, or one element of a list: undefined when nothing of it is left after clearing. */
function singleValue(attribute: Attribute, value: JsonValue, where: string): JsonValue | undefined {
  if (attribute.type === 'complex') return complexValue(attribute, value, where);
  if (!hasType(attribute, value)) throw unexpected(attribute, value, where);
  if (typeof value === 'string') rejectFaultyText(attribute, value, where);
  return value;
}

function complexValue(attribute: Attribute, value: JsonValue, where: string): JsonObject | undefined {
  if (!isJsonObject(value)) throw unexpected(attribute, value, where);
  const kept: Record<string, JsonValue> = {};
  let cleared = false;
  for (const [name, sent] of Object.entries(value)) {
    const sub = attribute.subAttributes.get(name.toLowerCase());
    if (!sub || (sub.mutability === 'readOnly' && attribute.mutability !== 'readOnly')) continue;
    if (Object.hasOwn(kept, sub.name)) throw repeated(`${where}.${sub.name}`);
    const subValue = attributeValue(sub, sent, `${where}.${sub.name}`);
    if (subValue === undefined) cleared = true;
    else kept[sub.name] = subValue;
  }
  return isHusk(kept, cleared) ? undefined : kept;
}

/** Sub-attributes that say nothing without a value beside them. */
const labels = new Set(['type', 'primary', 'display']);

/** `{"type": "work", "value": ""}` clears the element; `{"type": "work"}` alone is kept as sent. */
export function isHusk(element: JsonObject, cleared: boolean): boolean {
  const names = Object.keys(element);
  return names.length === 0 || (cleared && names.every((name) => labels.has(name)));
}

function hasType(attribute: Attribute, value: JsonValue): boolean {
  switch (attribute.type) {
    case 'string':
    case 'reference':
      return typeof value === 'string' && (!attribute.isDate || parseInstant(value) !== undefined);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'decimal':
      return Number.isFinite(value);
    case 'dateTime':
      return typeof value === 'string' && parseInstant(value) !== undefined;
    case 'binary':
      return typeof value === 'string' && /^[A-Za-z0-9+/_=\s-]*$/.test(value);
    case 'complex':
      return isJsonObject(value);
    default:
      return attribute.type satisfies never;
  }
}

function rejectFaultyText(attribute: Attribute, text: string, where: string): void {
  if (attribute.required && text.trim() === '') throw badRequest('invalidValue', `${where} is blank.`);
  const fault = textFault(text);
  if (fault) throw badRequest('invalidValue', `${where} holds ${fault}, which no text may. Send it without.`);
}

export function repeated(where: string): Error {
  return badRequest(
    'invalidSyntax',
    `${where} is given twice: attribute names do not differ by case. Send it once.`,
  );
}

function unexpected(attribute: Attribute, value: JsonValue, where: string): Error {
  return badRequest('invalidValue', `${where} is ${found(value)}. Expected ${expected(attribute)}.`);
}

/** Shown in the log of an IdP: the kind of value, and the value itself only where it is short and harmless. */
function found(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return `the ${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function expected(attribute: Attribute): string {
  if (attribute.isDate) return 'a date such as "2026-11-21"';
  switch (attribute.type) {
    case 'string':
    case 'reference':
      return 'a string';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'a whole number';
    case 'decimal':
      return 'a number';
    case 'dateTime':
      return 'a date and time such as "2026-11-21T09:00:00Z"';
    case 'binary':
      return 'base64 text';
    case 'complex':
      return `an object with ${[...attribute.subAttributes.values()].map((sub) => sub.name).join(', ')}`;
    default:
      return attribute.type satisfies never;
  }
}
