import { hasFanOut } from '../../src/store/fan-outs.ts';
import { nextDueAt } from '../../src/store/work/claim.ts';
import type { Runtime } from '../../src/sync/runtime.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** Retries wait at most five minutes; what lies further ahead (a parked user's next look) is not work to wait for. */
const HORIZON_MS = 6 * 60_000;

/** Waits, on the virtual clock, until no work is due within the horizon. */
export async function quiet(runtime: Runtime, clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    const { read } = runtime.store;
    const dueAt = await nextDueAt(read, clock.now());
    const busy = (await hasFanOut(read)) || (dueAt !== null && dueAt < clock.now() + HORIZON_MS);
    const ready = [...runtime.directories.values()].every(({ mapping }) => mapping !== null);
    if (!busy && ready) return;
    await clock.sleep(500);
  }
  throw new Error('the bridge does not come to rest');
}
