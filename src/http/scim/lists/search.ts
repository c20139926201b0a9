import { badRequest } from '../../../scim/error.ts';
import type { Filter } from '../../../scim/filter/filter.ts';
import { parseFilterAcrossTypes } from '../../../scim/filter/parse-filter.ts';
import {
  listHead,
  parseListQuery,
  projectionOf,
  searchParameters,
  sortAcrossTypes,
} from '../../../scim/list.ts';
import type { ResourceSchema } from '../../../scim/schema.ts';
import { findGroups } from '../../../store/groups.ts';
import { findUsers } from '../../../store/user/listed-users.ts';
import type { Endpoint, ScimReply, ScimRequest } from '../endpoint.ts';
import { jsonBody } from '../json-body.ts';
import { listPieces } from './list-pieces.ts';
import { searchGroups } from '../groups/group-list.ts';
import { groupText } from '../groups/group-reply.ts';
import { storeQuery, storeSort } from './store-query.ts';
import { searchUsers, userPieces } from '../users/user-list.ts';

/** RFC 7644 §3.4.3. */
export const searches: readonly Endpoint[] = [
  { path: '/.search', methods: { POST: searchEverything } },
  { path: '/Users/.search', methods: { POST: searchUsers } },
  { path: '/Groups/.search', methods: { POST: searchGroups } },
];

/**
 * All users, then all groups, as one list; a sort orders each of the two. Groups come without members: who wants
 * those asks at /Groups.
 */
async function searchEverything(request: ScimRequest): Promise<ScimReply> {
  const { runtime, directory } = request;
  const { user, group } = directory.schema;
  const { filter, sortBy, sortOrder, ...parameters } = searchParameters(await jsonBody(request));
  const query = storeQuery(parseListQuery(parameters, user));
  if (query.after) {
    throw badRequest(
      'invalidCursor',
      'Page by cursor at /Users/.search or /Groups/.search, one type at a time.',
    );
  }
  const chosen = (schema: ResourceSchema) => ({
    filter: filterOver(filter, schema, [user, group]),
    ...storeSort(sortAcrossTypes({ sortBy, sortOrder }, schema, [user, group])),
  });
  const users = await findUsers(runtime.store, directory.alias, { ...query, ...chosen(user) });
  const groups = await findGroups(runtime.store, directory.alias, {
    ...chosen(group),
    startIndex: Math.max(1, query.startIndex - users.totalResults),
    count: query.count - users.rows.length,
  });
  const head = listHead({
    itemsPerPage: users.rows.length + groups.rows.length,
    totalResults: users.totalResults + groups.totalResults,
    startIndex: query.startIndex,
  });
  const groupTexts = groups.rows.map((row) => groupText(request, row, projectionOf(parameters, group)));
  const userTexts = userPieces(request, users.rows, projectionOf(parameters, user));
  return { status: 200, body: listPieces(head, userTexts, groupTexts) };
}

function filterOver(text: unknown, schema: ResourceSchema, all: readonly ResourceSchema[]): Filter | null {
  if (text === undefined || text === null || text === '') return null;
  if (typeof text !== 'string') throw badRequest('invalidSyntax', 'filter must be a text.');
  return parseFilterAcrossTypes(text, schema, all);
}
