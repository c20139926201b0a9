/**
 * Values of one statement. Fewer would add round trips; more would near the 32 766 parameters that SQLite takes
 * (a row may need ten) and keep the event loop busy for longer than a request may.
 */
const BATCH = 500;

export function* batches<T>(values: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < values.length; from += BATCH) yield values.slice(from, from + BATCH);
}
