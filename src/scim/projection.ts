import { badRequest } from './error.ts';
import type { JsonObject, JsonValue } from './resource.ts';
import { isJsonObject } from './resource.ts';
import type { ResourceSchema } from './schema.ts';
import type { AttributePath } from './schema/attribute-path.ts';
import { leafOf, pathText } from './schema/attribute-path.ts';
import type { Attribute } from './schema/attribute.ts';

/**
 * Which attributes an answer has (RFC 7644 §3.9). With `default` a stored resource can be sent as it is: what
 * is returned on request only is computed, and asked for by `wants`.
 */
export type Projection =
  | { readonly kind: 'default' }
  /** Paths as `pathText` writes them. */
  | { readonly kind: 'only'; readonly paths: ReadonlySet<string> }
  | { readonly kind: 'except'; readonly paths: ReadonlySet<string> };

export interface ProjectionQuery {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/**
 * Names that the schema lacks are ignored: clients send long lists of what they would like.
 *
 * @throws ScimError 400 invalidSyntax when both lists are given
 */
export function parseProjection(query: ProjectionQuery, schema: ResourceSchema): Projection {
  const attributes = query.attributes ?? [];
  const excluded = query.excludedAttributes ?? [];
  if (attributes.length > 0 && excluded.length > 0) {
    throw badRequest('invalidSyntax', 'Send attributes or excludedAttributes, not both (RFC 7644 §3.9).');
  }
  if (attributes.length > 0) return { kind: 'only', paths: pathSet(attributes, schema) };
  if (excluded.length > 0) return { kind: 'except', paths: pathSet(excluded, schema) };
  return { kind: 'default' };
}

/** Whether members must be read at all: a group of 10,000 without them is one row. */
export function wantsMembers(projection: Projection, schema: ResourceSchema): boolean {
  return wants(projection, schema, 'members');
}

/**
 * Whether the attribute, or a part of it, is in the answer.
 *
 * @param name of a top-level attribute, with its URN if it is an extension's
 */
export function wants(projection: Projection, schema: ResourceSchema, name: string): boolean {
  const path = schema.paths.get(name.toLowerCase());
  return path !== undefined && isIncluded(projection, path);
}

/** The resource with the attributes of the projection; `schemas`, `id` and other `returned: always` stay. */
export function project(resource: JsonObject, projection: Projection, schema: ResourceSchema): JsonObject {
  if (projection.kind === 'default') return resource;
  const projected: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = schema.extensions.get(name.toLowerCase());
    const kept =
      extension && isJsonObject(value)
        ? projectAttributes(value, `${extension.urn}:`, projection, schema)
        : projectAttribute(name, value, projection, schema);
    if (kept !== undefined) projected[name] = kept;
  }
  return projected;
}

function projectAttributes(
  values: JsonObject,
  prefix: string,
  projection: Projection,
  schema: ResourceSchema,
): JsonObject | undefined {
  const kept: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(values)) {
    const projected = projectAttribute(prefix + name, value, projection, schema);
    if (projected !== undefined) kept[name] = projected;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

function projectAttribute(
  name: string,
  value: JsonValue,
  projection: Projection,
  schema: ResourceSchema,
): JsonValue | undefined {
  const path = schema.paths.get(name.toLowerCase());
  if (!path || !isIncluded(projection, path)) return undefined;
  if (path.attribute.type !== 'complex' || isWhole(projection, path)) return value;
  if (!Array.isArray(value)) return projectSubs(value, path, projection);
  return value.flatMap((element: JsonValue) => projectSubs(element, path, projection) ?? []);
}

function projectSubs(value: JsonValue, path: AttributePath, projection: Projection): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => {
    const subAttribute = path.attribute.subAttributes.get(name.toLowerCase());
    return subAttribute && isSubIncluded(projection, path, subAttribute);
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function isIncluded(projection: Projection, path: AttributePath): boolean {
  const leaf = leafOf(path);
  if (leaf.returned === 'always') return true;
  if (leaf.returned === 'never') return false;
  switch (projection.kind) {
    case 'default':
      return leaf.returned === 'default';
    case 'except':
      return leaf.returned === 'default' && !projection.paths.has(pathText(path));
    case 'only':
      return isWhole(projection, path) || namedSubs(projection, path).length > 0;
    default:
      return projection satisfies never;
  }
}

/** Nothing inside the attribute is left out. */
function isWhole(projection: Projection, path: AttributePath): boolean {
  if (projection.kind === 'default') return true;
  const isNamed = projection.paths.has(pathText(path));
  return projection.kind === 'only' ? isNamed : !isNamed && namedSubs(projection, path).length === 0;
}

function isSubIncluded(projection: Projection, path: AttributePath, subAttribute: Attribute): boolean {
  if (projection.kind === 'default') return true;
  const isNamed = projection.paths.has(`${pathText(path)}.${subAttribute.name}`);
  return projection.kind === 'only' ? isNamed : !isNamed;
}

function namedSubs(projection: Projection, path: AttributePath): readonly Attribute[] {
  if (projection.kind === 'default') return [];
  return [...path.attribute.subAttributes.values()].filter((sub) =>
    projection.paths.has(`${pathText(path)}.${sub.name}`),
  );
}

/** A schema's URN names all its attributes. */
function pathSet(names: readonly string[], schema: ResourceSchema): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const name of names) {
    const lower = name.trim().toLowerCase();
    const path = schema.paths.get(lower);
    if (path) paths.add(pathText(path));
    for (const attribute of attributesUnder(lower, schema)) paths.add(attribute);
  }
  return paths;
}

function attributesUnder(urn: string, schema: ResourceSchema): readonly string[] {
  if (urn === schema.urn.toLowerCase()) {
    return [...schema.attributes.values()].map((attribute) => attribute.name);
  }
  const extension = schema.extensions.get(urn);
  const attributes = [...(extension?.attributes.values() ?? [])];
  return attributes
    .filter((attribute) => attribute.returned !== 'request')
    .map((attribute) => `${extension?.urn}:${attribute.name}`);
}
