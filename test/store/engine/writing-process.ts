import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/database.ts';
import { setMeta } from '../../../src/store/engine/meta.ts';

/** Writes without end, eight at a time, and prints each key once its write has resolved. */
const store = await openStore({
  url: process.argv[2]!,
  clock: { now: () => Date.parse('2026-11-21T09:00:00Z') },
  pid: process.pid,
  poolSize: 1,
});
await Promise.all(Array.from({ length: 8 }, (_, writer) => writeForever(writer)));

async function writeForever(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const key = `${writer}-${n}`;
    await store.write((tx) => setMeta(tx, key, 'x'));
    writeSync(1, `${key}\n`);
  }
}
