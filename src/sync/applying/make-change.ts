import { ConnectError } from '../../connect/error.ts';
import type { ConnectErrorKind } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { Change, LinkedUser } from '../../plan/plan.ts';
import { afterChange, afterFound } from '../../plan/progress.ts';
import { renderChange } from '../../plan/render.ts';
import { appendAudit } from '../../store/audit.ts';
import { enqueueUsername } from '../../store/links.ts';
import { markSeen, markWritten } from '../../store/link/seen.ts';
import { hasten, hastenRefused, settleDoubt } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { nameOf } from '../planning/name-of.ts';
import { saveLink } from '../planning/save-link.ts';
import { trackChanged } from '../leaving/track-leaver.ts';
import type { Runtime } from '../runtime.ts';
import { applyChange } from './apply-change.ts';
import { ownUser } from './own-user.ts';

/** What a change is made with. */
export interface Making {
  readonly runtime: Runtime;
  readonly connect: ConnectInstance;
  readonly user: UserPlan;
  readonly item: WorkItem;
}

/**
 * Makes one change and stores that it was made. That a create is under way is stored before the call, so that one
 * whose answer is lost is looked for even when nobody wants the user any more.
 *
 * @throws ConnectError; ParkedError when the username is somebody else's
 */
export async function makeChange(making: Making, change: Change): Promise<void> {
  const linked = making.user.link?.linked ?? null;
  if (change.kind === 'createUser') return create(making, change, linked);
  try {
    await applyChange(making.connect, change);
  } catch (error) {
    if (!(error instanceof ConnectError) || !isBeyondNeed(error, change)) throw error;
  }
  await recordChange(making, change, afterChange(linked, change, null));
}

/** What is gone need not be taken away; and a quick connect is no reason to leave a replaced user with access. */
function isBeyondNeed({ kind }: ConnectError, change: Change): boolean {
  return (BEYOND_NEED[change.kind] ?? []).includes(kind);
}

const BEYOND_NEED: Partial<Record<Change['kind'], readonly ConnectErrorKind[]>> = {
  deleteUser: ['notFound'],
  deleteQuickConnect: ['notFound'],
  updateQuickConnectConfig: ['notFound', 'permanent', 'denied'],
};

async function create(
  making: Making,
  change: Extract<Change, { kind: 'createUser' }>,
  linked: LinkedUser | null,
): Promise<void> {
  await recordCreating(making, change.username);
  try {
    const createdId = await applyChange(making.connect, change);
    await recordChange(making, change, afterChange(linked, change, createdId));
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    if (error.kind === 'duplicate') return recordFound(making, change, linked, error);
    if (error.kind !== 'ambiguous') await recordCreating(making, null);
    throw error;
  }
}

/** CreateUser takes no client token, so a retry after a lost reply meets DuplicateResourceException. */
async function recordFound(
  making: Making,
  change: Extract<Change, { kind: 'createUser' }>,
  linked: LinkedUser | null,
  cause: ConnectError,
): Promise<void> {
  const { runtime, connect, user } = making;
  await recordCreating(making, null);
  const own = await ownUser(runtime, connect, user.key.userId, change.username);
  if (!own) throw cause;
  await recordChange(making, change, afterFound(linked, change, own));
}

async function recordCreating({ runtime, user }: Making, username: string | null): Promise<void> {
  await runtime.store.write((tx) => saveLink(tx, user.key, { creating: username }, runtime.clock.now()));
}

/**
 * The accepted call, what it did to the link, and its audit entry: one transaction. One whose answer never came is
 * recorded when a read shows that it was made.
 */
export async function recordChange(making: Making, change: Change, linked: LinkedUser | null): Promise<void> {
  const { runtime, user, item } = making;
  const { userId, instance, directory } = user.key;
  const at = runtime.clock.now();
  const target = runtime.instances.get(instance)!;
  const recovered = target.failing !== null;
  target.failing = null;
  const refusedBefore = change.kind === 'createUser' ? target.userQuota.accepted() : null;
  await runtime.store.write(async (tx) => {
    if (recovered) await hasten(tx, instance, at);
    if (refusedBefore !== null) await hastenRefused(tx, instance, refusedBefore, at);
    await settleDoubt(tx, item);
    await saveLink(tx, user.key, { linked, creating: null, sync: 'pending', reason: null }, at);
    await (tellsAddresses(change) ? markSeen : markWritten)(tx, user.key, at);
    await trackChanged(tx, user, change, at);
    const username = usernameOf(user, change);
    if (username !== null && freesUsername(user, change))
      await enqueueUsername(tx, { userId, instance, username }, at);
    await appendAudit(tx, {
      at,
      directory,
      actor: 'bridge',
      action: `connect.${change.kind}`,
      userId,
      instance,
      detail: {
        username,
        change: renderChange(change, nameOf(target)),
        receivedAt: item.receivedAt,
      },
    });
  });
  runtime.log.info({ userId, instance, change: change.kind }, 'changed in Connect');
}

/** Nobody can have edited who was just made, and the identity is written as a whole. */
function tellsAddresses({ kind }: Change): boolean {
  return kind === 'createUser' || kind === 'updateUserIdentityInfo';
}

/** For good, or for one who is hired again: a former user who is suspended can be taken over. */
function freesUsername({ user }: UserPlan, change: Change): boolean {
  if (change.kind === 'deleteUser') return true;
  return !user && change.kind === 'updateUserSecurityProfiles' && change.lifecycle === 'suspended';
}

/** Of the Connect user whom a change is made to: while one is being replaced there are two. */
function usernameOf({ link }: UserPlan, change: Change): string | null {
  if (change.kind === 'createUser') return change.username;
  const either = [link?.linked, link?.linked?.retiring];
  return either.find((one) => one?.userId === change.userId)?.username ?? null;
}
