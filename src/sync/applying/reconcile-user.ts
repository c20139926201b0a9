import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import { claimOf } from '../../connect/user.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import { LANES } from '../../plan/plan.ts';
import type { Change, LinkedUser, ParkReason } from '../../plan/plan.ts';
import { afterChange, afterFound, beforePlan } from '../../plan/progress.ts';
import { renderChange } from '../../plan/render.ts';
import { appendAudit } from '../../store/audit.ts';
import { enqueueUsername, upsertLink } from '../../store/links.ts';
import type { Link } from '../../store/links.ts';
import { isCurrent, READ_FIRST, replan, settle } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { applyChange } from './apply-change.ts';
import { guardedPlan } from '../planning/guard-plan.ts';
import type { GuardedPlan } from '../planning/guard-plan.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { finish, linkRow } from '../planning/plan-stage.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';

/** More calls than any plan has: a plan that never ends is a bug, and must not spend the quota. */
const MAX_STEPS = 20;

/** A plan that met something which only a person, or a later change, can resolve. */
export class ParkedError extends Error {
  readonly reason: ParkReason;

  constructor(reason: ParkReason) {
    super(reason.detail);
    this.reason = reason;
  }
}

/**
 * Makes one user what is wanted, call by call. After each accepted call the link is written and the plan is made
 * again from what is stored, so that a crash anywhere, or a newer change, is met like any other beginning.
 *
 * @throws ConnectError when Connect refuses or does not answer; ParkedError when the user is not ours
 */
export async function reconcileUser(runtime: Runtime, item: WorkItem): Promise<void> {
  const instance = runtime.instances.get(item.instance)!;
  let read = false;
  for (let step = 0; step < MAX_STEPS; step++) {
    const user = await planForUser(runtime, runtime.store.read, item);
    if ('reason' in user) return runtime.store.write((tx) => replan(tx, item));
    const guarded = await guardedPlan(runtime.store.read, user);
    if (guarded.uncounted.length > 0) return runtime.store.write((tx) => replan(tx, item));
    const connect = instance.connect.inLane(LANES.indexOf(guarded.plan.lane));
    const mustRead = guarded.plan.needsRead || item.lastError === READ_FIRST;
    if (mustRead && !read && user.link?.linked) {
      await readActual(runtime, connect, user, guarded);
      read = true;
      continue;
    }
    const [change] = guarded.plan.changes;
    if (!change) return close(runtime, item, user, guarded);
    if (!(await isCurrent(runtime.store.read, item))) return runtime.store.write((tx) => replan(tx, item));
    if (await prepare(runtime, user, guarded)) continue;
    await makeChange(runtime, connect, user, change, item);
  }
  throw new Error(`the plan of user ${item.userId} in ${item.instance} does not end`);
}

/** @returns whether something had to be stored before the first call */
async function prepare(runtime: Runtime, user: UserPlan, { plan }: GuardedPlan): Promise<boolean> {
  const linked = user.link?.linked;
  const prepared = linked && beforePlan(linked, plan, user.input);
  if (!prepared || prepared === linked) return false;
  await recordLink(runtime, user, prepared);
  return true;
}

async function close(runtime: Runtime, item: WorkItem, user: UserPlan, guarded: GuardedPlan): Promise<void> {
  await runtime.store.write(async (tx) => {
    await finish(tx, runtime, user, guarded);
    await settle(tx, item);
  });
}

/** Reads the user and proves that he is ours. */
async function readActual(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
  { plan }: GuardedPlan,
): Promise<void> {
  const linked = user.link!.linked!;
  const suspends = linked.lifecycle === 'active' && plan.lifecycle === 'suspended';
  const actual = await describe(connect, linked.userId, suspends);
  if (actual === 'unread') return;
  if (!actual) return recordGone(runtime, user.link!, linked);
  if (claimOf(actual.tags, runtime.config.bridgeId, user.key.userId) !== 'ours') throw notOurs(linked);
  await recordLink(runtime, user, { ...linked, actual: actual.fields, username: actual.username });
}

/** Somebody deleted him in Connect; whoever waits for his name is looked at again. */
async function recordGone(runtime: Runtime, link: Link, linked: LinkedUser): Promise<void> {
  await runtime.store.write(async (tx) => {
    await upsertLink(tx, { ...link, linked: { ...linked, lifecycle: 'deleted' } });
    await enqueueUsername(tx, link, runtime.clock.now());
  });
}

/** A leaver does not wait for a read that fails: what was last seen stands in for it. */
async function describe(
  connect: ConnectInstance,
  userId: ConnectUserId,
  suspends: boolean,
): Promise<ActualUser | 'unread' | null> {
  try {
    return await connect.describeUser(userId);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    if (error.kind === 'notFound') return null;
    if (suspends) return 'unread';
    throw error;
  }
}

function notOurs({ userId, username }: LinkedUser): ParkedError {
  return new ParkedError({
    code: 'notOurs',
    detail: `The Connect user ${username} (${userId}) does not carry the tags of this bridge for this SCIM user.`,
    remedy:
      'Find out who changed the tags scim-bridge:id and scim-bridge:user; restore them, then run "bridge retry".',
  });
}

async function makeChange(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
  change: Change,
  item: WorkItem,
): Promise<void> {
  const linked = user.link?.linked ?? null;
  try {
    const createdId = await applyChange(connect, change);
    await recordChange(runtime, user, change, afterChange(linked, change, createdId), item);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    if (error.kind === 'notFound' && change.kind === 'deleteUser')
      return recordChange(runtime, user, change, null, item);
    if (error.kind !== 'duplicate' || change.kind !== 'createUser') throw error;
    const own = await ownEarlierSuccess(runtime, connect, user, change.username, error);
    await recordChange(runtime, user, change, afterFound(linked, change, own), item);
  }
}

/** CreateUser takes no client token, so a retry after a lost reply meets DuplicateResourceException. */
async function ownEarlierSuccess(
  runtime: Runtime,
  connect: ConnectInstance,
  { key }: UserPlan,
  username: string,
  cause: ConnectError,
): Promise<ActualUser> {
  const id = await connect.findUserByUsername(username);
  if (!id) throw cause;
  const actual = await connect.describeUser(id);
  const claim = claimOf(actual.tags, runtime.config.bridgeId, key.userId);
  if (claim === 'ours') return actual;
  throw new ParkedError({
    code: 'usernameTaken',
    detail: `Connect has a user "${username}" already (${id}), which ${claim === 'unowned' ? 'no bridge made' : 'belongs to another SCIM user or bridge'}.`,
    remedy:
      'Delete or rename that user in Connect, or give this one another username; then run "bridge retry".',
  });
}

async function recordLink(runtime: Runtime, user: UserPlan, linked: LinkedUser): Promise<void> {
  await runtime.store.write((tx) => upsertLink(tx, { ...user.link!, linked }));
}

/** The accepted call, what it did to the link, and its audit entry: one transaction. */
async function recordChange(
  runtime: Runtime,
  user: UserPlan,
  change: Change,
  linked: LinkedUser | null,
  item: WorkItem,
): Promise<void> {
  const { key } = user;
  const instance = runtime.instances.get(key.instance)!;
  await runtime.store.write(async (tx) => {
    await upsertLink(tx, { ...linkRow(user), linked, sync: 'pending', reason: null });
    if (change.kind === 'deleteUser') await enqueueUsername(tx, user.link!, runtime.clock.now());
    await appendAudit(tx, {
      at: runtime.clock.now(),
      directory: key.directory,
      actor: 'bridge',
      action: `connect.${change.kind}`,
      userId: key.userId,
      groupId: null,
      instance: key.instance,
      requestId: null,
      detail: { change: renderChange(change, nameOf(instance)), receivedAt: item.receivedAt },
    });
  });
  runtime.log.info({ userId: key.userId, instance: key.instance, change: change.kind }, 'changed in Connect');
}

export function nameOf({ catalog }: InstanceRuntime) {
  return (kind: Parameters<NonNullable<typeof catalog>['name']>[0], id: string) =>
    catalog?.name(kind, id) ?? id;
}
