import type { AttributePath } from '../../scim/schema/attribute-path.ts';
import type { Leaf, Sql } from './leaf.ts';

/** Where a filter's attribute names are found in SQL. */
export interface Scope {
  /** A condition: `test` holds for some value at the path. */
  some(path: AttributePath, test: (leaf: Leaf) => Sql): Sql;
  /** A condition: `test` holds for some one element of the attribute, whose parts it finds in its own scope. */
  element(path: AttributePath, test: (scope: Scope) => Sql): Sql;
  /** The value that decides the order when sorting by the attribute. */
  first(path: AttributePath): Leaf;
}
