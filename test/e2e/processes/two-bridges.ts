import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { JournalEntry } from '../../../src/simulator/simulator.ts';
import { temporaryDatabase } from '../../postgres/database.ts';
import type { Child } from '../crash/child.ts';
import { startChild } from '../crash/child.ts';
import type { Wire } from './wire.ts';
import { openWire } from './wire.ts';

type OnEnd = (end: () => Promise<void>) => void;

const TOKEN = 'token-of-okta';

/** A bridge in a process of its own, on wires of its own. */
export interface Bridge {
  readonly url: string;
  readonly database: Wire;
  readonly connect: Wire;
  /** Whether it has said that it works for the Region, and how often. */
  readonly terms: () => number;
  kill(): Promise<void>;
  post(path: string, body: object): Promise<Response>;
}

/** Two bridges on one database, before one simulated Amazon Connect. The first works, the second waits for its turn. */
export async function startTwo(onEnd: OnEnd) {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-two-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = await temporaryDatabase(onEnd);
  const simulator = await startChild(['simulator', '--port', '0', '--speed', '20']);
  onEnd(() => simulator.kill());
  await writeFile(join(folder, 'mapping.yaml'), await readFile('config/mapping.yaml', 'utf8'));
  const start = (name: string) =>
    startBridge({ name, folder, databaseUrl, connectUrl: simulator.url, onEnd });
  const first = await start('a');
  await eventually(async () => first.terms() === 1);
  const second = await start('b');
  const journal = async (): Promise<readonly JournalEntry[]> =>
    (await (await fetch(`${simulator.url}/_control/journal`)).json()) as JournalEntry[];
  return {
    first,
    second,
    journal,
    created: async (username: string) =>
      (await journal()).filter((call) => call.operation === 'CreateUser' && call.username === username),
  };
}

/** Real time: what is waited for happens in other processes. */
export async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50);
}

interface Start {
  readonly name: string;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly connectUrl: string;
  readonly onEnd: OnEnd;
}

async function startBridge(start: Start): Promise<Bridge> {
  const { host, database } = partsOf(start.databaseUrl);
  const wires = {
    database: await openWire({ path: `${host}/.s.PGSQL.5432` }),
    connect: await openWire({ host: '127.0.0.1', port: Number(new URL(start.connectUrl).port) }),
  };
  start.onEnd(async () => void (await Promise.all([wires.database.close(), wires.connect.close()])));
  const config = await writeConfig(start, {
    url: `postgres://bridge@127.0.0.1:${wires.database.port}/${database}`,
    endpoint: `http://127.0.0.1:${wires.connect.port}`,
  });
  let terms = 0;
  const child: Child = await startChild(['serve', '--config', config], (line) => {
    if (line.includes('works for the account and Region"')) terms++;
  });
  start.onEnd(() => child.kill());
  return {
    url: child.url,
    ...wires,
    terms: () => terms,
    kill: () => child.kill(),
    post: (path, body) =>
      fetch(`${child.url}/scim/v2${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify(body),
      }),
  };
}

function partsOf(databaseUrl: string): { host: string; database: string } {
  const url = new URL(databaseUrl);
  return { host: url.searchParams.get('host')!, database: url.pathname.slice(1) };
}

async function writeConfig(
  { name, folder }: Start,
  { url, endpoint }: { readonly url: string; readonly endpoint: string },
): Promise<string> {
  const config = parse(await readFile('config/bridge.yaml', 'utf8'));
  config.server = { listen: '127.0.0.1:0', publicUrl: 'http://scim.acme.test' };
  config.storage = { url, poolSize: 2 };
  config.adminSocket = join(folder, `${name}.sock`);
  config.instances.uk.endpoint = endpoint;
  config.directories.main.settleSeconds = 0;
  config.directories.main.clients = { okta: { tokenHash: hash('sha256', TOKEN) } };
  // Below the simulator's 40 a second with a burst of 5.
  config.budget.default = { perSecond: 30, burst: 4 };
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, stringify(config));
  return file;
}
