import { accessOf } from '../../../mapping/access.ts';
import { ScimError } from '../../../scim/error.ts';
import { projectionOf } from '../../../scim/list.ts';
import { parsePatch } from '../../../scim/patch/parse-patch.ts';
import { applyUserPatch } from '../../../scim/patch/apply-user-patch.ts';
import { newUser, parseUser, replaceUser } from '../../../scim/parse-user.ts';
import type { ScimUserInput } from '../../../scim/resource.ts';
import type { Db, Tx } from '../../../store/schema.ts';
import { listedUser } from '../../../store/user/listed-users.ts';
import type { StoredUser } from '../../../store/users.ts';
import { deleteUser, insertUser, updateUser, userById } from '../../../store/users.ts';
import { enqueueUser } from '../../../sync/enqueue.ts';
import { MAX_USER_BYTES } from '../../limits.ts';
import { audit } from '../audit.ts';
import { changedMeanwhile, checkIfMatch, notFound, notModified } from '../conditions.ts';
import type { Endpoint, ScimReply, ScimRequest } from '../endpoint.ts';
import { jsonBody } from '../json-body.ts';
import { refuseByVerdict } from '../verdict/refuse.ts';
import { listUsers } from './user-list.ts';
import { userReply, writtenReply } from './user-reply.ts';

export const users: Endpoint = { path: '/Users', methods: { GET: listUsers, POST: postUser } };

export const user: Endpoint = {
  path: '/Users/:id',
  methods: { GET: getUser, PUT: putUser, PATCH: patchUser, DELETE: removeUser },
};

async function postUser(request: ScimRequest): Promise<ScimReply> {
  const { runtime, directory } = request;
  const projection = projectionOf(request.query, directory.schema.user);
  const doc = newUser(parseUser(await jsonBody(request), directory.schema));
  refuseLarge(doc);
  const created = await runtime.store.write(async (tx) => {
    const at = runtime.clock.now();
    const stored = await insertUser(tx, { id: request.newId, directory: directory.alias, doc, at });
    await refuseByVerdict(tx, request, { userId: stored.id, before: null, after: doc });
    await committed(tx, request, { action: 'user.create', userId: stored.id, urgency: 'settle' });
    return stored;
  });
  runtime.wake();
  const reply = await writtenReply(request, created, projection);
  return {
    ...reply,
    status: 201,
    headers: { ...reply.headers, Location: `${request.baseUrl}/Users/${created.id}` },
  };
}

async function getUser(request: ScimRequest): Promise<ScimReply> {
  const projection = projectionOf(request.query, request.directory.schema.user);
  const { directory, id, runtime } = request;
  const user = await listedUser(runtime.store.read, directory.alias, id);
  if (!user) throw notFound('User', id);
  return notModified(request, user) ?? userReply(request, user, projection);
}

async function putUser(request: ScimRequest): Promise<ScimReply> {
  const replacement = parseUser(await jsonBody(request), request.directory.schema);
  return writeUser(request, (current) => replaceUser(current, replacement));
}

async function patchUser(request: ScimRequest): Promise<ScimReply> {
  const { schema } = request.directory;
  const operations = parsePatch(await jsonBody(request), schema.user, request.id);
  return writeUser(request, (current) => applyUserPatch(current, operations, schema));
}

async function removeUser(request: ScimRequest): Promise<ScimReply> {
  const { runtime } = request;
  await runtime.store.write(async (tx) => {
    const stored = await existing(tx, request);
    checkIfMatch(request, stored);
    await deleteUser(tx, stored, runtime.clock.now());
    await committed(tx, request, { action: 'user.delete', userId: stored.id, urgency: 'leaver' });
  });
  runtime.wake();
  return { status: 204 };
}

type UserWrite = (current: ScimUserInput) => { readonly user: ScimUserInput; readonly changed: boolean };

/** A write that changes nothing moves no version and queues nothing: IdPs repeat themselves. */
async function writeUser(request: ScimRequest, write: UserWrite): Promise<ScimReply> {
  const { runtime, directory } = request;
  const projection = projectionOf(request.query, directory.schema.user);
  const written = await runtime.store.write(async (tx) => {
    const stored = await existing(tx, request);
    checkIfMatch(request, stored);
    const current = JSON.parse(stored.doc) as ScimUserInput;
    const { user: doc, changed } = write(current);
    if (changed) refuseLarge(doc);
    const updated = changed ? await updateUser(tx, stored, doc, runtime.clock.now()) : stored;
    if (!updated) throw changedMeanwhile();
    await refuseByVerdict(tx, request, { userId: stored.id, before: current, after: doc });
    if (!changed) return stored;
    const urgency = hasAccess(request, current) && !hasAccess(request, doc) ? 'leaver' : 'settle';
    await committed(tx, request, { action: 'user.update', userId: stored.id, urgency });
    return updated;
  });
  runtime.wake();
  return writtenReply(request, written, projection);
}

/** By `active` and by what the mapping's `access` reads: who has it no more does not wait for further changes. */
function hasAccess({ runtime, directory }: ScimRequest, user: ScimUserInput): boolean {
  const mapping = directory.mapping?.mapping;
  const isActive = user.active !== false;
  if (!isActive || !mapping) return isActive;
  return accessOf(user, mapping, runtime.clock.now()).active;
}

/** @throws ScimError 413 */
function refuseLarge(doc: ScimUserInput): void {
  const bytes = Buffer.byteLength(JSON.stringify(doc));
  if (bytes <= MAX_USER_BYTES) return;
  throw new ScimError(413, undefined, `This user has ${bytes} bytes as JSON. At most ${MAX_USER_BYTES}.`);
}

interface UserEvent {
  readonly action: 'user.create' | 'user.update' | 'user.delete';
  readonly userId: string;
  readonly urgency: 'leaver' | 'settle';
}

/** What belongs to every write of a user, in its transaction: the record of it, and the work it makes. */
async function committed(
  tx: Tx,
  request: ScimRequest,
  { action, userId, urgency }: UserEvent,
): Promise<void> {
  await audit(tx, request, { action, userId });
  await enqueueUser(tx, request.runtime, { directory: request.directory, userId, urgency });
}

/** @throws ScimError 404 */
async function existing(db: Db, { directory, id }: ScimRequest): Promise<StoredUser> {
  const stored = await userById(db, directory.alias, id);
  if (!stored) throw notFound('User', id);
  return stored;
}
