import type { SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Filter } from '../../scim/filter/filter.ts';
import type { AttributePath } from '../../scim/schema/attribute-path.ts';
import { leafOf } from '../../scim/schema/attribute-path.ts';
import type { Schema } from '../schema.ts';
import type { Leaf, Sql } from './leaf.ts';
import type { Scope } from './scope.ts';

export interface ListQuery {
  /** Null is all. */
  readonly filter: Filter | null;
  /** From 1. */
  readonly startIndex: number;
  /** From 0: then only the total is counted. */
  readonly count: number;
  /** In order of creation when left out. */
  readonly sortBy?: AttributePath | undefined;
  readonly descending?: boolean | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** All that match, on this page or not. */
  readonly totalResults: number;
}

type Table = 'scim_user' | 'scim_group';

/** Cuts the page in the database. @param found what matches, not yet selected or ordered */
export async function pageOf<Row>(
  found: SelectQueryBuilder<Schema, Table, Row>,
  query: ListQuery,
  scope: Scope,
): Promise<Page<Row>> {
  const skipped = query.startIndex - 1;
  const rows =
    query.count === 0 ? [] : await sorted(found, query, scope).limit(query.count).offset(skipped).execute();
  const isLastPage = rows.length < query.count && (rows.length > 0 || skipped === 0);
  return { rows, totalResults: isLastPage ? skipped + rows.length : await total(found) };
}

/** RFC 7644 §3.4.2.3: without a value, last when ascending and first when descending. */
function sorted<Row>(
  found: SelectQueryBuilder<Schema, Table, Row>,
  { sortBy, descending }: ListQuery,
  scope: Scope,
): SelectQueryBuilder<Schema, Table, Row> {
  if (!sortBy) return found.orderBy('seq');
  const direction = descending ? 'desc' : 'asc';
  const key = sortKey(scope.first(sortBy), sortBy);
  return found.orderBy(sql`${key} is null`, direction).orderBy(key, direction).orderBy('seq');
}

function sortKey(leaf: Leaf, path: AttributePath): Sql {
  const { type, caseExact } = leafOf(path);
  if (type === 'boolean') return leaf.boolean;
  if (type === 'dateTime') return leaf.instant;
  if (type === 'integer' || type === 'decimal') return leaf.number;
  return caseExact ? leaf.text : leaf.folded;
}

async function total<Row>(found: SelectQueryBuilder<Schema, Table, Row>): Promise<number> {
  const counted = await found
    .clearSelect()
    .select((eb) => eb.fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(counted.total);
}
