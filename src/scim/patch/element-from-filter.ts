import type { Filter } from '../filter/filter.ts';
import type { JsonValue } from '../resource.ts';

/**
 * The element that a filter of `eq` terms joined by `and` describes: `{"type": "work"}` for
 * `[type eq "work"]`, a plain value for a list without sub-attributes.
 *
 * @returns undefined for any other filter
 */
export function elementFromFilter(filter: Filter): JsonValue | undefined {
  const element: Record<string, JsonValue> = {};
  for (const term of filter.kind === 'and' ? filter.filters : [filter]) {
    if (term.kind !== 'compare' || term.operator !== 'eq' || term.comparand.kind === 'instant')
      return undefined;
    const { comparand } = term;
    const value = comparand.kind === 'folded' ? comparand.sent : comparand.value;
    const [name] = term.path.keys;
    if (name === undefined) return value;
    // Nothing can be both, and what is created has to match.
    if (Object.hasOwn(element, name) && element[name] !== value) return undefined;
    element[name] = value;
  }
  return element;
}
