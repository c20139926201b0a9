import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import { appendAudit } from '../../store/audit.ts';
import { linkOf, upsertLink } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import { markSeen } from '../../store/link/seen.ts';
import type { Tx } from '../../store/schema.ts';
import { requeue, workOfUser } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { saveLink } from '../planning/save-link.ts';
import type { Runtime } from '../runtime.ts';
import { isOurs } from './is-ours.ts';
import { ParkedError } from './parked-error.ts';
import { recordGone } from './record-gone.ts';

/** The former user's last calls may be under way; they are over soon. */
const BUSY_MS = 1_000;

/**
 * Re-hire: the new user gets the Connect user of the former one, after one read. What is to be changed in it, the
 * tag with the SCIM id first, is the next plan.
 *
 * @returns false when the former user is being worked on: the item was put back
 * @throws ParkedError when the Connect user is not ours any more; ConnectError
 */
export async function takeOver(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
  item: WorkItem,
): Promise<boolean> {
  const former = user.takesOver!;
  const readAt = runtime.clock.now();
  const actual = await describe(connect, former.linked!.userId);
  if (actual && !isOurs(runtime, former, actual.tags)) throw notOurs(former);
  return runtime.store.write(async (tx) => {
    if (!(await isStill(tx, runtime, former))) {
      await requeue(tx, item, {
        dueAt: runtime.clock.now() + BUSY_MS,
        error: item.lastError,
        countsAsAttempt: false,
      });
      return false;
    }
    if (actual) await transfer(tx, runtime, user, { former, actual, readAt });
    else await recordGone(tx, runtime, former, former.linked!);
    return true;
  });
}

async function describe(connect: ConnectInstance, id: ConnectUserId): Promise<ActualUser | null> {
  try {
    return await connect.describeUser(id);
  } catch (error) {
    if (error instanceof ConnectError && error.kind === 'notFound') return null;
    throw error;
  }
}

function notOurs({ linked }: Link): ParkedError {
  return new ParkedError({
    code: 'usernameTaken',
    detail: `Connect has a user "${linked!.username}" already (${linked!.userId}), who does not carry the tags of this bridge.`,
    remedy: 'Delete or rename that user in Connect, then run "bridge retry".',
    waitsFor: linked!.username,
  });
}

async function isStill(tx: Tx, { clock }: Runtime, former: Link): Promise<boolean> {
  const now = await linkOf(tx, former.userId, former.instance);
  const items = await workOfUser(tx, former.userId);
  const busy = items.some((one) => one.instance === former.instance && one.leaseUntil > clock.now());
  return !busy && now?.linked?.userId === former.linked!.userId && now.linked.lifecycle === 'suspended';
}

async function transfer(
  tx: Tx,
  runtime: Runtime,
  { key, input }: UserPlan,
  { former, actual, readAt }: { readonly former: Link; readonly actual: ActualUser; readonly readAt: number },
): Promise<void> {
  const at = runtime.clock.now();
  const { userId, instance, directory } = key;
  const { tags } = input.link!;
  const linked = { ...input.link!, actual: actual.fields, tags: { ...tags, actual: actual.tags } };
  await upsertLink(tx, { ...former, linked: null, sync: 'synced', reason: null });
  await saveLink(tx, key, { linked }, at);
  await markSeen(tx, key, readAt);
  const detail = { username: linked.username, connectUserId: linked.userId, formerUserId: former.userId };
  await appendAudit(tx, { at, directory, actor: 'bridge', action: 'user.rehired', userId, instance, detail });
}
