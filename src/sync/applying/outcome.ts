import { ConnectError } from '../../connect/error.ts';
import type { ParkReason } from '../../plan/plan.ts';
import { appendAudit } from '../../store/audit.ts';
import { linkOf } from '../../store/links.ts';
import type { Tx } from '../../store/schema.ts';
import { READ_FIRST, requeue } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { NotOwnerError } from '../ownership/not-owner-error.ts';
import { NoRoomError, ParkedError } from './parked-error.ts';
import { saveLink } from '../planning/save-link.ts';
import type { Runtime } from '../runtime.ts';
import { PARKED_RETRY_MS } from './user-quota.ts';

/** The bucket is paused by then; sooner, the user would only queue at it; later, a pause would be wasted. */
const THROTTLED_MS = 1_000;
/** Why an item waits whose call was withheld: its instance was removed, or is another process's. */
const NOT_OWNER = 'notOwner';
/** A refusal that a fresh catalog did not explain so many times is parked. */
const MAX_REFUSALS = 3;

/** What becomes of a user whose reconcile failed. The rest of the users go on. */
export async function closeFailed(runtime: Runtime, item: WorkItem, error: unknown): Promise<void> {
  const outcome = { ...outcomeOf(error, item, Math.random()), ...untilRetry(runtime, item, error) };
  logOutcome(runtime, item, error);
  noteFailure(runtime, item, error);
  if (outcome.refreshCatalog) runtime.refreshCatalog(item.instance);
  await runtime.store.write(async (tx) => {
    if (outcome.park) await park(tx, runtime, item, outcome.park);
    await requeue(tx, item, {
      dueAt: runtime.clock.now() + outcome.delayMs,
      error: outcome.error,
      countsAsAttempt: outcome.countsAsAttempt,
    });
  });
}

/** One refused user says nothing of the instance; a call without an answer does. */
function noteFailure({ instances, clock }: Runtime, item: WorkItem, error: unknown): void {
  const instance = instances.get(item.instance)!;
  if (!(error instanceof ConnectError)) return;
  if (isFull(error)) instance.userQuota.refused(error, item.userId, clock.now());
  if (!['retryable', 'ambiguous'].includes(error.kind)) return;
  instance.failing = { since: instance.failing?.since ?? clock.now(), error: error.message };
}

/** Other operations have quotas too, but those are of the one user. */
function isFull({ kind, operation }: ConnectError): boolean {
  return kind === 'quotaFull' && operation === 'CreateUser';
}

/** In an outage everybody waits for the same moment, so that whoever is most urgent then goes first. */
function untilRetry({ instances, clock }: Runtime, item: WorkItem, error: unknown): Partial<Outcome> {
  if (!(error instanceof ConnectError) || error.kind !== 'outage') return {};
  const retryAt = instances.get(item.instance)!.connect.gate.outage?.retryAt ?? 0;
  return { delayMs: Math.max(0, retryAt - clock.now()) };
}

interface Outcome {
  readonly delayMs: number;
  /** READ_FIRST makes the next attempt read first. */
  readonly error: string;
  readonly countsAsAttempt: boolean;
  readonly refreshCatalog?: boolean;
  readonly park?: ParkReason;
}

function outcomeOf(error: unknown, item: WorkItem, random: number): Outcome {
  const delayMs = retryDelayMs(item.attempts + 1, random);
  if (error instanceof ParkedError)
    return { delayMs: PARKED_RETRY_MS, error: READ_FIRST, countsAsAttempt: false, park: error.reason };
  if (error instanceof NoRoomError) return refused(error.refusal);
  if (error instanceof NotOwnerError) return { delayMs, error: NOT_OWNER, countsAsAttempt: false };
  if (!(error instanceof ConnectError)) return { delayMs, error: 'unexpected', countsAsAttempt: true };
  switch (error.kind) {
    case 'throttled':
      return { delayMs: THROTTLED_MS, error: error.code, countsAsAttempt: false };
    case 'outage':
      return { delayMs, error: error.code, countsAsAttempt: false };
    case 'retryable':
      return { delayMs, error: error.code, countsAsAttempt: true };
    case 'ambiguous':
    case 'duplicate':
      return { delayMs, error: READ_FIRST, countsAsAttempt: true };
    case 'notFound':
    case 'permanent':
      return item.attempts + 1 < MAX_REFUSALS
        ? { delayMs, error: READ_FIRST, countsAsAttempt: true, refreshCatalog: true }
        : refused(error);
    case 'quotaFull':
    case 'denied':
      return refused(error);
    default:
      return error.kind satisfies never;
  }
}

function refused(error: ConnectError): Outcome {
  const park = { code: error.kind, detail: error.found, remedy: REMEDIES[error.kind as Refusal] };
  return { delayMs: PARKED_RETRY_MS, error: error.code, countsAsAttempt: false, park };
}

type Refusal = 'notFound' | 'permanent' | 'quotaFull' | 'denied';

const REMEDIES: Readonly<Record<Refusal, string>> = {
  notFound: 'Look in Connect for what the message names; the bridge tries again every 15 minutes.',
  permanent: 'Correct in the IdP or in the mapping what the message names; the bridge plans again at once.',
  quotaFull:
    'Ask AWS for a higher quota "Users per instance", or delete users; the bridge tries again every 15 minutes.',
  denied:
    'Allow the action in the IAM policy of the bridge (docs/iam-policy.json); it is tried again every 15 minutes.',
};

/**
 * Time to wait before the next attempt: exponential with full jitter, so that a burst of failures does not
 * return as a burst.
 *
 * @param attempt failures so far, from 1
 * @param random uniform in [0, 1); an argument so that a test can fix it
 * @returns milliseconds, from 0 to 300 000
 */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(300_000, 1_000 * 2 ** attempt));
}

async function park(tx: Tx, runtime: Runtime, item: WorkItem, reason: ParkReason): Promise<void> {
  const link = await linkOf(tx, item.userId, item.instance);
  const { userId, instance, directory } = item;
  await saveLink(tx, { userId, instance, directory }, { sync: 'parked', reason }, runtime.clock.now());
  if (link?.reason?.code === reason.code) return;
  await appendAudit(tx, {
    at: runtime.clock.now(),
    directory,
    actor: 'bridge',
    action: 'user.parked',
    userId,
    groupId: null,
    instance,
    requestId: null,
    detail: { code: reason.code },
  });
}

function logOutcome({ log }: Runtime, { userId, instance, attempts }: WorkItem, error: unknown): void {
  if (error instanceof ParkedError)
    return log.warn({ userId, instance, code: error.reason.code }, 'user parked');
  if (error instanceof NoRoomError)
    return log.info({ userId, instance, code: error.refusal.kind }, 'user parked without a call');
  if (error instanceof ConnectError)
    return log.warn(
      { userId, instance, operation: error.operation, code: error.code, kind: error.kind, attempts },
      'Connect call failed',
    );
  if (error instanceof NotOwnerError)
    return log.info({ userId, instance }, 'left to whoever may call Connect for the instance');
  log.error({ userId, instance, attempts, err: error }, 'reconcile failed unexpectedly; it is tried again');
}
