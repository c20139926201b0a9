import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBridgeConfig } from '../../../src/config/bridge-config.ts';
import type { ConnectUserId } from '../../../src/connect/user.ts';
import { askBridge } from '../../../src/cli/admin-client.ts';
import { createServer } from '../../../src/http/server.ts';
import { createLog } from '../../../src/log.ts';
import { createSimulator, parseSeed } from '../../../src/simulator/simulator.ts';
import type { JournalEntry } from '../../../src/simulator/simulator.ts';
import { hasFanOut } from '../../../src/store/fan-outs.ts';
import { insertGroup } from '../../../src/store/groups.ts';
import { addMembers } from '../../../src/store/group-members.ts';
import { markSeen } from '../../../src/store/link/seen.ts';
import { upsertLink } from '../../../src/store/links.ts';
import type { Tx } from '../../../src/store/schema.ts';
import { insertUser, updateUser, userById } from '../../../src/store/users.ts';
import { nextDueAt } from '../../../src/store/work/claim.ts';
import { openBridge } from '../../../src/sync/bridge.ts';
import { enqueueUser } from '../../../src/sync/enqueue.ts';
import { planForUser } from '../../../src/sync/planning/plan-for-user.ts';
import type { ScimUserInput } from '../../../src/scim/resource.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** The one that config/simulator.example.yaml and config/bridge.yaml speak of. */
const UK = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50';
const US = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f51';
/** Beyond retries, before the next resync. */
const HORIZON_MS = 6 * 60_000;

export type ContactCenter = Awaited<ReturnType<typeof openContactCenter>>;

interface Options {
  /** Agents who are there, and at rest, before the measure. */
  readonly agents: number;
  readonly instances?: readonly ('uk' | 'us')[];
}

/**
 * A bridge at work on a simulated Connect with AWS's own quotas, on a virtual clock: hours pass in seconds. What the
 * identity provider sends is written as the SCIM edge writes it, without the edge.
 */
export async function openContactCenter({ agents, instances = ['uk'] }: Options) {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-bench-sync-'));
  const clock = new VirtualClock();
  const simulator = createSimulator({ clock, seed: parseSeed(await seedYaml(agents)) });
  const { url } = await simulator.listen();
  const mapping = await readFile('config/mapping.yaml', 'utf8');
  const bridge = await openBridge({
    config: parseBridgeConfig(await bridgeYaml(folder, url, instances), join(folder, 'bridge.yaml'), {
      OKTA_TOKEN_SHA256: '0'.repeat(64),
    }),
    clock,
    log: createLog('silent'),
    readFile: async () => mapping,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    pid: process.pid,
  });
  const { runtime } = bridge;
  const server = createServer(runtime, { env: {} });
  await server.listen();
  const { store } = runtime;
  const directory = runtime.directories.get('main')!;
  await store.write(async (tx) => {
    for (const [id, displayName] of Object.entries(GROUPS))
      await insertGroup(tx, { id, directory: 'main', doc: { displayName }, at: 0 });
  });
  const add = async (tx: Tx, n: number) => {
    await insertUser(tx, { id: userId(n), directory: 'main', doc: userDoc(n), at: clock.now() });
    await addMembers(tx, 'sales', [{ value: userId(n) }] as never);
  };
  // In few transactions: on a slow disk thousands of them would take virtual time, since commits are not seen by the clock.
  const together = async (numbers: Numbers, work: (tx: Tx, n: number) => Promise<void>) => {
    for (const batch of batches(numbers))
      await store.write(async (tx) => {
        for (const n of batch) await work(tx, n);
      });
    runtime.wake();
  };
  const settled = async () => {
    for (;;) {
      const dueAt = await nextDueAt(store.read, clock.now());
      const busy = (await hasFanOut(store.read)) || (dueAt !== null && dueAt < clock.now() + HORIZON_MS);
      if (!busy && directory.mapping) return;
      await clock.sleep(500);
    }
  };
  await bridge.start();
  await settled();
  await link();
  async function link() {
    const users = simulator.operator
      .snapshot(UK)
      .users.filter(({ username }) => username.startsWith('agent'));
    const connectIds = new Map(users.map(({ username, id }) => [username, id as ConnectUserId]));
    await together({ first: 0, count: agents }, async (tx, n) => {
      await add(tx, n);
      const key = { userId: userId(n), instance: 'uk', directory: 'main' };
      const user = await planForUser(runtime, tx, key);
      if ('reason' in user || user.result?.kind !== 'mapped') throw new Error('not mapped');
      const { fields, username } = user.result.user;
      await upsertLink(tx, {
        ...key,
        userName: userName(n),
        linked: {
          userId: connectIds.get(username)!,
          username,
          lifecycle: 'active',
          lastApplied: fields,
          actual: fields,
          tags: { applied: {}, actual: user.input.tags },
          proficiencies: { applied: [], actual: [] },
          snapshot: null,
          agentStatusId: null,
          retiring: null,
        },
        creating: null,
        sync: 'synced',
        reason: null,
        scimDeletedAt: null,
        syncedAt: 0,
      });
      await markSeen(tx, key, clock.now());
    });
  }
  const approval: { at: number | null } = { at: null };
  // Every bucket is full again, and nothing in the search index is news.
  await clock.sleep(30_000);
  simulator.clearJournal();
  return {
    clock,
    simulator,
    runtime,
    settled,
    /** When `approveHeld` was called last, on the virtual clock. */
    approval,
    /** New agents, all at once. */
    hire: (numbers: Numbers) =>
      together(numbers, async (tx, n) => {
        await add(tx, n);
        await enqueueUser(tx, runtime, { directory, userId: userId(n), urgency: 'settle' });
      }),
    /** As PATCHes that come all at once do it. */
    change: (numbers: Numbers, edit: (doc: ScimUserInput, n: number) => ScimUserInput) =>
      together(numbers, async (tx, n) => {
        const user = (await userById(tx, 'main', userId(n)))!;
        const doc = edit(JSON.parse(user.doc) as ScimUserInput, n);
        await updateUser(tx, user, doc, clock.now());
        const urgency = doc.active === false ? 'leaver' : 'settle';
        await enqueueUser(tx, runtime, { directory, userId: userId(n), urgency });
      }),
    /** From sales to support. */
    move: (numbers: Numbers) =>
      together(numbers, async (tx, n) => {
        await tx.deleteFrom('group_member').where('member_id', '=', userId(n)).execute();
        await addMembers(tx, 'support', [{ value: userId(n) }] as never);
        await enqueueUser(tx, runtime, { directory, userId: userId(n), urgency: 'settle' });
      }),
    /** Everything that is held, through the admin API. @returns how many users that was */
    approveHeld: async () => {
      const ask = <T>(method: 'GET' | 'POST', path: string) =>
        askBridge<T>(runtime.config.adminSocket, { method, path });
      const { items } = await ask<{ items: readonly { batch: string; users: number }[] }>('GET', 'held');
      approval.at = clock.now();
      for (const { batch } of items) await ask('POST', `held/${batch}/approve`);
      return items.reduce((sum, { users }) => sum + users, 0);
    },
    close: async () => {
      await server.close();
      await bridge.stop();
      clock.stop();
      await simulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

const GROUPS = { sales: 'Connect Sales', support: 'Connect Support' };
const userId = (n: number) => `user-${n}`;
const userName = (n: number) => `agent${n}@acme.test`;

function userDoc(n: number): ScimUserInput {
  return {
    userName: userName(n),
    name: { givenName: 'Agent', familyName: `Number ${n}` },
    active: true,
  } as ScimUserInput;
}

/** Numbers of agents, from the first on. */
export interface Numbers {
  readonly first: number;
  readonly count: number;
}

/** A transaction for each thousand. */
function batches({ first, count }: Numbers): readonly (readonly number[])[] {
  const numbers = Array.from({ length: count }, (_, n) => first + n);
  return Array.from({ length: Math.ceil(count / 1_000) }, (_, n) =>
    numbers.slice(n * 1_000, (n + 1) * 1_000),
  );
}

async function seedYaml(agents: number): Promise<string> {
  const yaml = (await readFile('config/simulator.example.yaml', 'utf8')).replace(
    'userQuota: 500',
    'userQuota: 100000',
  );
  const users = Array.from(
    { length: agents },
    (_, n) =>
      `      - { username: ${userName(n)}, firstName: Agent, lastName: Number ${n}, routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, London, Sales], tags: { "scim-bridge:id": acme-example, "scim-bridge:user": ${userId(n)} } }\n`,
  );
  const uk = yaml.replace('    quickConnects:', `${users.join('')}    quickConnects:`);
  const us = yaml.slice(yaml.indexOf('  - alias: acme-uk')).replace('acme-uk', 'acme-us').replace(UK, US);
  return `${uk}\n${us}`;
}

async function bridgeYaml(folder: string, endpoint: string, instances: readonly string[]): Promise<string> {
  const yaml = (await readFile('config/bridge.yaml', 'utf8'))
    .replace('127.0.0.1:8080 ', '127.0.0.1:0 ')
    .replace('sqlite:./data/bridge.db', `sqlite:${folder}/bridge.db`)
    .replace('data/admin.sock', join(folder, 'admin.sock'))
    .replace('http://127.0.0.1:4580', endpoint)
    // Half of a contact center that moves at once is what is measured, not what the guard makes of it.
    .replace('routing: { count: 50, percent: 20 }', 'routing: { count: 50, percent: 100 }');
  if (!instances.includes('us')) return yaml;
  const uk = yaml.slice(yaml.indexOf('  uk:'), yaml.indexOf('\ndirectories:'));
  return yaml
    .replace('\ndirectories:', `${uk.replace('  uk:', '  us:').replace(UK, US)}\ndirectories:`)
    .replace('instances: [uk]', 'instances: [uk, us]');
}

/** Calls that the work itself needs: not those of the watch over names and suspend profiles. */
export function calls(journal: readonly JournalEntry[]): readonly JournalEntry[] {
  return journal.filter(
    ({ operation }) => !/^List(Sec|Rout|Agent)|Groups$|Attributes$|^DescribeInstance$/.test(operation),
  );
}
