import { etagOf } from '../../../scim/etag.ts';
import type { Projection } from '../../../scim/projection.ts';
import { project, wants } from '../../../scim/projection.ts';
import type { JsonObject } from '../../../scim/resource.ts';
import { AMAZON_CONNECT_SCHEMA, isJsonObject } from '../../../scim/resource.ts';
import { groupsOfUsers } from '../../../store/groups.ts';
import type { Link } from '../../../store/links.ts';
import { linksOfUser } from '../../../store/links.ts';
import type { ListedUser } from '../../../store/user/listed-users.ts';
import type { StoredUser } from '../../../store/users.ts';
import type { ScimReply, ScimRequest } from '../endpoint.ts';
import { metaOf, metaText } from '../meta.ts';

/** The user as he was written just now. */
export async function writtenReply(
  request: ScimRequest,
  user: StoredUser,
  projection: Projection,
): Promise<ScimReply> {
  const { runtime, directory } = request;
  const wanted = wants(projection, directory.schema.user, 'groups') ? [user.id] : [];
  const groups = (await groupsOfUsers(runtime.store.read, directory.alias, wanted)).get(user.id) ?? [];
  return userReply(request, { ...user, groups }, projection);
}

export async function userReply(
  request: ScimRequest,
  user: ListedUser,
  projection: Projection,
): Promise<ScimReply> {
  const texts = await userTexts(request, [user], projection);
  return { status: 200, headers: { ETag: etagOf(user.version) }, body: texts.join('') };
}

/** The users as JSON text, in the same order. */
export async function userTexts(
  request: ScimRequest,
  users: readonly ListedUser[],
  projection: Projection,
): Promise<readonly string[]> {
  const { runtime, directory } = request;
  const { user: schema } = directory.schema;
  if (projection.kind === 'default') return users.map((user) => splicedText(request, user));
  const wantsInstances = wants(projection, schema, `${AMAZON_CONNECT_SCHEMA}:instances`);
  const texts: string[] = [];
  for (const user of users) {
    const stored = JSON.parse(user.doc) as JsonObject;
    const links = wantsInstances ? await linksOfUser(runtime.store.read, user.id) : [];
    const whole = { ...withInstances(stored, links), ...computed(request, user) };
    texts.push(JSON.stringify(project(whole, projection, schema)));
  }
  return texts;
}

/** What is stored goes out as it is, without being walked: a page of users costs what its bytes cost. */
function splicedText(request: ScimRequest, user: ListedUser): string {
  const groups = user.groups.length === 0 ? '' : `,"groups":${JSON.stringify(groupsOf(request, user))}`;
  const id = JSON.stringify(user.id);
  return `{"id":${id},"meta":${metaText(request, 'User', user)}${groups},${user.doc.slice(1)}`;
}

/** What is not the client's to write. */
function computed(request: ScimRequest, user: ListedUser): JsonObject {
  return {
    id: user.id,
    meta: metaOf(request, 'User', user),
    ...(user.groups.length > 0 && { groups: groupsOf(request, user) }),
  };
}

function groupsOf({ baseUrl }: ScimRequest, { groups }: ListedUser): readonly JsonObject[] {
  return groups.map(({ id, displayName }) => ({
    value: id,
    $ref: `${baseUrl}/Groups/${id}`,
    display: displayName,
    type: 'direct',
  }));
}

function withInstances(stored: JsonObject, links: readonly Link[]): JsonObject {
  if (links.length === 0) return stored;
  const extension = stored[AMAZON_CONNECT_SCHEMA];
  const schemas = new Set([...(stored['schemas'] as readonly string[]), AMAZON_CONNECT_SCHEMA]);
  return {
    ...stored,
    schemas: [...schemas],
    [AMAZON_CONNECT_SCHEMA]: {
      ...(isJsonObject(extension) && extension),
      instances: links.map(({ instance, linked, sync, reason, syncedAt }) => ({
        instance,
        ...(linked && { connectUserId: linked.userId }),
        lifecycle: linked?.lifecycle ?? 'absent',
        sync,
        ...(reason && { reason: `${reason.detail} ${reason.remedy}` }),
        ...(syncedAt !== null && { lastSyncedAt: new Date(syncedAt).toISOString() }),
      })),
    },
  };
}
