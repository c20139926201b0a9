import { encodeCursor } from '../../../scim/cursor.ts';
import type { ListQuery, Page } from '../../../scim/list.ts';
import type { ListQuery as StoreQuery, Page as StorePage } from '../../../store/filter/page.ts';

/** A list request as the store takes it. */
export function storeQuery({ filter, sort, count, start }: ListQuery): StoreQuery {
  return {
    filter: filter ?? null,
    ...(start.kind === 'cursor'
      ? { startIndex: 1, after: start.after ?? [] }
      : { startIndex: start.startIndex }),
    count,
    ...storeSort(sort),
  };
}

/** What the reply says of the page; by cursor RFC 9865, else RFC 7644 §3.4.2.4. */
export function pageNumbers(
  { start, fingerprint }: ListQuery,
  { totalResults, next }: StorePage<unknown>,
): Omit<Page, 'resources'> {
  if (start.kind === 'index') return { totalResults, startIndex: start.startIndex };
  return { totalResults, ...(next && { nextCursor: encodeCursor({ after: next, fingerprint }) }) };
}

export function storeSort(sort: ListQuery['sort']): Pick<StoreQuery, 'sortBy' | 'descending'> {
  return sort ? { sortBy: sort.path, descending: sort.descending } : {};
}
