import type { ListQuery } from '../../../scim/list.ts';
import { listHead, listResponse, parseListQuery, searchParameters } from '../../../scim/list.ts';
import type { Projection } from '../../../scim/projection.ts';
import type { ListedUser } from '../../../store/user/listed-users.ts';
import { findUsers } from '../../../store/user/listed-users.ts';
import type { ScimReply, ScimRequest } from '../endpoint.ts';
import { jsonBody } from '../json-body.ts';
import { listPieces } from '../lists/list-pieces.ts';
import { pageNumbers, storeQuery } from '../lists/store-query.ts';
import { userTexts } from './user-reply.ts';

export async function listUsers(request: ScimRequest): Promise<ScimReply> {
  return usersPage(request, parseListQuery(request.query, request.directory.schema.user));
}

/** The same as a POST, for filters that are too long, or too private, for a URL (RFC 7644 §3.4.3). */
export async function searchUsers(request: ScimRequest): Promise<ScimReply> {
  const parameters = searchParameters(await jsonBody(request));
  return usersPage(request, parseListQuery(parameters, request.directory.schema.user));
}

async function usersPage(request: ScimRequest, list: ListQuery): Promise<ScimReply> {
  const { runtime, directory } = request;
  const page = await findUsers(runtime.store, directory.alias, storeQuery(list));
  const { rows } = page;
  const numbers = pageNumbers(list, page);
  if (rows.length > USERS_PER_PIECE) {
    const head = listHead({ itemsPerPage: rows.length, ...numbers });
    return { status: 200, body: listPieces(head, userPieces(request, rows, list.projection)) };
  }
  const resources = await userTexts(request, rows, list.projection);
  return { status: 200, body: listResponse({ resources, ...numbers }) };
}

/** Users made into text at a time, before others have a turn. */
const USERS_PER_PIECE = 100;

/** The users as JSON text, several to a piece. */
export async function* userPieces(
  request: ScimRequest,
  users: readonly ListedUser[],
  projection: Projection,
): AsyncGenerator<string> {
  for (let at = 0; at < users.length; at += USERS_PER_PIECE) {
    yield (await userTexts(request, users.slice(at, at + USERS_PER_PIECE), projection)).join(',');
  }
}
