import type { ListQuery } from './page.ts';

/** A filter that names one value of one attribute: what IdPs ask before nearly every write. */
export interface Lookup {
  /** `userName`, `emails.value`. */
  readonly attribute: string;
  /** As it is compared: folded where the attribute's case does not count. */
  readonly value: string;
}

/** Undefined for any other query. */
export function lookupOf({ filter, sortBy, startIndex, count, after }: ListQuery): Lookup | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  if (sortBy !== undefined || after !== undefined || startIndex !== 1 || count === 0) return undefined;
  const { comparand, path } = filter;
  if (comparand.kind !== 'folded' && comparand.kind !== 'exact') return undefined;
  return { attribute: path.keys.join('.'), value: comparand.value };
}
