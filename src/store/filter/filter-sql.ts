import { sql } from 'kysely';
import type { CompareFilter, Filter } from '../../scim/filter/filter.ts';
import type { Sql } from './leaf.ts';
import { compareLeaf } from './leaf.ts';
import type { Scope } from './scope.ts';

/**
 * A condition that holds where `matchesFilter` does; elsewhere it is false or null.
 *
 * @throws ScimError 400 invalidFilter for an attribute that only a reply has, such as `meta.location`
 */
export function filterSql(filter: Filter, scope: Scope): Sql {
  switch (filter.kind) {
    case 'and':
      return joined(
        filter.filters.map((inner) => filterSql(inner, scope)),
        sql` and `,
      );
    case 'or':
      return joined(
        filter.filters.map((inner) => filterSql(inner, scope)),
        sql` or `,
      );
    case 'not':
      return sql`((${filterSql(filter.filter, scope)}) is not true)`;
    case 'present':
      return scope.some(filter.path, (leaf) => leaf.present);
    case 'compare':
      return comparison(filter, scope);
    case 'valuePath':
      return scope.element(filter.path, (element) => filterSql(filter.filter, element));
    case 'nothing':
      return sql`1 = 0`;
    default:
      return filter satisfies never;
  }
}

/** By halves: SQLite takes expressions 1,000 levels deep, and a chain of terms is as deep as it is long. */
function joined(conditions: readonly Sql[], operator: Sql): Sql {
  const [only] = conditions;
  if (conditions.length === 1 && only) return only;
  const middle = Math.ceil(conditions.length / 2);
  const [left, right] = [conditions.slice(0, middle), conditions.slice(middle)];
  return sql`(${joined(left, operator)}${operator}${joined(right, operator)})`;
}

function comparison({ path, operator, comparand }: CompareFilter, scope: Scope): Sql {
  const compares = scope.some(path, (leaf) => compareLeaf(leaf, operator, comparand));
  if (operator !== 'ne') return compares;
  const exists = scope.some(path, (leaf) => leaf.exists);
  return sql`((${exists}) is not true or ${compares})`;
}
