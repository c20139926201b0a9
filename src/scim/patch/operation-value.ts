import type { ScimType } from '../error.ts';
import { badRequest } from '../error.ts';
import { rewriteValue } from '../quirks.ts';
import type { JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import { leafOf, pathText } from '../schema/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import { attributeValue, isEmpty } from '../value/attribute-value.ts';
import type { PatchOperation, ValueTarget } from './patch-operation.ts';

/**
 * The operation that takes the target away, or only the given elements of it: Entra without
 * aadOptscim062020 and JumpCloud remove members by `"path": "members", "value": [{"value": "u-1"}]`.
 */
export function removal(target: ValueTarget, value: JsonValue | undefined, where: string): PatchOperation {
  refuseClearing(target, 'mutability', where);
  refuseImmutable(target, where);
  const { attribute } = target.path;
  const takesValues = target.kind === 'attribute' && attribute.multiValued && !target.path.subAttribute;
  if (!takesValues || value === undefined || value === null || value === '') return { op: 'remove', target };
  const values = attributeValue(attribute, value, where);
  return { op: 'remove', target, values: Array.isArray(values) ? values : [] };
}

/** The operations that write the value at the target: none when there is nothing to add. */
export function setting(
  op: 'add' | 'replace',
  target: ValueTarget,
  value: JsonValue | undefined,
  where: string,
): readonly PatchOperation[] {
  if (value === undefined) throw badRequest('invalidValue', `${where}: ${op} needs a value.`);
  refuseImmutable(target, where);
  if (target.kind === 'elements') return elementsSetting(op, target, value, where);
  const leaf = leafOf(target.path);
  if (leaf.type === 'complex' && !leaf.multiValued) return complexSetting(op, target.path, value, where);
  return simpleSetting(op, target, attributeValue(leaf, value, where), where);
}

/** RFC 7644 §3.5.2.3: sub-attributes that the value does not name stay as they are. */
function complexSetting(
  op: 'add' | 'replace',
  path: AttributePath,
  sent: JsonValue,
  where: string,
): readonly PatchOperation[] {
  const value = rewriteValue(path.attribute, sent);
  const target: ValueTarget = { kind: 'attribute', path };
  if (isEmpty(value)) return simpleSetting(op, target, undefined, where);
  if (!isJsonObject(value))
    return simpleSetting(op, target, attributeValue(path.attribute, value, where), where);
  return Object.entries(value)
    .sort(([left], [right]) => Number(isValue(right)) - Number(isValue(left)))
    .flatMap(([name, subValue]) => {
      const subAttribute = path.attribute.subAttributes.get(name.toLowerCase());
      if (!subAttribute || subAttribute.mutability === 'readOnly') return [];
      const subPath = { ...path, keys: [...path.keys, subAttribute.name], subAttribute };
      return setting(op, { kind: 'attribute', path: subPath }, subValue, `${where}.${subAttribute.name}`);
    });
}

/** `value` goes first: writing another one drops what described the old one, such as `$ref`. */
function isValue(name: string): boolean {
  return name.toLowerCase() === 'value';
}

function simpleSetting(
  op: 'add' | 'replace',
  target: ValueTarget,
  value: JsonValue | undefined,
  where: string,
): readonly PatchOperation[] {
  if (value !== undefined) return [{ op, target, value }];
  // Adding nothing to a list changes nothing: it must not empty a group.
  if (op === 'add' && isList(target)) return [];
  refuseClearing(target, 'invalidValue', where);
  return [{ op: 'remove', target }];
}

function elementsSetting(
  op: 'add' | 'replace',
  target: ValueTarget & { kind: 'elements' },
  value: JsonValue,
  where: string,
): readonly PatchOperation[] {
  const { subAttribute, path } = target;
  if (subAttribute) return simpleSetting(op, target, attributeValue(subAttribute, value, where), where);
  const elements = attributeValue(path.attribute, value, where);
  if (!Array.isArray(elements)) return simpleSetting(op, target, undefined, where);
  if (elements.length === 1) return simpleSetting(op, target, elements[0] as JsonValue, where);
  throw badRequest('invalidValue', `${where}: a path with a filter takes one value, not ${elements.length}.`);
}

function isList(target: ValueTarget): boolean {
  if (target.kind === 'elements') return !target.subAttribute;
  return target.path.attribute.multiValued && !target.path.subAttribute;
}

/** RFC 7644 §3.5.2.2. `active` too: a user without it would count as active, so removing it would enable. */
function refuseClearing(target: ValueTarget, scimType: ScimType, where: string): void {
  const { path } = target;
  if (path.subAttribute || target.kind === 'elements') return;
  if (path.attribute.name === 'active') {
    throw badRequest(scimType, `${where} cannot be cleared. Send true or false.`);
  }
  if (path.attribute.required) throw badRequest(scimType, `${where} is required and cannot be cleared.`);
}

/** Members come and go, they do not change (RFC 7643 §4.2). */
function refuseImmutable(target: ValueTarget, where: string): void {
  const subAttribute: Attribute | undefined =
    target.kind === 'elements' ? target.subAttribute : target.path.subAttribute;
  if (subAttribute?.mutability !== 'immutable') return;
  throw badRequest(
    'mutability',
    `${where}: ${pathText(target.path)} cannot be changed in place. Remove the element and add another.`,
  );
}
