import { expect, test } from 'vitest';
import { retryDelayMs } from '../../src/sync/applying/outcome.ts';

test.each([
  { attempt: 1, random: 0, delayMs: 0 },
  { attempt: 1, random: 0.999, delayMs: 1_998 },
  { attempt: 3, random: 0.5, delayMs: 4_000 },
  { attempt: 9, random: 0.999, delayMs: 299_700 },
  { attempt: 1_000, random: 0.999, delayMs: 299_700 },
])('failure $attempt waits $delayMs ms at random $random', ({ attempt, random, delayMs }) => {
  expect(retryDelayMs(attempt, random)).toBe(delayMs);
});
