import { appendAudit } from '../../store/audit.ts';
import { renderPlan } from '../../plan/render.ts';
import { approveLeaver } from '../../store/link/leavers.ts';
import { approveBatch, heldBatches, heldOfBatch } from '../../store/guard-effects.ts';
import { latestMapping, mappingBySeq } from '../../store/mapping-versions.ts';
import { enqueueUser } from '../enqueue.ts';
import { approveMapping } from '../activation/mapping-activation.ts';
import { nameOf } from '../planning/name-of.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';

/** People of a batch that are listed with their plans; the count is of all. */
const MAX_LISTED = 100;

/** What waits for a person: batches of users with what would be done to each, and mapping versions. */
export async function held(runtime: Runtime) {
  const batches = await heldBatches(runtime.store.read);
  const users = await Promise.all(
    batches.map(async (batch) => ({
      kind: 'users' as const,
      ...batch,
      people: await people(runtime, batch.batch),
    })),
  );
  return { items: [...users, ...(await heldMappings(runtime))], nextCursor: null };
}

async function people(runtime: Runtime, batch: string) {
  const listed = (await heldOfBatch(runtime.store.read, batch)).slice(0, MAX_LISTED);
  return Promise.all(
    listed.map(async ({ userId, userName, directory, instance, cause }) => {
      const user = await planForUser(runtime, runtime.store.read, { userId, directory, instance });
      const changes = 'reason' in user ? [] : renderPlan(user.plan, nameOf(runtime.instances.get(instance)!));
      return { userId, userName, cause, changes };
    }),
  );
}

async function heldMappings(runtime: Runtime) {
  const latest = await Promise.all(
    [...runtime.directories.keys()].map((directory) => latestMapping(runtime.store.read, directory)),
  );
  return latest
    .filter((version) => version?.state === 'held')
    .map((version) => ({
      kind: 'mapping' as const,
      batch: mappingBatch(version!.directory, version!.seq),
      directory: version!.directory,
      exceeded: version!.summary?.['exceeded'] ?? [],
    }));
}

function mappingBatch(directory: string, seq: number): string {
  return `mapping-${directory}-${seq}`;
}

/**
 * Lets a held batch go, or makes a held mapping version active. The users are planned again first: what the IdP
 * has taken back since then is not done.
 *
 * @param actor who says so, for the audit
 */
export async function approve(runtime: Runtime, batch: string, actor: string) {
  const mapping = /^mapping-(.+)-(\d+)$/.exec(batch);
  if (mapping) return activateVersion(runtime, mapping[1]!, Number(mapping[2]), actor);
  const approved = await runtime.store.write(async (tx) => {
    const users = await approveBatch(tx, batch);
    for (const { userId, directory, instance } of users) {
      await approveLeaver(tx, { userId, instance }, runtime.clock.now());
      const runtimeOf = runtime.directories.get(directory);
      if (runtimeOf) await enqueueUser(tx, runtime, { directory: runtimeOf, userId, urgency: 'leaver' });
      await appendAudit(tx, { at: runtime.clock.now(), directory, actor, action: 'user.approved', userId });
    }
    return users.length;
  });
  if (approved === 0)
    throw new AdminError(
      404,
      'noSuchBatch',
      `Nothing is held as "${batch}".`,
      'List what is held with "bridge held".',
    );
  runtime.wake();
  return { batch, users: approved };
}

/** Activates a held version by its number. */
export async function activateVersion(runtime: Runtime, alias: string, seq: number, actor: string) {
  const directory = runtime.directories.get(alias);
  const version = directory && (await mappingBySeq(runtime.store.read, alias, seq));
  if (!directory || version?.state !== 'held')
    throw new AdminError(
      404,
      'noSuchMapping',
      `Directory "${alias}" has no held mapping version ${seq}.`,
      'List what is held with "bridge held".',
    );
  try {
    await approveMapping(runtime, directory, version, actor);
  } catch (error) {
    if (error instanceof AdminError) throw error;
    throw new AdminError(
      409,
      'mappingRefused',
      (error as Error).message,
      'Correct the mapping file; it is proposed again when it is saved.',
    );
  }
  return { batch: mappingBatch(alias, seq), version: seq };
}
