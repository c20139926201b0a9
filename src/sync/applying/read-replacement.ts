import { ConnectError } from '../../connect/error.ts';
import type { ConnectInstance } from '../../connect/instance.ts';
import type { ConnectUserId, QuickConnect } from '../../connect/user.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import type { Runtime } from '../runtime.ts';
import { isOurs } from './is-ours.ts';
import { notOurs } from './parked-error.ts';
import { recordLinked } from './read-actual.ts';

/**
 * Between the making of a new user and the suspension of the one whom he replaces: proves that the new one is there
 * and ours, and looks for the quick connects that are to lead to him. Who is to lose access anyhow does not wait for that.
 *
 * @throws ParkedError; ConnectError when he cannot be read
 */
export async function readReplacement(
  runtime: Runtime,
  connect: ConnectInstance,
  user: UserPlan,
): Promise<void> {
  const linked = user.link!.linked!;
  const retiring = linked.retiring!;
  const stays = user.input.wanted.kind === 'active' && linked.lifecycle === 'active';
  if (stays) {
    const actual = await connect.describeUser(linked.userId);
    if (!isOurs(runtime, user.link!, actual.tags)) throw notOurs(linked);
  }
  const quickConnects = stays ? await found(connect, retiring.userId) : [];
  await recordLinked(runtime, user, { ...linked, retiring: { ...retiring, quickConnects } });
}

/** Without the permission to look, the old user must lose his access all the same. */
async function found(connect: ConnectInstance, id: ConnectUserId): Promise<readonly QuickConnect[]> {
  try {
    return await connect.quickConnectsTo(id);
  } catch (error) {
    if (error instanceof ConnectError && error.kind === 'denied') return [];
    throw error;
  }
}
