import { groupName } from '../../../mapping/named-groups.ts';
import { ScimError } from '../../../scim/error.ts';
import { etagOf } from '../../../scim/etag.ts';
import { projectionOf } from '../../../scim/list.ts';
import { parseGroup } from '../../../scim/parse-group.ts';
import type { GroupChange } from '../../../scim/patch/group-patch.ts';
import { groupPatch } from '../../../scim/patch/group-patch.ts';
import { parsePatch } from '../../../scim/patch/parse-patch.ts';
import type { ScimGroupInput } from '../../../scim/resource.ts';
import { addMembers } from '../../../store/group-members.ts';
import { pinGroup, releasePins } from '../../../store/group-pins.ts';
import type { StoredGroup } from '../../../store/groups.ts';
import { deleteGroup, groupByDisplayName, groupById, insertGroup } from '../../../store/groups.ts';
import type { Db, Tx } from '../../../store/schema.ts';
import { enqueueMany } from '../../../sync/enqueue.ts';
import { MAX_MEMBER_FILTERS } from '../../limits.ts';
import { audit } from '../audit.ts';
import { changedMeanwhile, checkIfMatch, notFound, notModified } from '../conditions.ts';
import type { Endpoint, ScimReply, ScimRequest } from '../endpoint.ts';
import { jsonBody } from '../json-body.ts';
import { followGroupWrite } from './group-effects.ts';
import { listGroups } from './group-list.ts';
import { groupReply } from './group-reply.ts';
import { writeGroup } from './group-write.ts';

export const groups: Endpoint = { path: '/Groups', methods: { GET: listGroups, POST: postGroup } };

export const group: Endpoint = {
  path: '/Groups/:id',
  methods: { GET: getGroup, PUT: putGroup, PATCH: patchGroup, DELETE: removeGroup },
};

async function postGroup(request: ScimRequest): Promise<ScimReply> {
  const { runtime, directory } = request;
  const projection = projectionOf(request.query, directory.schema.group);
  const doc = parseGroup(await jsonBody(request), directory.schema);
  const created = await runtime.store.write(async (tx) => {
    const at = runtime.clock.now();
    const stored = await insertGroup(tx, { id: request.newId, directory: directory.alias, doc, at });
    const added = await addMembers(tx, stored.id, doc.members ?? []);
    await audit(tx, request, { action: 'group.create', groupId: stored.id });
    await followGroupWrite(tx, request, { group: stored, renamed: true, added, removed: [] });
    return stored;
  });
  runtime.wake();
  const reply = groupReply(request, created, projection);
  return {
    ...reply,
    status: 201,
    headers: { ...reply.headers, Location: `${request.baseUrl}/Groups/${created.id}` },
  };
}

async function getGroup(request: ScimRequest): Promise<ScimReply> {
  const projection = projectionOf(request.query, request.directory.schema.group);
  const stored = await existing(request.runtime.store.read, request);
  return notModified(request, stored) ?? groupReply(request, stored, projection);
}

async function putGroup(request: ScimRequest): Promise<ScimReply> {
  const projection = projectionOf(request.query, request.directory.schema.group);
  const replacement = parseGroup(await jsonBody(request), request.directory.schema);
  const written = await changeGroup(request, replacementChanges(replacement));
  return groupReply(request, written, projection);
}

/** A reply with all members would cost more than the change: so none, unless the client names attributes. */
async function patchGroup(request: ScimRequest): Promise<ScimReply> {
  const { schema } = request.directory;
  const projection = projectionOf(request.query, schema.group);
  const changes = groupPatch(parsePatch(await jsonBody(request), schema.group, request.id));
  refuseManyFilters(changes);
  const written = await changeGroup(request, changes);
  return request.query['attributes'] !== undefined
    ? groupReply(request, written, projection)
    : { status: 204, headers: { ETag: etagOf(written.version) } };
}

function refuseManyFilters(changes: readonly GroupChange[]): void {
  const filters = changes.filter(({ kind }) => kind === 'removeMembersMatching').length;
  if (filters <= MAX_MEMBER_FILTERS) return;
  throw new ScimError(
    413,
    undefined,
    `This PATCH has ${filters} filters over members other than by value. At most ${MAX_MEMBER_FILTERS}: name members by value.`,
  );
}

async function removeGroup(request: ScimRequest): Promise<ScimReply> {
  const { runtime, directory } = request;
  await runtime.store.write(async (tx) => {
    const stored = await existing(tx, request);
    checkIfMatch(request, stored);
    await deleteGroup(tx, stored, runtime.clock.now());
    await audit(tx, request, { action: 'group.delete', groupId: stored.id });
    await enqueueMany(tx, runtime, directory, stored.id);
    for (const name of await releasePins(tx, stored.id)) await passOnPin(tx, request, name);
  });
  runtime.wake();
  return { status: 204 };
}

/** A rule's name goes to the group that has it now: its members are no longer passed over. */
async function passOnPin(tx: Tx, { runtime, directory }: ScimRequest, name: string): Promise<void> {
  const successor = await groupByDisplayName(tx, directory.alias, name);
  if (!successor || groupName(successor.displayName) !== name) return;
  await pinGroup(tx, { directory: directory.alias, name, groupId: successor.id });
  await enqueueMany(tx, runtime, directory, successor.id);
}

/** What a PUT leaves out is cleared, except the members: an omission must not empty a contact center. */
function replacementChanges({ displayName, externalId, members }: ScimGroupInput): readonly GroupChange[] {
  return [
    { kind: 'setAttribute', attribute: 'displayName', value: displayName },
    { kind: 'setAttribute', attribute: 'externalId', value: externalId ?? null },
    ...(members ? [{ kind: 'replaceMembers', members } as const] : []),
  ];
}

/** A write that changes nothing moves no version and queues nobody: Okta sends the name with every push. */
async function changeGroup(request: ScimRequest, changes: readonly GroupChange[]): Promise<StoredGroup> {
  const { runtime } = request;
  const group = await runtime.store.write(async (tx) => {
    const stored = await existing(tx, request);
    checkIfMatch(request, stored);
    const written = await writeGroup(tx, stored, changes, runtime.clock.now());
    if (!written) throw changedMeanwhile();
    if (written.group === stored) return stored;
    await audit(tx, request, { action: 'group.update', groupId: stored.id });
    await followGroupWrite(tx, request, written);
    return written.group;
  });
  runtime.wake();
  return group;
}

/** @throws ScimError 404 */
async function existing(db: Db, { directory, id }: ScimRequest): Promise<StoredGroup> {
  const stored = await groupById(db, directory.alias, id);
  if (!stored) throw notFound('Group', id);
  return stored;
}
