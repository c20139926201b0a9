import { countOpenLeavers, removedLeavers } from '../../store/link/leavers.ts';
import type { Leaver } from '../../store/link/leavers.ts';
import type { Runtime } from '../runtime.ts';

const WINDOW_MS = 24 * 3_600_000;
/** More leavers than a day has; beyond, the newest tell. */
const MAX_COUNTED = 10_000;

/** In milliseconds; null when nobody left. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/**
 * How long leavers kept their access over the last 24 hours, from the IdP's request to Connect's answer that it is
 * gone, and who still has it.
 */
export async function timeToRevoke({ store, clock }: Runtime) {
  const removed = await removedLeavers(store.read, clock.now() - WINDOW_MS, MAX_COUNTED);
  const held = removed.filter(({ heldAt }) => heldAt !== null);
  return {
    windowHours: WINDOW_MS / 3_600_000,
    removed: removed.length,
    /** Of those whom the guard did not hold: what the bridge and Connect took. */
    unheldMs: percentiles(removed.filter(({ heldAt }) => heldAt === null).map(tookMs)),
    /** Of those whom it held, how long until somebody approved, and from there to the removal. */
    heldMs: percentiles(held.map(({ heldAt, approvedAt }) => (approvedAt ?? heldAt!) - heldAt!)),
    afterApprovalMs: percentiles(
      held.map(({ approvedAt, receivedAt, removedAt }) => removedAt! - (approvedAt ?? receivedAt)),
    ),
    open: await countOpenLeavers(store.read),
  };
}

function tookMs({ receivedAt, removedAt }: Leaver): number {
  return removedAt! - receivedAt;
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
  return { p50: at(0.5), p95: at(0.95) };
}
