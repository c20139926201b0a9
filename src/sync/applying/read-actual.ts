import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import type { LinkedUser, Plan } from '../../plan/plan.ts';
import { differingFields } from '../../plan/field-targets.ts';
import { afterChange, afterFound } from '../../plan/progress.ts';
import { wasMade } from '../../plan/was-made.ts';
import { appendAudit } from '../../store/audit.ts';
import { markSeen } from '../../store/link/seen.ts';
import { READ_FIRST, settleDoubt } from '../../store/work-items.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { saveLink } from '../planning/save-link.ts';
import type { Runtime } from '../runtime.ts';
import { isOurs } from './is-ours.ts';
import { recordChange } from './make-change.ts';
import type { Making } from './make-change.ts';
import { ownUser } from './own-user.ts';
import { notOurs, ParkedError } from './parked-error.ts';
import { recordGone } from './record-gone.ts';

/**
 * Reads the user, proves that he is ours, and stores what was seen. Where a call may have been made whose answer never
 * came, one that the read shows to be made is recorded like any other, and what else differs is told in the audit.
 *
 * @throws ParkedError when the user carries other tags; ConnectError, except before a suspension
 */
export async function readActual(making: Making, plan: Plan): Promise<void> {
  const { runtime, connect, user } = making;
  const linked = user.link!.linked!;
  const readAt = runtime.clock.now();
  const suspends = linked.lifecycle === 'active' && plan.lifecycle === 'suspended';
  const actual = await describe(connect, linked.userId, suspends);
  if (actual === 'unread') return;
  if (!actual) return recordMissing(making, plan);
  if (!isOurs(runtime, user.link!, actual.tags)) throw notOurs(linked);
  const proficiencies = matters(user) ? await connect.listUserProficiencies(linked.userId) : null;
  const quickConnects =
    plan.lifecycle === 'deleted' ? await connect.quickConnectsTo(linked.userId) : undefined;
  const learnt = {
    ...linked,
    actual: actual.fields,
    username: actual.username,
    tags: { ...linked.tags, actual: actual.tags },
    ...(quickConnects && { quickConnects }),
    ...(proficiencies && { proficiencies: { ...linked.proficiencies, actual: proficiencies } }),
  };
  const [change] = plan.changes;
  if (isInDoubt(making) && change && wasMade(change, linked, learnt))
    return recordChange(making, change, afterRead(afterChange(linked, change, null)!, learnt));
  await recordRead(making, learnt, readAt);
}

function isInDoubt({ item }: Making): boolean {
  return item.lastError === READ_FIRST;
}

/** What a change that was made makes of the link, with what the read found there. */
function afterRead(made: LinkedUser, learnt: LinkedUser): LinkedUser {
  return {
    ...learnt,
    ...made,
    actual: learnt.actual,
    username: learnt.username,
    tags: { ...made.tags, actual: learnt.tags.actual },
    proficiencies: { ...made.proficiencies, actual: learnt.proficiencies.actual },
    ...(learnt.quickConnects && { quickConnects: learnt.quickConnects }),
  };
}

/** Gone: by a delete of ours whose answer never came, or by somebody else's. */
async function recordMissing(making: Making, { changes: [change], needsRead }: Plan): Promise<void> {
  const { runtime, user, item } = making;
  // Before a delete of ours the quick connects were read.
  if (isInDoubt(making) && change?.kind === 'deleteUser' && !needsRead)
    return recordChange(making, change, null);
  await runtime.store.write(async (tx) => {
    await settleDoubt(tx, item);
    await recordGone(tx, runtime, user.link!, user.link!.linked!);
  });
}

async function recordRead(making: Making, learnt: LinkedUser, readAt: number): Promise<void> {
  const { runtime, user, item } = making;
  const at = runtime.clock.now();
  const edited = isInDoubt(making) ? differingFields(user.link!.linked!.actual, learnt.actual) : [];
  await runtime.store.write(async (tx) => {
    await settleDoubt(tx, item);
    await saveLink(tx, user.key, { linked: learnt }, at);
    await markSeen(tx, user.key, readAt);
    if (edited.length > 0) await appendAudit(tx, editedAudit(user, edited, at));
  });
}

/** Somebody's edit, or a call of ours that nobody wants any more and whose answer never came. */
function editedAudit(
  { key: { userId, instance, directory } }: UserPlan,
  fields: readonly string[],
  at: number,
) {
  const detail = { fields, unanswered: true };
  return { at, directory, actor: 'connect', action: 'user.edited', userId, instance, detail };
}

/** Proficiencies cost a call of their own, which only somebody who has or gets some is worth. */
function matters({ input: { wanted }, link }: UserPlan): boolean {
  if (wanted.kind !== 'active') return false;
  return (wanted.user.proficiencies ?? []).length > 0 || link!.linked!.proficiencies.applied.length > 0;
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

/**
 * Finds out what became of a create whose answer was lost. One that succeeded and is still wanted counts as made;
 * else the user is linked, or, beside a user of ours who has another name, suspended like one who was replaced.
 *
 * @returns whether he was found
 */
export async function resolveCreate(making: Making, { changes }: Plan): Promise<boolean> {
  const { runtime, user } = making;
  const { linked, creating } = user.link!;
  const readAt = runtime.clock.now();
  const own = await madeUser(making, creating!);
  const wanted = changes.find((change) => change.kind === 'createUser' && change.username === creating);
  if (own && wanted?.kind === 'createUser') {
    await recordChange(making, wanted, afterFound(linked, wanted, own));
    return true;
  }
  await runtime.store.write(async (tx) => {
    const learnt = own && { linked: linkedWith(linked, own) };
    await saveLink(tx, user.key, { ...learnt, creating: null }, runtime.clock.now());
    if (!own) return;
    await markSeen(tx, user.key, readAt);
    await appendAudit(tx, unwantedCreateAudit(making, own.username));
  });
  return own !== null;
}

/** A username that is another's says that no create of ours succeeded. Who is to lose access must not wait for that name. */
async function madeUser({ runtime, connect, user }: Making, username: string): Promise<ActualUser | null> {
  try {
    return await ownUser(runtime, connect, user.key.userId, username);
  } catch (error) {
    if (error instanceof ParkedError) return null;
    throw error;
  }
}

function unwantedCreateAudit({ runtime, user, item }: Making, username: string) {
  const { userId, instance, directory } = user.key;
  const change = `create ${username}, whom nobody wants any more`;
  const detail = { username, change, receivedAt: item.receivedAt };
  const action = 'connect.createUser';
  return { at: runtime.clock.now(), directory, actor: 'bridge', action, userId, instance, detail };
}

/** The link once a user of ours was found in Connect: he is it, or one to be suspended beside a living other. */
export function linkedWith(linked: LinkedUser | null, own: ActualUser): LinkedUser {
  const { id: userId, username, fields: actual, tags } = own;
  if (linked && linked.lifecycle !== 'deleted' && linked.userId !== userId)
    return { ...linked, retiring: { userId, username, actual, agentStatusId: null } };
  const lifecycle = linked?.userId === userId ? linked.lifecycle : 'active';
  return {
    userId,
    username,
    lifecycle,
    lastApplied: {},
    actual,
    tags: { applied: {}, actual: tags },
    proficiencies: { applied: [], actual: null },
    snapshot: null,
    agentStatusId: null,
    retiring: linked?.retiring ?? null,
  };
}

/** What was read, or is about to be overwritten, of a user of ours. */
export async function recordLinked(runtime: Runtime, user: UserPlan, linked: LinkedUser): Promise<void> {
  await runtime.store.write((tx) => saveLink(tx, user.key, { linked }, runtime.clock.now()));
}
