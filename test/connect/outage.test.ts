import { expect, test } from 'vitest';
import { ConnectError } from '../../src/connect/error.ts';
import { OutageGate } from '../../src/connect/outage.ts';
import { createFakeClock } from './fake-clock.ts';

const EXPIRED = new ConnectError('DescribeUser', { code: 'credentials', kind: 'outage', found: 'Expired.' });

function gateInOutage() {
  const clock = createFakeClock();
  const gate = new OutageGate(clock);
  gate.enter();
  gate.failed(EXPIRED);
  return { clock, gate };
}

test('calls are withheld for a second, and then one at a time is let through', async () => {
  const { clock, gate } = gateInOutage();
  expect(() => gate.enter()).toThrow(EXPIRED);
  await clock.advance(1_000);
  expect(gate.state).toBe('probe');
  gate.enter();
  expect(gate.state).toBe('closed');
  expect(() => gate.enter()).toThrow(EXPIRED);
});

test('the wait doubles with each attempt, up to half a minute', async () => {
  const { clock, gate } = gateInOutage();
  const waits = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const waitMs = gate.outage!.retryAt - clock.now();
    waits.push(waitMs / 1_000);
    await clock.advance(waitMs);
    gate.enter();
    gate.failed(EXPIRED);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  expect(gate.outage?.since).toBeLessThan(clock.now());
});

test('calls that were under way when it began do not make the wait longer', () => {
  const { clock, gate } = gateInOutage();
  gate.failed(EXPIRED);
  gate.failed(EXPIRED);
  expect(gate.outage?.retryAt).toBe(clock.now() + 1_000);
});

test('any answer of Connect ends it, and the next one begins with a second again', async () => {
  const { clock, gate } = gateInOutage();
  await clock.advance(1_000);
  gate.enter();
  gate.failed(EXPIRED);
  gate.passed();
  expect([gate.state, gate.outage]).toEqual(['open', null]);
  gate.enter();
  gate.enter();
  gate.failed(EXPIRED);
  expect(gate.outage).toEqual({ since: clock.now(), error: EXPIRED, retryAt: clock.now() + 1_000 });
});
