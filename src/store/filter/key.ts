import { StoreError } from '../engine/store-error.ts';

/** PostgreSQL cannot index a row of more than some 2,700 bytes, of which folding and the directory take a part. */
export const MAX_KEY_BYTES = 2_000;

/** Holds both engines to the same limit. @throws StoreError `keyTooLong` naming the attribute */
export function refuseLongKeys(keys: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(keys)) {
    if (!isLongKey(value)) continue;
    const bytes = Buffer.byteLength(value!);
    throw new StoreError(
      'keyTooLong',
      `${name} has ${bytes} bytes. What resources are looked up by may have ${MAX_KEY_BYTES}: send a shorter one.`,
    );
  }
}

export function isLongKey(value: string | undefined): boolean {
  return value !== undefined && value.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(value) > MAX_KEY_BYTES;
}
