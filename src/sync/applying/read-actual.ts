import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { ActualUser, ConnectUserId } from '../../connect/user.ts';
import type { LinkedUser, Plan } from '../../plan/plan.ts';
import { afterFound } from '../../plan/progress.ts';
import { markSeen } from '../../store/link/seen.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { saveLink } from '../planning/save-link.ts';
import type { Runtime } from '../runtime.ts';
import { isOurs } from './is-ours.ts';
import { ownUser } from './own-user.ts';
import { notOurs } from './parked-error.ts';
import { recordGone } from './record-gone.ts';

/**
 * Reads the user, proves that he is ours, and stores what was seen.
 *
 * @throws ParkedError when the user carries other tags; ConnectError, except before a suspension
 */
export async function readActual(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
  plan: Plan,
): Promise<void> {
  const linked = user.link!.linked!;
  const readAt = runtime.clock.now();
  const suspends = linked.lifecycle === 'active' && plan.lifecycle === 'suspended';
  const actual = await describe(connect, linked.userId, suspends);
  if (actual === 'unread') return;
  if (!actual) return runtime.store.write((tx) => recordGone(tx, runtime, user.link!, linked));
  if (!isOurs(runtime, user.link!, actual.tags)) throw notOurs(linked);
  const proficiencies = matters(user) ? await connect.listUserProficiencies(linked.userId) : null;
  const quickConnects =
    plan.lifecycle === 'deleted' ? await connect.quickConnectsTo(linked.userId) : undefined;
  await runtime.store.write(async (tx) => {
    const learnt = {
      ...linked,
      actual: actual.fields,
      username: actual.username,
      tags: { ...linked.tags, actual: actual.tags },
      ...(quickConnects && { quickConnects }),
      ...(proficiencies && { proficiencies: { ...linked.proficiencies, actual: proficiencies } }),
    };
    await saveLink(tx, user.key, { linked: learnt }, runtime.clock.now());
    await markSeen(tx, user.key, readAt);
  });
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
 */
export async function resolveCreate(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
  { changes }: Plan,
): Promise<void> {
  const { linked, creating } = user.link!;
  const readAt = runtime.clock.now();
  const own = await ownUser(runtime, connect, user.key.userId, creating!);
  const wanted = changes.find((change) => change.kind === 'createUser' && change.username === creating);
  const learnt = own && {
    linked: wanted?.kind === 'createUser' ? afterFound(linked, wanted, own) : linkedWith(linked, own),
  };
  await runtime.store.write(async (tx) => {
    await saveLink(tx, user.key, { ...learnt, creating: null }, runtime.clock.now());
    if (own) await markSeen(tx, user.key, readAt);
  });
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
