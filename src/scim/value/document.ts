import type { JsonObject, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { ResourceSchema } from '../schema.ts';

/**
 * The document with `schemas` telling what it holds: the core schema, and each extension that has a value
 * (RFC 7643 §3). Whatever URNs a client listed, known or not, are neither needed nor echoed.
 */
export function withSchemas(document: JsonObject, schema: ResourceSchema): JsonObject {
  const { schemas: _, ...attributes } = document;
  const extensions = [...schema.extensions.values()].filter((extension) => document[extension.urn]);
  return { schemas: [schema.urn, ...extensions.map((extension) => extension.urn)], ...attributes };
}

/** A copy with the value at the path set, or removed when undefined; objects left empty go too. */
export function withValueAt(
  document: JsonObject,
  keys: readonly string[],
  value: JsonValue | undefined,
): JsonObject {
  const [key, ...rest] = keys;
  if (key === undefined) return document;
  const inner = document[key];
  const next =
    rest.length === 0 ? value : emptyAsUndefined(withValueAt(isJsonObject(inner) ? inner : {}, rest, value));
  const { [key]: _, ...others } = document;
  return next === undefined ? others : { ...document, [key]: next };
}

/** The value at the path; undefined where any step is missing. */
export function valueAt(document: JsonObject, keys: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of keys) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

function emptyAsUndefined(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}
