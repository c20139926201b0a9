import { badRequest } from '../error.ts';
import { matchesFilter } from '../filter/matches-filter.ts';
import type { JsonObject, JsonValue, ScimUserInput } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { DirectorySchema } from '../schema.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import { pathText } from '../schema/attribute-path.ts';
import { attributeValue, isHusk } from '../value/attribute-value.ts';
import { valueAt, withSchemas, withValueAt } from '../value/document.ts';
import { isPrimary, matcherOf, withElements, withOnePrimary } from '../value/elements.ts';
import { jsonEqual } from '../value/equal.ts';
import { elementFromFilter } from './element-from-filter.ts';
import type { ElementsTarget, PatchOperation } from './patch-operation.ts';

/**
 * The user after all operations, one after the other (RFC 7644 §3.5.2). The one passed in is untouched, so an
 * error leaves everything as it was.
 *
 * @returns changed: false when the client's operations add up to nothing
 * @throws ScimError 400 noTarget when a path with a filter matches nothing and cannot be created
 */
export function applyUserPatch(
  user: ScimUserInput,
  operations: readonly PatchOperation[],
  schema: DirectorySchema,
): { readonly user: ScimUserInput; readonly changed: boolean } {
  const patched = withSchemas(operations.reduce(applyOperation, user as JsonObject), schema.user);
  return jsonEqual(user, patched)
    ? { user, changed: false }
    : { user: patched as ScimUserInput, changed: true };
}

function applyOperation(document: JsonObject, operation: PatchOperation): JsonObject {
  switch (operation.op) {
    case 'add':
    case 'replace':
      return operation.target.kind === 'elements'
        ? setElements(document, operation.op, operation.target, operation.value)
        : setAttribute(document, operation.op, operation.target.path, operation.value);
    case 'remove':
      return remove(document, operation);
    default:
      return operation satisfies never;
  }
}

function setAttribute(
  document: JsonObject,
  op: 'add' | 'replace',
  path: AttributePath,
  value: JsonValue,
): JsonObject {
  const { attribute, subAttribute } = path;
  const keys = attributeKeys(path);
  if (!attribute.multiValued) return setSingle(document, path, value);
  const elements = elementsAt(document, keys);
  if (subAttribute) {
    const touched = (elements.length === 0 ? [{}] : elements).map((element) =>
      withSub(element, subAttribute.name, value),
    );
    return withValueAt(document, keys, withElements(attribute, [], touched));
  }
  const added = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  return withValueAt(document, keys, withElements(attribute, op === 'add' ? elements : [], added));
}

/** Another `value` in a complex attribute (manager) makes its `$ref` and `displayName` someone else's. */
function setSingle(document: JsonObject, path: AttributePath, value: JsonValue): JsonObject {
  const isOther = path.subAttribute?.name === 'value' && valueAt(document, path.keys) !== value;
  return isOther
    ? withValueAt(document, attributeKeys(path), { value })
    : withValueAt(document, path.keys, value);
}

function setElements(
  document: JsonObject,
  op: 'add' | 'replace',
  target: ElementsTarget,
  value: JsonValue,
): JsonObject {
  const keys = attributeKeys(target.path);
  const touched = new Set<JsonValue>();
  const elements = elementsAt(document, keys).map((element) => {
    if (!matchesFilter(target.filter, element)) return element;
    const written = writtenElement(op, target, element, value);
    touched.add(written);
    return written;
  });
  if (touched.size === 0) {
    const created = createdElements(target, value);
    return withValueAt(document, keys, withElements(target.path.attribute, elements, created));
  }
  const winner = elements.find((element) => touched.has(element) && isPrimary(element));
  const merged = withElements(target.path.attribute, [], withOnePrimary(elements, winner));
  return withValueAt(document, keys, merged);
}

/**
 * `replace` puts the new element in the place of the old (RFC 7644 §3.5.2.3) but keeps what the filter chose it
 * by, or `emails[type eq "work"]` with `{"value": …}` would make it an e-mail without a type.
 */
function writtenElement(
  op: 'add' | 'replace',
  target: ElementsTarget,
  element: JsonValue,
  value: JsonValue,
): JsonValue {
  if (target.subAttribute) return withSub(element, target.subAttribute.name, value);
  if (!isJsonObject(value)) return value;
  const kept = op === 'add' ? element : elementFromFilter(target.filter);
  return { ...(isJsonObject(kept) && kept), ...value };
}

/**
 * Entra expects `emails[type eq "work"].value` to create the element, with add and with replace, where
 * RFC 7644 §3.5.2.3 has noTarget: so do all servers it works with.
 */
function createdElements(target: ElementsTarget, value: JsonValue): readonly JsonValue[] {
  const element = elementFromFilter(target.filter);
  if (element === undefined) {
    throw badRequest(
      'noTarget',
      `No value of ${pathText(target.path)} matches the filter of the path. Add the value without a filter.`,
    );
  }
  // What the filter says is checked as if it had been sent as a value.
  const created = attributeValue(
    target.path.attribute,
    [withWritten(element, target, value)],
    pathText(target.path),
  );
  return Array.isArray(created) ? (created as readonly JsonValue[]) : [];
}

function withWritten(element: JsonValue, { subAttribute }: ElementsTarget, value: JsonValue): JsonValue {
  if (subAttribute) return withSub(element, subAttribute.name, value);
  return isJsonObject(element) && isJsonObject(value) ? { ...element, ...value } : value;
}

function remove(document: JsonObject, operation: PatchOperation & { op: 'remove' }): JsonObject {
  const { target, values } = operation;
  if (target.kind === 'extension') return withValueAt(document, [target.urn], undefined);
  const { path } = target;
  const isChosen =
    target.kind === 'elements'
      ? (element: JsonValue) => matchesFilter(target.filter, element)
      : values && matcherOf(path.attribute, values);
  const sub = target.kind === 'elements' ? target.subAttribute : path.subAttribute;
  if (!path.attribute.multiValued) return withValueAt(document, removedKeys(path), undefined);
  const keys = attributeKeys(path);
  const left = elementsAt(document, keys).flatMap((element) => {
    if (isChosen && !isChosen(element)) return [element];
    return sub ? withoutSub(element, sub.name) : [];
  });
  return withValueAt(document, keys, left.length === 0 ? undefined : left);
}

/** A manager without `value` is none. */
function removedKeys(path: AttributePath): readonly string[] {
  return path.subAttribute?.name === 'value' ? attributeKeys(path) : path.keys;
}

function withoutSub(element: JsonValue, name: string): readonly JsonValue[] {
  if (!isJsonObject(element) || element[name] === undefined) return [element];
  const { [name]: _, ...rest } = element;
  return name === 'value' || isHusk(rest, true) ? [] : [rest];
}

function withSub(element: JsonValue, name: string, value: JsonValue): JsonValue {
  return { ...(isJsonObject(element) && element), [name]: value };
}

function attributeKeys(path: AttributePath): readonly string[] {
  return path.subAttribute ? path.keys.slice(0, -1) : path.keys;
}

function elementsAt(document: JsonObject, keys: readonly string[]): readonly JsonValue[] {
  const value = valueAt(document, keys);
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
