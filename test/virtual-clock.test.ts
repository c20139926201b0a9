import { readFile } from 'node:fs/promises';
import { createServer, get, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

function startClock(): VirtualClock {
  const clock = new VirtualClock(0);
  onTestFinished(() => {
    clock.stop();
  });
  return clock;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const clients = {
  'node:http': async (url: string) =>
    new Promise<void>((resolve, reject) => {
      get(url, (response) => response.resume().on('end', resolve)).on('error', reject);
    }),
  fetch: async (url: string) => {
    await (await fetch(url)).text();
  },
};

test('a sleep of hours ends at once, at its own time', async () => {
  const clock = startClock();
  await clock.sleep(3 * 3_600_000);
  expect(clock.now()).toBe(3 * 3_600_000);
});

test('sleepers wake the earliest first, and equal ones in the order in which they lay down', async () => {
  const clock = startClock();
  const woken: string[] = [];
  const sleep = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(`${name}@${clock.now()}`);
  };
  await Promise.all([sleep('c', 30), sleep('a', 10), sleep('b', 10), sleep('d', 30)]);
  expect(woken).toEqual(['a@10', 'b@10', 'c@30', 'd@30']);
});

test.each(Object.entries(clients))(
  'time stands still while a request of %s is answered slowly',
  async (_, request) => {
    const clock = startClock();
    // Real time on purpose: the machine is slow, the clock must not notice.
    const url = await serve((_request, response) => void delay(50).then(() => response.end('done')));
    const times: number[] = [];
    const background = clock.sleep(1000).then(() => times.push(clock.now()));
    await request(url);
    times.push(clock.now());
    await background;
    expect(times).toEqual([0, 1000]);
  },
);

test.each(Object.entries(clients))(
  'a request of %s whose handler sleeps lets time pass',
  async (_, request) => {
    const clock = startClock();
    const url = await serve((_request, response) => void clock.sleep(5000).then(() => response.end('done')));
    await request(url);
    expect(clock.now()).toBe(5000);
  },
);

test('a request waits through the handler that makes it for the handler that sleeps', async () => {
  const clock = startClock();
  const inner = await serve((_request, response) => void clock.sleep(700).then(() => response.end('inner')));
  const outer = await serve(
    (_request, response) => void clients['node:http'](inner).then(() => response.end('outer')),
  );
  await clients['node:http'](outer);
  expect(clock.now()).toBe(700);
});

test('a request that fails does not hold time up', async () => {
  const clock = startClock();
  const url = await serve((request) => request.socket.resetAndDestroy());
  await expect(clients['node:http'](url)).rejects.toThrow();
  await expect(clients.fetch(url)).rejects.toThrow();
  await clock.sleep(10);
  expect(clock.now()).toBe(10);
});

test('promises, node:sqlite and files get their turns before time moves', async () => {
  const clock = startClock();
  const steps: string[] = [];
  const background = clock.sleep(1).then(() => steps.push('slept'));
  const database = new DatabaseSync(':memory:');
  for (let i = 0; i < 50; i += 1) await Promise.resolve(database.prepare('select 1').get());
  steps.push('queried');
  await readFile(new URL(import.meta.url));
  steps.push('read');
  await background;
  expect(steps).toEqual(['queried', 'read', 'slept']);
});

test('an aborted sleep ends at once without moving time', async () => {
  const clock = startClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(1000, stop.signal);
  stop.abort();
  await sleeping;
  await clock.sleep(1000, stop.signal);
  expect(clock.now()).toBe(0);
});

test('after stop, time stands still', async () => {
  const clock = startClock();
  clock.stop();
  const woken = clock.sleep(1).then(() => 'woken');
  expect(await Promise.race([woken, delay(20).then(() => 'asleep')])).toBe('asleep');
  expect(clock.now()).toBe(0);
});
