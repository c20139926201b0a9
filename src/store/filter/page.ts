import type { SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { badRequest } from '../../scim/error.ts';
import type { Filter } from '../../scim/filter/filter.ts';
import type { AttributePath } from '../../scim/schema/attribute-path.ts';
import { leafOf } from '../../scim/schema/attribute-path.ts';
import { textFault } from '../../scim/value/text.ts';
import type { Db, Schema } from '../schema.ts';
import { placeOf, totalOf } from './resource-count.ts';
import type { Leaf, Sql } from './leaf.ts';
import type { Scope } from './scope.ts';
import type { Stretch } from './resource-count.ts';

export interface ListQuery {
  /** Null is all. */
  readonly filter: Filter | null;
  /** From 1. Of no account with `after`. */
  readonly startIndex: number;
  /** From 0: then only the total is counted. */
  readonly count: number;
  /** In order of creation when left out. */
  readonly sortBy?: AttributePath | undefined;
  readonly descending?: boolean | undefined;
  /** Paging by cursor: `next` of the page before, or an empty one for the first page. Every page costs the same. */
  readonly after?: PagePlace | undefined;
}

/** Total of the list when it began, `seq` of the page's last resource and, if sorted, its key. Not to be trusted. */
export type PagePlace = readonly (string | number | boolean | null)[];

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** All that match, on this page or not. By cursor, all that did when the list began. */
  readonly totalResults: number;
  /** Null on the last page, and when `after` was not asked for. */
  readonly next: PagePlace | null;
}

type Table = 'scim_user' | 'scim_group';
type Found<Row> = SelectQueryBuilder<Schema, Table, Row>;

/** What a list is made of. */
export interface List<Row> {
  readonly db: Db;
  readonly table: Table;
  readonly directory: string;
  /** What matches, not yet selected or ordered. */
  readonly found: Found<Row>;
  readonly query: ListQuery;
  readonly scope: Scope;
  /** For lists without filter and order, which most are. */
  readonly stretch: (db: Db, stretch: Stretch) => Promise<readonly Row[]>;
}

/** Cuts the page in the database. @throws ScimError 400 invalidCursor */
export async function pageOf<Row extends { seq: number }>(list: List<Row>): Promise<Page<Row>> {
  const { query } = list;
  if (query.after) return pageAfter(list, query.after);
  if (!query.filter && !query.sortBy) return pageInOrder(list);
  const skipped = query.startIndex - 1;
  const rows =
    query.count === 0 ? [] : await sorted(list.found, list).limit(query.count).offset(skipped).execute();
  const isLastPage = rows.length < query.count && (rows.length > 0 || skipped === 0);
  return { rows, totalResults: isLastPage ? skipped + rows.length : await total(list), next: null };
}

async function pageInOrder<Row>({ db, table, directory, query, stretch }: List<Row>): Promise<Page<Row>> {
  const from = await placeOf(db, { resource: table, directory, skipped: query.startIndex - 1 });
  const limit = query.count;
  const rows =
    limit === 0 ? [] : await stretch(db, { directory, after: from.after, skipped: from.skipped, limit });
  return { rows, totalResults: from.total, next: null };
}

async function pageAfter<Row extends { seq: number }>(list: List<Row>, after: PagePlace): Promise<Page<Row>> {
  const { query } = list;
  const place = cursorPlace(after, query);
  const totalResults = place?.total ?? (await total(list));
  if (query.count === 0) return { rows: [], totalResults, next: null };
  const key = query.sortBy && sortKey(list.scope.first(query.sortBy), query.sortBy);
  const rows = await rowsAfter(list, place, key);
  const page = rows.slice(0, query.count);
  const last = page.at(-1);
  const hasMore = last !== undefined && rows.length > page.length;
  const next = hasMore ? [totalResults, last.seq, ...(key ? [(last as Keyed).sort_key ?? null] : [])] : null;
  return { rows: page, totalResults, next };
}

interface Keyed {
  readonly sort_key?: string | number | null;
}

/** One more than the page has, so that it is known whether there is another page. */
async function rowsAfter<Row>(
  list: List<Row>,
  place: CursorPlace | null,
  key: Sql | undefined,
): Promise<readonly Row[]> {
  const { db, directory, found, query } = list;
  const limit = query.count + 1;
  if (!query.filter && !key) {
    return list.stretch(db, { directory, after: place?.seq ?? 0, skipped: 0, limit });
  }
  const rest = place ? found.where(isAfter(place, key, query.descending ?? false)) : found;
  const keyed = rest.select((key ?? sql`null`).as('sort_key'));
  return sorted(keyed, list).limit(limit).execute();
}

interface CursorPlace {
  readonly total: number;
  readonly seq: number;
  /** Of what type the sort attribute is; null has no value. */
  readonly key: string | number | null;
}

function cursorPlace(after: PagePlace, { sortBy }: ListQuery): CursorPlace | null {
  if (after.length === 0) return null;
  const [total, seq, key = null] = after;
  const isPlace = Number.isSafeInteger(total) && Number.isSafeInteger(seq) && isKey(key, sortBy);
  if (isPlace) return { total: total as number, seq: seq as number, key };
  throw badRequest(
    'invalidCursor',
    'The cursor is not one this server gave out. Begin again with an empty one.',
  );
}

/** PostgreSQL refuses a value that is not of the column's type. */
function isKey(key: PagePlace[number], sortBy: AttributePath | undefined): key is CursorPlace['key'] {
  if (key === null || !sortBy) return key === null;
  const { type } = leafOf(sortBy);
  if (type === 'boolean' || type === 'dateTime') return Number.isSafeInteger(key);
  if (type !== 'integer' && type !== 'decimal')
    return typeof key === 'string' && textFault(key) === undefined;
  // PostgreSQL gives numbers of any precision as text.
  return typeof key === 'string' ? /^-?\d{1,400}(\.\d{1,400})?$/.test(key) : Number.isFinite(key);
}

/** What `sorted` puts behind the place. */
function isAfter({ seq, key: value }: CursorPlace, key: Sql | undefined, descending: boolean) {
  if (!key) return sql<boolean>`seq > ${seq}`;
  const later = descending ? sql`<` : sql`>`;
  if (value === null) {
    const rest = sql`(${key} is null and seq > ${seq})`;
    return descending ? sql<boolean>`(${rest} or ${key} is not null)` : sql<boolean>`${rest}`;
  }
  const rest = sql`(${key} ${later} ${value} or (${key} = ${value} and seq > ${seq}))`;
  return descending ? sql<boolean>`${rest}` : sql<boolean>`(${rest} or ${key} is null)`;
}

/** RFC 7644 §3.4.2.3: without a value, last when ascending and first when descending. */
function sorted<Row>(
  found: Found<Row>,
  { query, scope }: Pick<List<unknown>, 'query' | 'scope'>,
): Found<Row> {
  const { sortBy, descending } = query;
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

async function total({ db, table, directory, found, query }: List<unknown>): Promise<number> {
  if (!query.filter) return totalOf(db, table, directory);
  const counted = await found
    .clearSelect()
    .select((eb) => eb.fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(counted.total);
}
