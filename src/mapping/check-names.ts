import type { Catalog } from '../connect/catalog.ts';
import type { Mapping, SourcePosition } from './mapping.ts';

/** A name in the mapping that the instance does not know. */
export interface NameProblem extends SourcePosition {
  readonly message: string;
}

/** Literal names in the rules for an instance that its catalog does not know, in the order of the file. */
export function unknownNames(
  _mapping: Mapping,
  _catalog: Catalog,
  _instanceAlias: string,
): readonly NameProblem[] {
  throw new Error('not built yet');
}
