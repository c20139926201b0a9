import { etagOf } from '../../../scim/etag.ts';
import type { Projection } from '../../../scim/projection.ts';
import { project, wantsMembers } from '../../../scim/projection.ts';
import type { JsonObject } from '../../../scim/resource.ts';
import type { StoredMember } from '../../../store/group-members.ts';
import { membersOf } from '../../../store/group-members.ts';
import type { StoredGroup } from '../../../store/groups.ts';
import type { ScimReply, ScimRequest } from '../endpoint.ts';
import { metaOf } from '../meta.ts';

/** Members read and sent at a time: larger keeps the event loop busy, smaller makes more reads. */
const MEMBERS_PER_PIECE = 500;

export function groupReply(request: ScimRequest, group: StoredGroup, projection: Projection): ScimReply {
  const headers = { ETag: etagOf(group.version) };
  return wantsMembers(projection, request.directory.schema.group)
    ? { status: 200, headers, body: groupPieces(request, group, projection) }
    : { status: 200, headers, body: groupText(request, group, projection) };
}

/** The group without its members, which are not read. */
export function groupText(request: ScimRequest, group: StoredGroup, projection: Projection): string {
  const { group: schema } = request.directory.schema;
  const whole: JsonObject = {
    schemas: [schema.urn],
    id: group.id,
    ...(JSON.parse(group.doc) as JsonObject),
    meta: metaOf(request, 'Group', group),
  };
  return JSON.stringify(project(whole, projection, schema));
}

/** The group with its members as JSON text in pieces. Without any, `members` is left out: RFC 7643 §2.5. */
export async function* groupPieces(
  request: ScimRequest,
  group: StoredGroup,
  projection: Projection,
): AsyncGenerator<string> {
  const { runtime, directory } = request;
  yield groupText(request, group, projection).slice(0, -1);
  let opening = ',"members":[';
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: readonly StoredMember[] = await membersOf(runtime.store.read, group.id, {
      after,
      limit: MEMBERS_PER_PIECE,
    });
    const members = project({ members: page.map(memberJson) }, projection, directory.schema.group)['members'];
    if (Array.isArray(members) && members.length > 0) {
      yield opening + JSON.stringify(members).slice(1, -1);
      opening = ',';
    }
    after = page.length < MEMBERS_PER_PIECE ? undefined : page.at(-1)?.seq;
  }
  yield opening === ',' ? ']}' : '}';
}

function memberJson({ value, display, type }: StoredMember): JsonObject {
  return { value, ...(display !== null && { display }), ...(type !== null && { type }) };
}
