import { expect, test } from 'vitest';
import type { Lane } from '../../src/plan/plan.ts';
import { secondsToConverge } from '../../src/sync/converge.ts';

const budget = {
  default: { perSecond: 2, burst: 4 },
  operations: { CreateUser: { perSecond: 10, burst: 10 } },
};
const waiting = (lane: Lane, items: number) =>
  ({ instance: 'uk', stage: 'apply', lane, items, oldestReceivedAt: 0 }) as const;

test.each([
  { name: 'nothing', work: [], seconds: 0 },
  { name: 'as much as a burst takes', work: [waiting('leaver', 4)], seconds: 0 },
  { name: '504 leavers at 2 a second', work: [waiting('leaver', 504)], seconds: 250 },
  { name: 'joiners at a rate of their own', work: [waiting('joiner', 1_010)], seconds: 100 },
  {
    name: 'the longest of queues side by side',
    work: [waiting('joiner', 1_010), waiting('move', 304)],
    seconds: 150,
  },
  {
    name: 'lanes that share an operation',
    work: [waiting('leaver', 104), waiting('reduction', 100)],
    seconds: 100,
  },
])('$name: $seconds s', ({ work, seconds }) => {
  expect(secondsToConverge(work, budget)).toBe(seconds);
});
