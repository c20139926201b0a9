import type { DirectoryRuntime } from '../runtime.ts';

/**
 * Judges one mapping of a directory after the other, in the order in which they came: of two at once, the one that
 * takes longer to plan would become active last, whichever was proposed last.
 */
export function inTurn<T>(directory: Pick<DirectoryRuntime, 'judging'>, judge: () => Promise<T>): Promise<T> {
  const turn = directory.judging.then(judge);
  directory.judging = turn.catch(() => null);
  return turn;
}
