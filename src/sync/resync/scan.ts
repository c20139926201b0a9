import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { ListedUser } from '../../connect/api/read-users.ts';
import { BRIDGE_ID_TAG, SCIM_USER_TAG } from '../../connect/user.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import { differs, fieldsOf } from '../../plan/field-targets.ts';
import { LANES } from '../../plan/plan.ts';
import type { LinkedUser } from '../../plan/plan.ts';
import { linkOf } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import { seenLinksAfter } from '../../store/link/seen.ts';
import type { SeenLink } from '../../store/link/seen.ts';
import { isOurs } from '../applying/is-ours.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';

/** What a scan found that the store does not know. Each was read with DescribeUser, whose answers do not lag. */
export type Finding =
  /** Perhaps changed: whether he is another than the link says is for the reader to see. */
  | { readonly kind: 'read'; readonly seen: SeenLink; readonly actual: ActualUser; readonly readAt: number }
  | { readonly kind: 'gone'; readonly seen: SeenLink }
  /** His tags do not name this bridge and this SCIM user any more. */
  | { readonly kind: 'notOurs'; readonly seen: SeenLink }
  /** A user with our tag whom no link knows. */
  | {
      readonly kind: 'unlinked';
      readonly actual: ActualUser;
      readonly scimUserId: string;
      readonly readAt: number;
    };

/**
 * How much later than our own note of a write Connect may date it. Larger, and an edit just after a write of ours is
 * only found through the search index; smaller, and a clock that is behind costs one read per user written.
 */
const CLOCK_SKEW_MS = 2_000;
/** What we wrote so recently the search index may not have yet: it lags by 2 to 5 s (observed). */
const INDEX_LAG_MS = 10_000;
const BATCH = 100;

/**
 * Compares what Connect has with what the links say: ⌈N/1000⌉ ListUsers and ⌈N/500⌉ SearchUsers, then one
 * DescribeUser for each user who was modified since the bridge last looked, or whom either list has otherwise than
 * the link. Writes nothing.
 *
 * @param signal ends it between two calls
 * @throws ConnectError when any page fails, before the first finding: a partial list is never read as "the rest is gone"
 */
export async function* scanInstance(
  runtime: Runtime,
  instance: InstanceRuntime,
  signal?: AbortSignal,
): AsyncGenerator<Finding> {
  const connect = instance.connect.inLane(LANES.indexOf('cosmetic'), signal);
  const startedAt = runtime.clock.now();
  const listed = new Map<ConnectUserId, ListedUser>();
  for await (const user of connect.listUsers()) listed.set(user.id, user);
  instance.usersInConnect = listed.size;
  const indexed = new Map<ConnectUserId, ActualUser>();
  for await (const user of connect.searchUsers()) indexed.set(user.id, user);
  const scan: Scan = { runtime, instance, connect, startedAt, listed, indexed };
  const known = new Set<ConnectUserId>();
  for (let after = 0, ended = false; !ended; ) {
    const batch = await seenLinksAfter(runtime.store.read, instance.alias, after, BATCH);
    for (const { link } of batch) for (const id of connectUserIds(link)) known.add(id);
    yield* present(await Promise.all(batch.map((seen) => look(scan, seen))));
    after = batch.at(-1)?.seq ?? after;
    ended = batch.length < BATCH;
  }
  yield* unlinked(scan, known);
}

interface Scan {
  readonly runtime: Runtime;
  readonly instance: InstanceRuntime;
  readonly connect: ConnectInstance;
  readonly startedAt: number;
  readonly listed: ReadonlyMap<ConnectUserId, ListedUser>;
  readonly indexed: ReadonlyMap<ConnectUserId, ActualUser>;
}

function connectUserIds({ linked }: Link): readonly ConnectUserId[] {
  return [linked, linked?.retiring].flatMap((one) => (one ? [one.userId] : []));
}

function* present(findings: readonly (Finding | null)[]) {
  for (const finding of findings) if (finding) yield finding;
}

async function look(scan: Scan, seen: SeenLink): Promise<Finding | null> {
  const linked = seen.link.linked!;
  if (!isSuspect(scan, seen, linked)) return null;
  const { runtime, connect } = scan;
  const readAt = runtime.clock.now();
  const actual = await describe(connect, linked.userId);
  if (!actual) return { kind: 'gone', seen };
  return isOurs(runtime, seen.link, actual.tags)
    ? { kind: 'read', seen, actual, readAt }
    : { kind: 'notOurs', seen };
}

function isSuspect(scan: Scan, seen: SeenLink, linked: LinkedUser): boolean {
  const { link, seenAt } = seen;
  const { startedAt, listed, indexed, runtime } = scan;
  // Written while the lists were read: nothing in them says more than the link does.
  if (seenAt !== null && seenAt >= startedAt) return false;
  const user = listed.get(linked.userId);
  if (!user || seenAt === null) return true;
  if (user.lastModifiedTime === null || user.lastModifiedTime > seenAt + CLOCK_SKEW_MS) return true;
  if (areAddressesInDoubt(scan, seen, linked)) return true;
  const entry = indexed.get(linked.userId);
  if (!entry || seenAt > startedAt - INDEX_LAG_MS) return false;
  if (!isOurs(runtime, link, entry.tags)) return true;
  return fieldsOf(entry.fields).some((field) => differs(field, entry.fields, linked.actual));
}

/** A write of ours moved LastModifiedTime past an edit, if there was one, and the search index has no addresses. */
function areAddressesInDoubt(
  { runtime }: Scan,
  { link, seenAt, addressesSeenAt }: SeenLink,
  { lifecycle, lastApplied }: LinkedUser,
): boolean {
  if (lifecycle !== 'active' || (addressesSeenAt ?? 0) >= (seenAt ?? 0)) return false;
  const { ownership } = runtime.directories.get(link.directory)?.mapping?.mapping ?? {};
  return ADDRESSES.some((field) => ownership?.[field] === 'enforce' && lastApplied[field] !== undefined);
}

const ADDRESSES = ['email', 'secondaryEmail', 'mobile'] as const;

async function describe(connect: ConnectInstance, id: ConnectUserId): Promise<ActualUser | null> {
  try {
    return await connect.describeUser(id);
  } catch (error) {
    if (error instanceof ConnectError && error.kind === 'notFound') return null;
    throw error;
  }
}

/**
 * Made by hand with our tag, or by a create that the store has lost. Whom a rename left suspended, beside the user who
 * took his place, is where he belongs.
 */
async function* unlinked(scan: Scan, known: ReadonlySet<ConnectUserId>): AsyncGenerator<Finding> {
  const { runtime, connect, instance } = scan;
  const { bridgeId } = runtime.config;
  for (const id of scan.listed.keys()) {
    const entry = scan.indexed.get(id);
    if (known.has(id) || entry?.tags[BRIDGE_ID_TAG] !== bridgeId) continue;
    if (hasNoAccess(entry, instance) && (await isReplaced(scan, entry))) continue;
    const readAt = runtime.clock.now();
    const actual = await describe(connect, id);
    const scimUserId = actual?.tags[SCIM_USER_TAG];
    if (actual?.tags[BRIDGE_ID_TAG] === bridgeId && scimUserId !== undefined)
      yield { kind: 'unlinked', actual, scimUserId, readAt };
  }
}

async function isReplaced({ runtime, instance }: Scan, { tags }: ActualUser): Promise<boolean> {
  const link = await linkOf(runtime.store.read, tags[SCIM_USER_TAG] ?? '', instance.alias);
  return link?.linked !== undefined && link.linked !== null && link.linked.lifecycle !== 'deleted';
}

export function hasNoAccess({ fields }: Pick<ActualUser, 'fields'>, { suspend }: InstanceRuntime): boolean {
  const ids = fields.securityProfileIds ?? [];
  return suspend !== null && ids.length === 1 && ids[0] === suspend.securityProfileId;
}
