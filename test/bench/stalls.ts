/**
 * How long one request keeps the event loop of a bridge busy: the worst of each kind that its limits let pass, one
 * at a time, against the real server and store. What is printed is processor time of the longest turn of the loop,
 * so that other programs on the machine do not count: milliseconds, then the request.
 *
 *     node test/bench/stalls.ts
 */
import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { parse, stringify } from 'yaml';
import { systemClock } from '../../src/clock.ts';
import { parseBridgeConfig } from '../../src/config/bridge-config.ts';
import { createServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { openBridge } from '../../src/sync/bridge.ts';
import { worstRequests } from './worst-requests.ts';

const TOKEN = 'token-of-the-bench';

if (isMainThread) await serve();
else await attack(workerData as string);

/** The bridge in this thread, its client in another. */
async function serve(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stalls-'));
  const { runtime } = await openBridge({
    config: await configIn(folder),
    clock: systemClock,
    log: createLog('silent'),
    readFile: (path) => readFile(path, 'utf8'),
    pid: process.pid,
  });
  const server = createServer(runtime, { env: {} });
  const { url } = await server.listen();
  const turns = watchTurns();
  const client = new Worker(new URL(import.meta.url), { workerData: url });
  client.on('message', (done: string | null) => {
    const longestMs = turns.reset();
    if (done !== null) console.log(`${longestMs.toFixed(0).padStart(6)}  ${done}`);
    client.postMessage('go on', []);
  });
  await new Promise((resolve) => client.once('exit', resolve));
  turns.stop();
  await server.close();
  await runtime.store.close();
  await rm(folder, { recursive: true });
}

async function configIn(folder: string) {
  const file = parse(await readFile('config/bridge.yaml', 'utf8'));
  file.server.listen = '127.0.0.1:0';
  file.storage.url = `sqlite:${join(folder, 'bridge.db')}`;
  file.adminSocket = join(folder, 'admin.sock');
  file.directories.main.settleSeconds = 86_400;
  file.directories.main.clients = { bench: { tokenHash: hash('sha256', TOKEN), rateLimit: '1000000/s' } };
  return parseBridgeConfig(stringify(file), 'config/bridge.yaml', {});
}

function watchTurns() {
  let longestMs = 0;
  let before = process.threadCpuUsage();
  let stopped = false;
  const look = () => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    before = process.threadCpuUsage();
    if (!stopped) setImmediate(look);
  };
  look();
  return {
    reset: () => {
      const found = longestMs;
      longestMs = 0;
      return found;
    },
    stop: () => void (stopped = true),
  };
}

async function attack(url: string): Promise<void> {
  const told = () => new Promise<void>((resolve) => parentPort!.once('message', () => resolve()));
  const send = async (method: string, path: string, body?: string) => {
    const reply = await fetch(`${url}/scim/v2${path}`, {
      method,
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/scim+json' },
      ...(body !== undefined && { body }),
    });
    const text = await reply.text();
    return { status: reply.status, text };
  };
  const measure = async (name: string, method: string, path: string, body?: string) => {
    await sleep(100);
    parentPort!.postMessage(null, []);
    await told();
    const { status, text } = await send(method, path, body);
    await sleep(20);
    const detail = status >= 400 ? ` ${(JSON.parse(text) as { detail: string }).detail.slice(0, 70)}` : '';
    parentPort!.postMessage(
      `${name}, ${((body?.length ?? 0) / 1024).toFixed(0)} KiB: ${status}${detail}`,
      [],
    );
    await told();
    return text;
  };
  await worstRequests(send, measure);
}
