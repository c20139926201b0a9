import type { ConnectInstance } from '../../connect/instance.ts';
import { ConnectError } from '../../connect/error.ts';
import { claimOf } from '../../connect/user.ts';
import type { ActualUser } from '../../connect/user.ts';
import { LANES } from '../../plan/plan.ts';
import type { Change } from '../../plan/plan.ts';
import { renderChange } from '../../plan/render.ts';
import { appendAudit } from '../../store/audit.ts';
import { recordEffect } from '../../store/guard-effects.ts';
import { enqueueUsername, linkOf } from '../../store/links.ts';
import { forgetReplaced, replacedBefore } from '../../store/link/replaced.ts';
import type { ReplacedUser } from '../../store/link/replaced.ts';
import { workOfUser } from '../../store/work-items.ts';
import { applyChange } from '../applying/apply-change.ts';
import { nameOf } from '../planning/name-of.ts';
import { hasNoAccess } from '../resync/scan.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';

/**
 * Deletes whom renames left suspended before then, longest first. They are no SCIM user's Connect user any more, so
 * no plan speaks of them; the guard counts each of them before the first call all the same.
 *
 * @param room how many at most
 * @throws ConnectError: the rest is left to the next time
 */
export async function deleteReplaced(
  runtime: Runtime,
  instance: InstanceRuntime,
  { before, room }: { readonly before: number; readonly room: number },
): Promise<void> {
  const connect = instance.connect.inLane(LANES.indexOf('cosmetic'));
  for (const user of await replacedBefore(runtime.store.read, instance.alias, before, room)) {
    const found = await stateOf(runtime, instance, connect, user);
    if (found === 'busy') continue;
    if (found) await remove(runtime, instance, connect, user, found);
    else await runtime.store.write((tx) => forgetReplaced(tx, user));
  }
}

/** @returns null when there is nobody to delete any more: gone, or somebody's again, or given access by hand */
async function stateOf(
  { store, config, clock }: Runtime,
  instance: InstanceRuntime,
  connect: ConnectInstance,
  { userId, connectUserId }: ReplacedUser,
): Promise<ActualUser | 'busy' | null> {
  const [link, work] = [
    await linkOf(store.read, userId, instance.alias),
    await workOfUser(store.read, userId),
  ];
  // A rename back may be under way.
  if (link?.creating || work.some(({ leaseUntil }) => leaseUntil > clock.now())) return 'busy';
  if ([link?.linked, link?.linked?.retiring].some((one) => one?.userId === connectUserId)) return null;
  try {
    const actual = await connect.describeUser(connectUserId);
    const isOurs = claimOf(actual.tags, config.bridgeId, userId) === 'ours';
    return isOurs && hasNoAccess(actual, instance) ? actual : null;
  } catch (error) {
    if (error instanceof ConnectError && error.kind === 'notFound') return null;
    throw error;
  }
}

/** Connect leaves quick connects of a deleted user behind, and agents would go on transferring to them. */
async function remove(
  runtime: Runtime,
  instance: InstanceRuntime,
  connect: ConnectInstance,
  user: ReplacedUser,
  { fields }: ActualUser,
): Promise<void> {
  const { connectUserId } = user;
  const at = runtime.clock.now();
  await runtime.store.write((tx) =>
    recordEffect(tx, {
      userId: connectUserId,
      instance: instance.alias,
      effect: 'delete',
      state: 'counted',
      cause: 'replaced',
      countedAt: at,
      routingProfileId: null,
    }),
  );
  const quickConnects = await connect.quickConnectsTo(connectUserId);
  for (const quickConnect of quickConnects)
    await make(runtime, instance, connect, user, {
      kind: 'deleteQuickConnect',
      userId: connectUserId,
      quickConnect,
    });
  await make(runtime, instance, connect, user, { kind: 'deleteUser', userId: connectUserId, from: fields });
}

async function make(
  runtime: Runtime,
  instance: InstanceRuntime,
  connect: ConnectInstance,
  user: ReplacedUser,
  change: Change,
): Promise<void> {
  await applyChange(connect, change).catch((error: unknown) => {
    if (!(error instanceof ConnectError) || error.kind !== 'notFound') throw error;
  });
  const { userId, directory, username } = user;
  const at = runtime.clock.now();
  await runtime.store.write(async (tx) => {
    if (change.kind === 'deleteUser') {
      await forgetReplaced(tx, user);
      await enqueueUsername(tx, user, at);
    }
    await appendAudit(tx, {
      at,
      directory,
      actor: 'bridge',
      action: `connect.${change.kind}`,
      userId,
      instance: instance.alias,
      detail: { username, change: renderChange(change, nameOf(instance)) },
    });
  });
}
