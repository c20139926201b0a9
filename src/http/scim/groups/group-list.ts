import type { ListQuery } from '../../../scim/list.ts';
import { listHead, listResponse, parseListQuery, searchParameters } from '../../../scim/list.ts';
import type { Projection } from '../../../scim/projection.ts';
import { wantsMembers } from '../../../scim/projection.ts';
import type { StoredGroup } from '../../../store/groups.ts';
import { findGroups } from '../../../store/groups.ts';
import type { ScimReply, ScimRequest } from '../endpoint.ts';
import { jsonBody } from '../json-body.ts';
import { pageNumbers, storeQuery } from '../lists/store-query.ts';
import { groupPieces, groupText } from './group-reply.ts';

export async function listGroups(request: ScimRequest): Promise<ScimReply> {
  return groupsPage(request, parseListQuery(request.query, request.directory.schema.group));
}

/** The same as a POST (RFC 7644 §3.4.3). */
export async function searchGroups(request: ScimRequest): Promise<ScimReply> {
  const parameters = searchParameters(await jsonBody(request));
  return groupsPage(request, parseListQuery(parameters, request.directory.schema.group));
}

async function groupsPage(request: ScimRequest, list: ListQuery): Promise<ScimReply> {
  const { runtime, directory } = request;
  const { projection } = list;
  const page = await findGroups(runtime.store, directory.alias, storeQuery(list));
  const { rows } = page;
  const numbers = pageNumbers(list, page);
  if (!wantsMembers(projection, directory.schema.group)) {
    const resources = rows.map((group) => groupText(request, group, projection));
    return { status: 200, body: listResponse({ resources, ...numbers }) };
  }
  const head = listHead({ itemsPerPage: rows.length, ...numbers });
  return { status: 200, body: piecesWithMembers(request, head, rows, projection) };
}

/** A page of groups with members can be larger than memory should hold. */
async function* piecesWithMembers(
  request: ScimRequest,
  head: string,
  groups: readonly StoredGroup[],
  projection: Projection,
): AsyncGenerator<string> {
  yield head;
  for (const [index, group] of groups.entries()) {
    if (index > 0) yield ',';
    yield* groupPieces(request, group, projection);
  }
  yield ']}';
}
