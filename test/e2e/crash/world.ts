import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { askBridge } from '../../../src/cli/admin-client.ts';
import type { StatusReply } from '../../../src/cli/output.ts';
import type { InstanceSnapshot } from '../../../src/simulator/simulator.ts';
import type { Child } from './child.ts';
import { startChild } from './child.ts';
import type { Hour } from './day.ts';
import { IdentityProvider } from './identity-provider.ts';

/** When the bridge is killed. */
export interface Moment {
  /** After a request of the IdP left, or after a change in Connect was recorded. */
  readonly after: 'request' | 'change';
  /** Which one, from 0. */
  readonly index: number;
  readonly thenMs: number;
}

export interface DayResult {
  readonly scim: unknown;
  readonly connect: unknown;
  /** Each Connect user in a line. */
  readonly people: readonly string[];
  /** Acknowledged to the IdP, and not there when the bridge was back. */
  readonly lost: readonly string[];
  /** SCIM ids with more than one Connect user that is not suspended. */
  readonly doubled: readonly string[];
  readonly requests: number;
  readonly changes: number;
  readonly repeated: number;
  readonly kills: number;
}

const TOKEN = 'token-of-okta';
const POLL_MS = 20;

/** An account of its own for each world: quotas are counted by account. */
function worldOf(index: number): { readonly instanceId: string; readonly account: string } {
  const digits = String(index).padStart(12, '0');
  return { instanceId: `5f0d6c0a-8f5e-4c6b-9d0e-${digits}`, account: digits };
}

/** One simulated Amazon Connect, twenty times as fast as the real one, with an instance for each world. */
export async function startSimulator(folder: string, worlds: number): Promise<Child> {
  const seed = parse(await readFile('config/simulator.example.yaml', 'utf8')) as { instances: [object] };
  const instances = Array.from({ length: worlds }, (_, index) => {
    const { instanceId, account } = worldOf(index);
    return { ...seed.instances[0], id: instanceId, alias: `acme-${index}`, account };
  });
  const file = join(folder, 'seed.yaml');
  await writeFile(file, stringify({ ...seed, instances }));
  const simulator = await startChild(['simulator', '--seed', file, '--port', '0', '--speed', '20']);
  // A call that takes no time is never met by a kill; this one is done, and its answer is on the way.
  const slow = { kind: 'slow', operation: '*', when: 'afterCommit', ms: 15, count: 1_000_000 };
  await fetch(`${simulator.url}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(slow),
  });
  return simulator;
}

/** Lives the day against a bridge that is killed at the moment, if one is given, and started again. */
export async function liveDay(
  day: readonly Hour[],
  options: { readonly connectUrl: string; readonly index: number; readonly kill: Moment | null },
): Promise<DayResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-crash-'));
  const bridge = new KillableBridge(folder, options.kill);
  await writeConfig(folder, options);
  const idp = new IdentityProvider({
    token: TOKEN,
    bridgeUrl: () => bridge.url(),
    onSend: (index) => bridge.saw('request', index),
  });
  const lost: string[] = [];
  bridge.onRestart = async (url) => void lost.push(...(await idp.lost(url)));
  try {
    for (const hour of day) {
      await idp.live(hour);
      await bridge.quiet();
    }
    const states = await endState(idp, options);
    return { ...states, ...bridge.seen, lost, repeated: idp.repeated };
  } finally {
    await bridge.end();
    await rm(folder, { recursive: true });
  }
}

class KillableBridge {
  readonly seen = { requests: 0, changes: 0, kills: 0 };
  /** Called with the new URL before anybody else learns it. */
  onRestart: (url: string) => Promise<void> = async () => undefined;
  readonly #folder: string;
  readonly #kill: Moment | null;
  #running: Promise<Child> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, kill: Moment | null) {
    this.#folder = folder;
    this.#kill = kill;
  }

  async url(): Promise<string> {
    this.#running ??= this.#start();
    return (await this.#running).url;
  }

  /** Kills the bridge when this is the moment. */
  saw(what: Moment['after'], index: number): void {
    if (what === 'request') this.seen.requests = index + 1;
    const { after, index: at, thenMs } = this.#kill ?? {};
    if (after === what && at === index) this.#timer = setTimeout(() => this.#crash(), thenMs);
  }

  /** Waits until nothing is left to be done for any user. */
  async quiet(): Promise<void> {
    for (;;) {
      await this.url();
      const status = await this.#status();
      if (status && isQuiet(status)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    await (await this.#running)?.kill();
  }

  /** Null while it is being killed. */
  async #status(): Promise<StatusReply | null> {
    const kills = this.seen.kills;
    const path = join(this.#folder, 'admin.sock');
    return askBridge<StatusReply>(path, { method: 'GET', path: 'status' }).catch((error: unknown) => {
      if (this.seen.kills === kills) throw error;
      return null;
    });
  }

  #crash(): void {
    this.seen.kills += 1;
    this.#running = this.#running!.then(async (old) => {
      await old.kill();
      const child = await this.#start();
      await this.onRestart(child.url);
      return child;
    });
  }

  #start(): Promise<Child> {
    return startChild(['serve', '--config', join(this.#folder, 'bridge.yaml')], (line) => {
      if (line.includes('changed in Connect')) this.saw('change', this.seen.changes++);
    });
  }
}

/** Parked users are looked at again much later: they are at rest. */
function isQuiet({ directories, instances, work, fanningOut }: StatusReply): boolean {
  const ready =
    directories.every(({ activeMapping }) => activeMapping !== null) &&
    instances.every(({ degraded }) => degraded.length === 0);
  const parked = instances
    .flatMap(({ users }) => users)
    .filter(({ sync }) => sync === 'parked')
    .reduce((sum, { users }) => sum + users, 0);
  const waiting = work.reduce((sum, { items }) => sum + items, 0);
  return ready && !fanningOut && waiting <= parked;
}

async function writeConfig(
  folder: string,
  { connectUrl, index }: { readonly connectUrl: string; readonly index: number },
): Promise<void> {
  const config = parse(await readFile('config/bridge.yaml', 'utf8'));
  config.server = { listen: '127.0.0.1:0', publicUrl: 'http://scim.acme.test' };
  config.storage.url = `sqlite:${join(folder, 'bridge.db')}`;
  config.adminSocket = join(folder, 'admin.sock');
  Object.assign(config.instances.uk, { endpoint: connectUrl, instanceId: worldOf(index).instanceId });
  config.instances.uk.guard = { deactivate: { count: 20, percent: 5 } };
  config.directories.main.settleSeconds = 1;
  config.directories.main.clients = { okta: { tokenHash: hash('sha256', TOKEN) } };
  // Below the simulator's 40 a second with a burst of 5.
  config.budget.default = { perSecond: 30, burst: 4 };
  await writeFile(join(folder, 'bridge.yaml'), stringify(config));
  const mapping = await readFile('config/mapping.yaml', 'utf8');
  await writeFile(join(folder, 'mapping.yaml'), mapping.replace('rename: ask', 'rename: recreate'));
}

/** Both sides with names for ids, which differ from run to run. */
async function endState(
  idp: IdentityProvider,
  { connectUrl, index }: { readonly connectUrl: string; readonly index: number },
) {
  const users = await idp.all('/Users');
  const groups = await idp.all('/Groups');
  const reply = await fetch(`${connectUrl}/_control/instances/${worldOf(index).instanceId}`);
  const connect = (await reply.json()) as InstanceSnapshot;
  const active = connect.users.filter(({ securityProfiles }) => !securityProfiles.includes('No Access'));
  const owners = active.flatMap(({ tags }) => tags['scim-bridge:user'] ?? []);
  const names = new Map([
    ...users.map(({ id, userName }) => [String(id), String(userName)] as const),
    ...groups.map(({ id, displayName }) => [String(id), String(displayName)] as const),
  ]);
  // Who was deleted over SCIM has an id that no reply names.
  for (const { tags, username } of connect.users) {
    const owner = tags['scim-bridge:user'];
    if (owner !== undefined && !names.has(owner)) names.set(owner, `formerly ${username}`);
  }
  return {
    scim: withNames({ users: users.map(withoutTimes), groups: groups.map(withoutTimes) }, names),
    connect: withNames(connect.users.map(withoutId), names),
    people: connect.users.map(
      ({ username, routingProfile, securityProfiles }) =>
        `${username}: ${routingProfile}, ${securityProfiles.join(', ')}`,
    ),
    doubled: owners.filter((owner, at) => owners.indexOf(owner) !== at),
  };
}

function withoutTimes({ meta, ...rest }: Record<string, unknown>) {
  return { ...rest, version: (meta as { version: string }).version };
}

function withoutId<T extends { readonly id: string }>(user: T): Omit<T, 'id'> {
  return { ...user, id: undefined };
}

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(value).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? id);
  return inOrder(JSON.parse(text));
}

/** Concurrent requests arrive in any order, and so do the resources, members and groups that they make. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder).toSorted((one, other) => order(one, other));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOrder(inner)]));
}

function order(one: unknown, other: unknown): number {
  return JSON.stringify(one).localeCompare(JSON.stringify(other));
}
