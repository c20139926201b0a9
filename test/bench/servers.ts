import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { Client } from 'pg';
import {
  databaseUrl,
  postgresPrograms,
  removeServer,
  serverFolder,
  startServer,
} from '../postgres/server.ts';
import { askBridge } from '../../src/cli/admin-client.ts';
import type { StatusReply } from '../../src/cli/output.ts';

/** A server that is measured, in a process of its own. */
export interface Server {
  readonly name: string;
  readonly url: string;
  /** MiB, now. */
  rss(): number;
  /** Milliseconds of processor time since its start, the kernel's work for it included. */
  cpuMs(): number;
  stop(): Promise<void>;
}

export const TOKEN = 'token-of-the-bench';

/** @param folder of its own, where its store is */
export async function startFloor(folder: string): Promise<Server> {
  await mkdir(folder);
  return start('floor', folder, ['test/bench/floor.ts', join(folder, 'floor.db')]);
}

/** As `npm start` and the image give them to Node. */
const NODE_OPTIONS = ['--max-old-space-size=512', '--max-semi-space-size=8'];

export interface BridgeOptions {
  /** For example --cpu-prof. */
  readonly nodeOptions: readonly string[];
  readonly storageUrl: string;
}

/**
 * The bridge as it is served, with one simulated Connect instance, so that an active mapping and a catalog
 * judge every write. Users settle for a day: what is measured is SCIM, not the reconciler.
 *
 * @param folder for all its files but a store that is elsewhere
 */
export async function startBridge(
  folder: string,
  { nodeOptions, storageUrl }: BridgeOptions,
): Promise<Server> {
  await mkdir(folder);
  const simulator = await start('simulator', folder, [
    'src/main.ts',
    'simulator',
    '--port',
    '0',
    '--speed',
    '20',
  ]);
  const config = parse(await readFile('config/bridge.yaml', 'utf8'));
  config.server = { listen: '127.0.0.1:0', publicUrl: 'https://scim.acme.test' };
  config.storage.url = storageUrl;
  config.adminSocket = join(folder, 'admin.sock');
  config.instances.uk.endpoint = simulator.url;
  config.directories.main.settleSeconds = 86_400;
  config.directories.main.clients = { bench: { tokenHash: hash('sha256', TOKEN), rateLimit: '1000000/s' } };
  config.budget.default = { perSecond: 30, burst: 4 };
  await writeFile(join(folder, 'bridge.yaml'), stringify(config));
  await writeFile(join(folder, 'mapping.yaml'), await readFile('config/mapping.yaml', 'utf8'));
  const serve = [
    ...NODE_OPTIONS,
    ...nodeOptions,
    'src/main.ts',
    'serve',
    '--config',
    join(folder, 'bridge.yaml'),
  ];
  const bridge = await start('bridge', folder, serve);
  await mappingActive(join(folder, 'admin.sock'));
  await simulator.stop();
  return bridge;
}

/** The catalog is read by then too: no mapping is active without one. */
async function mappingActive(socketPath: string): Promise<void> {
  for (;;) {
    const { directories } = await askBridge<StatusReply>(socketPath, { method: 'GET', path: 'status' });
    if (directories.every(({ activeMapping }) => activeMapping !== null)) return;
    await sleep(100);
  }
}

/** Its log goes to a file, as it would in use: a pipe would be read by the process that measures. */
async function start(name: string, folder: string, args: readonly string[]): Promise<Server> {
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', log, 'inherit'],
    env: { PATH: process.env['PATH'], AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
  });
  closeSync(log);
  return {
    name,
    url: await printedUrl(child, logFile),
    rss: () => rssOf(child.pid!),
    cpuMs: () => cpuMsOf(child.pid!),
    stop: () => stop(child),
  };
}

async function printedUrl(child: ChildProcess, logFile: string): Promise<string> {
  while (child.exitCode === null) {
    const url = /(?:simulator at |"url":")(http:[^"\s]+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (url !== undefined) return url;
    await sleep(20);
  }
  throw new Error(`the process ended with ${child.exitCode}: ${readFileSync(logFile, 'utf8')}`);
}

/** Linux only; elsewhere 0. */
function rssOf(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const MS_PER_TICK = 10;

/** Linux only; elsewhere 0. */
function cpuMsOf(pid: number): number {
  try {
    // After the command in parentheses, which may hold spaces, utime and stime are the 12th and 13th field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  } catch {
    return 0;
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

export type EngineName = 'sqlite' | 'postgres';

/** Where the bridge's store is. */
interface Engine {
  readonly storageUrl: string;
  stop(): Promise<void>;
}

/** Everything that can be lost with the power is flushed, as SQLite does it for the floor. */
const DURABLE = ['listen_addresses='];

/** @returns null where PostgreSQL is not installed */
export async function startEngine(name: EngineName, folder: string): Promise<Engine | null> {
  if (name === 'sqlite') {
    return { storageUrl: `sqlite:${join(folder, 'bridge', 'bridge.db')}`, stop: async () => undefined };
  }
  const programs = postgresPrograms();
  if (programs === null) return null;
  const server = startServer(programs, await serverFolder(), DURABLE);
  const storageUrl = databaseUrl(server.folder, 'postgres');
  while (!(await answers(storageUrl))) await sleep(100);
  return { storageUrl, stop: () => removeServer(server) };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
