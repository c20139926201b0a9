import { parseJson } from '../../../scim/json.ts';
import type { ListQuery } from '../../../scim/list.ts';
import { listResponse, parseListQuery, searchParameters } from '../../../scim/list.ts';
import { findUsers } from '../../../store/users.ts';
import type { ScimReply, ScimRequest } from '../endpoint.ts';
import { pageNumbers, storeQuery } from '../store-query.ts';
import { userTexts } from './user-reply.ts';

export async function listUsers(request: ScimRequest): Promise<ScimReply> {
  return usersPage(request, parseListQuery(request.query, request.directory.schema.user));
}

/** The same as a POST, for filters that are too long, or too private, for a URL (RFC 7644 §3.4.3). */
export async function searchUsers(request: ScimRequest): Promise<ScimReply> {
  const parameters = searchParameters(parseJson(request.body));
  return usersPage(request, parseListQuery(parameters, request.directory.schema.user));
}

async function usersPage(request: ScimRequest, list: ListQuery): Promise<ScimReply> {
  const { runtime, directory } = request;
  const page = await findUsers(runtime.store, directory.alias, storeQuery(list));
  const resources = await userTexts(request, page.rows, list.projection);
  return { status: 200, body: listResponse({ resources, ...pageNumbers(list, page) }) };
}
