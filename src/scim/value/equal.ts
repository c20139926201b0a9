import type { JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';

/** Same JSON value: members of an object in any order, elements of an array in the same order. */
export function jsonEqual(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && arraysEqual(left, right);
  if (isJsonObject(left) && isJsonObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && jsonEqual(left[name], right[name]))
    );
  }
  return false;
}

function arraysEqual(left: readonly JsonValue[], right: readonly JsonValue[]): boolean {
  return left.length === right.length && left.every((element, index) => jsonEqual(element, right[index]));
}
