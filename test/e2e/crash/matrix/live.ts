import type { Life } from './life.ts';
import { openLife } from './life.ts';
import type { Story } from './stories.ts';

const DAY_MS = 24 * 3_600_000;

/** Lives what was before the story. @returns the life in which it begins */
export async function lifeBefore(folder: string, { before, daysBetween }: Story): Promise<Life> {
  const life = await openLife(folder);
  for (const act of before) await act(life);
  await life.quiet();
  return daysBetween === undefined ? life : reopened(folder, life, daysBetween * DAY_MS);
}

/** The bridge was stopped, as one is that is asked to, and is started that much later. */
export async function reopened(folder: string, { memory, ...life }: Life, laterMs: number): Promise<Life> {
  const startMs = life.now() + laterMs;
  await life.close();
  const next = await openLife(folder, { startMs, memory });
  await next.quiet();
  return next;
}
