import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectRate, Throttle } from '../../src/simulator/throttle.ts';

test('no span of time admits more than the burst and what the rate gives in it', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      const throttle = new Throttle(connectRate);
      let nowMs = 0;
      const admitted: number[] = [];
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (throttle.admits('key', nowMs)) admitted.push(nowMs);
      }
      for (const [first, startMs] of admitted.entries()) {
        for (const [last, endMs] of admitted.entries()) {
          const most = connectRate.burst + ((endMs - startMs) / 1000) * connectRate.perSecond + 1e-6;
          if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(most);
        }
      }
    }),
  );
});

test('a caller who keeps to the rate is never refused', () => {
  const throttle = new Throttle(connectRate);
  const admitted = Array.from({ length: 1000 }, (_, i) => throttle.admits('key', i * 500));
  expect(admitted).not.toContain(false);
});
