import { appendAudit } from '../../store/audit.ts';
import { renderPlan } from '../../plan/render.ts';
import { approveLeaver } from '../../store/link/leavers.ts';
import type { Effect } from '../../plan/plan.ts';
import { approveBatch, heldBatches, heldOfBatch, releaseEffects } from '../../store/guard-effects.ts';
import type { HeldUser } from '../../store/guard-effects.ts';
import { activeMapping, latestMapping, mappingBySeq } from '../../store/mapping-versions.ts';
import type { MappingVersion } from '../../store/mapping-versions.ts';
import type { Tx } from '../../store/schema.ts';
import { enqueueUser } from '../enqueue.ts';
import { approveMapping } from '../activation/mapping-activation.ts';
import { nameOf } from '../planning/name-of.ts';
import { approveSensitive } from '../planning/approve-effects.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import { grantCause } from '../planning/decision/sensitive-grants.ts';
import type { Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';
import { requireAnotherPerson } from './held/not-the-author.ts';
import type { Approver } from './held/not-the-author.ts';

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
      author: version!.author,
      exceeded: exceededOf(version!),
    }));
}

function exceededOf({ summary }: MappingVersion) {
  return (summary?.['exceeded'] ?? []) as unknown as readonly { readonly effect: Effect }[];
}

function mappingBatch(directory: string, seq: number): string {
  return `mapping-${directory}-${seq}`;
}

/**
 * Lets a held batch go, or makes a held mapping version active. The users are planned again first: what the IdP
 * has taken back since then is not done.
 *
 * @param actor who says so, for the audit
 * @param notTheAuthor see `Approver`
 * @throws AdminError also when sensitive grants need somebody else
 */
export async function approve(runtime: Runtime, batch: string, actor: string, notTheAuthor = false) {
  const approver = { actor, notTheAuthor };
  const mapping = /^mapping-(.+)-(\d+)$/.exec(batch);
  if (mapping) return activateVersion(runtime, mapping[1]!, Number(mapping[2]), approver);
  const approved = await runtime.store.write(async (tx) => {
    const users = await approveBatch(tx, batch);
    await requireOthersThanAuthors(tx, users, approver);
    for (const user of users) await approveUser(tx, runtime, user, approver);
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

/** Those who wrote the mappings by which the users would gain what is sensitive. */
async function requireOthersThanAuthors(tx: Tx, users: readonly HeldUser[], approver: Approver) {
  const directories = users.filter(({ effect }) => effect === 'sensitive').map(({ directory }) => directory);
  for (const directory of new Set(directories)) {
    const version = await activeMapping(tx, directory);
    if (version) requireAnotherPerson(version, approver);
  }
}

async function approveUser(tx: Tx, runtime: Runtime, held: HeldUser, approver: Approver): Promise<void> {
  const { userId, directory, instance, effect, cause } = held;
  const { actor, notTheAuthor } = approver;
  const at = runtime.clock.now();
  if (effect === 'sensitive') {
    const user = await planForUser(runtime, tx, { userId, directory, instance });
    await releaseEffects(tx, userId, instance, ['sensitive']);
    // Approved is what was shown; who would gain something else by now is held again.
    if (!('reason' in user) && grantCause(user.unapproved) === cause)
      await approveSensitive(tx, user, { actor, at });
  }
  await approveLeaver(tx, { userId, instance }, at);
  const runtimeOf = runtime.directories.get(directory);
  if (runtimeOf) await enqueueUser(tx, runtime, { directory: runtimeOf, userId, urgency: 'leaver' });
  const detail = { effect, cause, ...(effect === 'sensitive' && { notTheAuthor }) };
  await appendAudit(tx, { at, directory, actor, action: 'user.approved', userId, instance, detail });
}

/** Activates a held version by its number. */
export async function activateVersion(runtime: Runtime, alias: string, seq: number, approver: Approver) {
  const directory = runtime.directories.get(alias);
  const version = directory && (await mappingBySeq(runtime.store.read, alias, seq));
  if (!directory || version?.state !== 'held')
    throw new AdminError(
      404,
      'noSuchMapping',
      `Directory "${alias}" has no held mapping version ${seq}.`,
      'List what is held with "bridge held".',
    );
  if (exceededOf(version).some(({ effect }) => effect === 'sensitive'))
    requireAnotherPerson(version, approver);
  try {
    await approveMapping(runtime, directory, version, approver.actor);
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
