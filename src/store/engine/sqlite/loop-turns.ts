import { setImmediate as nextLoopTurn } from 'node:timers/promises';

/**
 * node:sqlite answers at once, so a long row of awaited statements never gives the event loop back. Longer, and
 * requests wait (nothing may keep them for 50 ms, and what follows a statement takes time too); shorter costs turns.
 */
const SLICE_MS = 10;

/** To be awaited before each statement: lets other work have its turn when statements have kept it for too long. */
export function loopTurns(): () => Promise<void> | undefined {
  let sliceEnd: number | null = null;
  const begin = () => {
    sliceEnd = performance.now() + SLICE_MS;
    setImmediate(() => (sliceEnd = null));
  };
  return () => {
    if (sliceEnd === null) begin();
    return performance.now() < sliceEnd! ? undefined : nextLoopTurn();
  };
}
