import { differingFields } from '../../plan/field-targets.ts';
import { appendAudit } from '../../store/audit.ts';
import { linkOf } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import { markSeen, seenAtOf } from '../../store/link/seen.ts';
import type { SeenLink } from '../../store/link/seen.ts';
import type { Tx } from '../../store/schema.ts';
import { userById } from '../../store/users.ts';
import { enqueue, workOfUser } from '../../store/work-items.ts';
import { linkedWith } from '../applying/read-actual.ts';
import { recordGone } from '../applying/record-gone.ts';
import type { UserKey } from '../planning/plan-for-user.ts';
import { saveLink } from '../planning/save-link.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';
import { hasNoAccess, scanInstance } from './scan.ts';
import type { Finding } from './scan.ts';

/** What one resync came to. */
export interface ResyncCounts {
  /** Users read with DescribeUser. */
  readonly read: number;
  /** Of them, those who were not as the bridge left them, or gone, or newly linked: they were queued. */
  readonly changed: number;
}

/**
 * Takes up what was changed in Connect by others. What becomes of it is for the plan to say: here it is only stored,
 * and the user queued. Users that are being worked on are left to the next resync.
 *
 * @throws ConnectError when Connect cannot be read to the end; what was proven until then stays
 */
export async function resyncInstance(
  runtime: Runtime,
  instance: InstanceRuntime,
  signal?: AbortSignal,
): Promise<ResyncCounts> {
  let [read, changed] = [0, 0];
  for await (const finding of scanInstance(runtime, instance, signal)) {
    read += 1;
    const isNews = await runtime.store.write((tx) => record(tx, runtime, instance, finding));
    if (isNews) changed += 1;
  }
  if (changed > 0) runtime.wake();
  return { read, changed };
}

/** @returns whether the user was queued */
function record(tx: Tx, runtime: Runtime, instance: InstanceRuntime, finding: Finding): Promise<boolean> {
  switch (finding.kind) {
    case 'read':
      return recordRead(tx, runtime, finding);
    case 'gone':
      return recordMissing(tx, runtime, finding.seen);
    case 'notOurs':
      return recordNotOurs(tx, runtime, finding.seen);
    case 'unlinked':
      return recordUnlinked(tx, runtime, instance, finding);
    default:
      return finding satisfies never;
  }
}

async function recordRead(
  tx: Tx,
  runtime: Runtime,
  { seen, actual, readAt }: Extract<Finding, { kind: 'read' }>,
): Promise<boolean> {
  const link = await unchangedLink(tx, runtime, seen);
  if (!link) return false;
  const before = link.linked!;
  const tags = { ...before.tags, actual: actual.tags };
  const linked = { ...before, actual: actual.fields, username: actual.username, tags };
  await saveLink(tx, link, { linked }, runtime.clock.now());
  await markSeen(tx, link, readAt);
  const edited = differingFields(before.actual, actual.fields);
  if (edited.length === 0) return false;
  await queue(tx, runtime, link, { action: 'user.edited', detail: { fields: edited } });
  return true;
}

async function recordMissing(tx: Tx, runtime: Runtime, seen: SeenLink): Promise<boolean> {
  const link = await unchangedLink(tx, runtime, seen);
  if (!link) return false;
  await recordGone(tx, runtime, link, link.linked!);
  await queue(tx, runtime, link, { action: 'user.gone' });
  return true;
}

/** The next reconcile reads him first, and parks him; nothing of him is changed before. */
async function recordNotOurs(tx: Tx, runtime: Runtime, seen: SeenLink): Promise<boolean> {
  const link = await unchangedLink(tx, runtime, seen);
  if (!link || link.reason?.code === 'notOurs') return false;
  await queue(tx, runtime, link, { action: 'user.disowned', readFirst: true });
  return true;
}

/** Tag without link: linked again. Without access by a rename of ours, or unknown to the store, he is left alone. */
async function recordUnlinked(
  tx: Tx,
  runtime: Runtime,
  instance: InstanceRuntime,
  { actual, scimUserId, readAt }: Extract<Finding, { kind: 'unlinked' }>,
): Promise<boolean> {
  const key = await keyOf(tx, runtime, instance, scimUserId);
  if (!key || (await isBeingWorkedOn(tx, runtime, key))) return false;
  const link = await linkOf(tx, scimUserId, instance.alias);
  if (link?.creating || link?.linked?.retiring) return false;
  const linked = linkedWith(link?.linked ?? null, actual);
  if (linked.userId !== actual.id && hasNoAccess(actual, instance)) return false;
  await saveLink(tx, key, { linked }, runtime.clock.now());
  if (linked.userId === actual.id) await markSeen(tx, key, readAt);
  await queue(tx, runtime, key, { action: 'user.relinked', detail: { connectUserId: actual.id } });
  return true;
}

/** The SCIM user whom the tag names, or who had a link here. */
async function keyOf(
  tx: Tx,
  { directories }: Runtime,
  { alias }: InstanceRuntime,
  userId: string,
): Promise<UserKey | null> {
  const link = await linkOf(tx, userId, alias);
  if (link) return { userId, instance: alias, directory: link.directory };
  for (const directory of directories.values()) {
    if (!directory.config.instances.includes(alias)) continue;
    if (await userById(tx, directory.alias, userId))
      return { userId, instance: alias, directory: directory.alias };
  }
  return null;
}

/** The link as the scan saw it; null when it was written since, or is about to be: the next resync looks again. */
async function unchangedLink(tx: Tx, runtime: Runtime, { link, seenAt }: SeenLink): Promise<Link | null> {
  const now = await linkOf(tx, link.userId, link.instance);
  const isSame = now?.linked?.userId === link.linked?.userId && (await seenAtOf(tx, link)) === seenAt;
  return now && isSame && !(await isBeingWorkedOn(tx, runtime, link)) ? now : null;
}

async function isBeingWorkedOn(tx: Tx, { clock }: Runtime, { userId, instance }: UserKey): Promise<boolean> {
  const items = await workOfUser(tx, userId);
  return items.some((item) => item.instance === instance && item.leaseUntil > clock.now());
}

interface News {
  readonly action: string;
  readonly detail?: { readonly [key: string]: string | readonly string[] };
  readonly readFirst?: boolean;
}

/** In the last lane, and no sooner than an attribute change would be: a user who is moving is not torn apart. */
async function queue(tx: Tx, runtime: Runtime, key: UserKey, news: News): Promise<void> {
  const { userId, instance, directory } = key;
  const at = runtime.clock.now();
  const settleMs = (runtime.directories.get(directory)?.config.settleSeconds ?? 0) * 1_000;
  await enqueue(tx, {
    userId,
    directory,
    instances: [instance],
    lane: 'cosmetic',
    dueAt: at + settleMs,
    receivedAt: at,
    readFirst: news.readFirst ?? false,
  });
  const { action, detail = {} } = news;
  await appendAudit(tx, { at, directory, actor: 'connect', action, userId, instance, detail });
}
