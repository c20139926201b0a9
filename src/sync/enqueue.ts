import type { Lane } from '../plan/plan.ts';
import type { Tx } from '../store/database.ts';
import { addFanOut } from '../store/fan-outs.ts';
import { enqueue } from '../store/work-items.ts';
import type { DirectoryRuntime, Runtime } from './runtime.ts';

/** What was committed about a user. `leaver`: access must end now; it never waits for more changes. */
export interface UserChange {
  readonly directory: DirectoryRuntime;
  readonly userId: string;
  readonly urgency: 'leaver' | 'settle';
}

/**
 * Queues a user for every instance of the directory, in the transaction that changes him. Changes that follow
 * from attributes and groups wait `settleSeconds`, so that a mover is seen with both his groups.
 */
export async function enqueueUser(tx: Tx, runtime: Runtime, change: UserChange): Promise<void> {
  const receivedAt = runtime.clock.now();
  const { directory, userId } = change;
  const lane: Lane = change.urgency === 'leaver' ? 'leaver' : 'move';
  await enqueue(tx, {
    userId,
    directory: directory.alias,
    instances: directory.config.instances,
    lane,
    receivedAt,
    dueAt: receivedAt + (change.urgency === 'leaver' ? 0 : directory.config.settleSeconds * 1000),
  });
}

/** Queues all members of a group (rename, delete, large replace), or everybody, without touching them now. */
export async function enqueueMany(
  tx: Tx,
  runtime: Runtime,
  directory: DirectoryRuntime,
  groupId: string | null,
): Promise<void> {
  const receivedAt = runtime.clock.now();
  const dueAt = receivedAt + directory.config.settleSeconds * 1000;
  await addFanOut(tx, { directory: directory.alias, groupId, dueAt, receivedAt });
}
