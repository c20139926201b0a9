/**
 * node:sqlite answers at once, so a long row of awaited statements never gives the event loop back. Longer, and
 * requests wait (nothing may keep them for 50 ms, and what follows a statement takes time too); shorter costs turns.
 */
const SLICE_MS = 10;

/** Whether statements have kept the event loop for too long: then others have a turn before the next one. */
export type LoopTurnIsDue = () => boolean;

export function loopTurns(): LoopTurnIsDue {
  let sliceEnd: number | null = null;
  const begin = () => {
    sliceEnd = performance.now() + SLICE_MS;
    setImmediate(() => (sliceEnd = null));
  };
  return () => {
    if (sliceEnd === null) begin();
    return performance.now() >= sliceEnd!;
  };
}
