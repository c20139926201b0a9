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
  if (isLarge(rows)) {
    const head = listHead({ itemsPerPage: rows.length, ...numbers });
    return { status: 200, body: listPieces(head, userPieces(request, rows, list.projection)) };
  }
  const resources = await userTexts(request, rows, list.projection);
  return { status: 200, body: listResponse({ resources, ...numbers }) };
}

/** Made into text at a time, before others have a turn: as many users, and as much of what is stored of them. */
const USERS_PER_PIECE = 100;
const CHARACTERS_PER_PIECE = 512 * 1024;

function isLarge(users: readonly ListedUser[]): boolean {
  return endOfPiece(users, 0) < users.length;
}

/**
 * The users as JSON text, several to a piece. They count as under way until the last piece is taken, so nothing may
 * fail between this and taking the first.
 *
 * @throws ScimError 503 when too much is under way
 */
export function userPieces(
  request: ScimRequest,
  users: readonly ListedUser[],
  projection: Projection,
): AsyncGenerator<string> {
  const free = request.pages.take(users.reduce((sum, { doc }) => sum + doc.length, 0));
  return piecesOf(request, users, { projection, free });
}

async function* piecesOf(
  request: ScimRequest,
  users: readonly ListedUser[],
  { projection, free }: { readonly projection: Projection; readonly free: () => void },
): AsyncGenerator<string> {
  try {
    for (let at = 0, end = 0; at < users.length; at = end) {
      end = endOfPiece(users, at);
      yield (await userTexts(request, users.slice(at, end), projection)).join(',');
    }
  } finally {
    free();
  }
}

/** Behind the last user of the piece that begins at `start`; it has one at least. */
function endOfPiece(users: readonly ListedUser[], start: number): number {
  let characters = 0;
  for (let at = start; at < users.length; at += 1) {
    characters += users[at]!.doc.length;
    if (at > start && (at === start + USERS_PER_PIECE || characters > CHARACTERS_PER_PIECE)) return at;
  }
  return users.length;
}
