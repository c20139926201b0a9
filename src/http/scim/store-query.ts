import { badRequest } from '../../scim/error.ts';
import type { ListQuery } from '../../scim/list.ts';
import type { ListQuery as StoreQuery } from '../../store/filter/page.ts';

/** A list request as the store takes it. */
export function storeQuery({
  filter,
  sort,
  count,
  start,
}: ListQuery): StoreQuery & { readonly startIndex: number } {
  if (start.kind === 'cursor') {
    throw badRequest('invalidCursor', 'Paging is by startIndex and count, as /ServiceProviderConfig says.');
  }
  return {
    filter: filter ?? null,
    startIndex: start.startIndex,
    count,
    ...storeSort(sort),
  };
}

export function storeSort(sort: ListQuery['sort']): Pick<StoreQuery, 'sortBy' | 'descending'> {
  return sort ? { sortBy: sort.path, descending: sort.descending } : {};
}
