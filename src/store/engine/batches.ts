/**
 * Values of one statement. Fewer would add round trips; more would near the 32 766 parameters that SQLite takes
 * (a row may need ten) and keep the event loop busy for longer than a request may.
 */
const BATCH = 500;

export function* batches<T>(values: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < values.length; from += BATCH) yield values.slice(from, from + BATCH);
}

/**
 * The same for values that are looked for with `in`: as long as a power of two, the last value repeated, so that a
 * statement has ten lengths and not five hundred, each of which is built and prepared once.
 */
export function* batchesToFind<T>(values: readonly T[]): Iterable<readonly T[]> {
  for (const batch of batches(values)) {
    const length = 2 ** Math.ceil(Math.log2(batch.length));
    yield [...batch, ...Array.from({ length: length - batch.length }, () => batch.at(-1)!)];
  }
}
