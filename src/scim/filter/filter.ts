import type { AttributePath } from '../schema/attribute-path.ts';

/**
 * A filter of RFC 7644 §3.4.2.2 with every name resolved against the schema, so that an interpreter needs
 * nothing else. Two interpret it: `matchesFilter` in memory, and the store in SQL.
 *
 * What a node means:
 * - `present`: some value at the path is not null, "", [] or {}.
 * - `compare`: some value at the path compares as asked; no value, no match. `ne` alone also matches when
 *   there is no value, and otherwise when some value differs. (`eq null` is parsed to not present.)
 * - `valuePath`: some one element of the attribute matches the inner filter, whose paths start at the element.
 *   An attribute that is not multi-valued has one element: itself.
 * - `nothing`: never matches: an attribute that this resource type lacks, in a search over several types.
 */
export type Filter =
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | CompareFilter
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter }
  | { readonly kind: 'nothing' };

export type CompareFilter = {
  readonly kind: 'compare';
  readonly operator: CompareOperator;
  /** Ends at a simple attribute: `emails eq "x"` is parsed to `emails.value`. */
  readonly path: AttributePath;
  readonly comparand: Comparand;
};

/** `co`, `sw` and `ew` only with text; the order operators not with booleans. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/**
 * What the values are compared with, and how:
 * - `folded`: text with caseExact=false; `value` is already in the form of `foldCase`, fold the values too.
 *   `sent` is what the client wrote, for an element that PATCH creates from a filter.
 * - `exact`: text as it is. Both kinds of text order by code point.
 * - `instant`: dateTimes as UTC milliseconds; the values in a resource are texts with any offset.
 * - `number`, `boolean`: JSON's.
 */
export type Comparand =
  | { readonly kind: 'folded'; readonly value: string; readonly sent: string }
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'instant'; readonly value: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean };
