import type { JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import { parseInstant } from '../value/instant.ts';
import { compareText, foldCase } from '../value/text.ts';
import type { Comparand, CompareFilter, CompareOperator, Filter } from './filter.ts';

/**
 * Whether a resource, with `id`, `meta` and what else the filter asks about, matches. The reference for the
 * SQL of the store.
 */
export function matchesFilter(filter: Filter, resource: JsonValue): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((inner) => matchesFilter(inner, resource));
    case 'or':
      return filter.filters.some((inner) => matchesFilter(inner, resource));
    case 'not':
      return !matchesFilter(filter.filter, resource);
    case 'present':
      return valuesAt(resource, filter.path.keys).some(isPresent);
    case 'compare':
      return compares(filter, valuesAt(resource, filter.path.keys));
    case 'valuePath':
      return valuesAt(resource, filter.path.keys).some((element) => matchesFilter(filter.filter, element));
    case 'nothing':
      return false;
    default:
      return filter satisfies never;
  }
}

/** Every value at the path: a list on the way or at the end stands for its elements. */
function valuesAt(resource: JsonValue, keys: readonly string[]): readonly JsonValue[] {
  const values: JsonValue[] = [];
  collect(resource, keys, 0, values);
  return values;
}

function collect(
  value: JsonValue | undefined,
  keys: readonly string[],
  at: number,
  values: JsonValue[],
): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) collect(element, keys, at, values);
    return;
  }
  const key = keys[at];
  if (key === undefined) values.push(value);
  else if (isJsonObject(value) && Object.hasOwn(value, key)) collect(value[key], keys, at + 1, values);
}

function isPresent(value: JsonValue): boolean {
  return isJsonObject(value) ? Object.keys(value).length > 0 : value !== '';
}

function compares(filter: CompareFilter, values: readonly JsonValue[]): boolean {
  if (filter.operator === 'ne' && values.length === 0) return true;
  return values.some((value) => valueCompares(value, filter.operator, filter.comparand));
}

function valueCompares(value: JsonValue, operator: CompareOperator, comparand: Comparand): boolean {
  switch (comparand.kind) {
    case 'boolean':
      return operator === 'eq' ? value === comparand.value : value !== comparand.value;
    case 'number':
      return typeof value === 'number' && ordered(Math.sign(value - comparand.value), operator);
    case 'instant':
      return ordered(Math.sign(instantOf(value) - comparand.value), operator);
    case 'exact':
      return typeof value === 'string' && textCompares(value, operator, comparand.value);
    case 'folded':
      return typeof value === 'string' && textCompares(foldCase(value), operator, comparand.value);
    default:
      return comparand satisfies never;
  }
}

function textCompares(value: string, operator: CompareOperator, comparand: string): boolean {
  switch (operator) {
    case 'co':
      return value.includes(comparand);
    case 'sw':
      return value.startsWith(comparand);
    case 'ew':
      return value.endsWith(comparand);
    case 'eq':
      return value === comparand;
    case 'ne':
      return value !== comparand;
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return ordered(compareText(value, comparand), operator);
    default:
      return operator satisfies never;
  }
}

/** @param sign of value − comparand; NaN compares with nothing but `ne` */
function ordered(sign: number, operator: CompareOperator): boolean {
  switch (operator) {
    case 'eq':
      return sign === 0;
    case 'ne':
      return sign !== 0;
    case 'gt':
      return sign > 0;
    case 'ge':
      return sign >= 0;
    case 'lt':
      return sign < 0;
    case 'le':
      return sign <= 0;
    case 'co':
    case 'sw':
    case 'ew':
      return false;
    default:
      return operator satisfies never;
  }
}

function instantOf(value: JsonValue): number {
  return typeof value === 'string' ? (parseInstant(value) ?? Number.NaN) : Number.NaN;
}
