import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { expect, onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { parseBridgeConfig } from '../../src/config/bridge-config.ts';
import { createServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createSimulator, parseSeed } from '../../src/simulator/simulator.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { openBridge } from '../../src/sync/bridge.ts';
import { enqueueMany } from '../../src/sync/enqueue.ts';
import { temporaryDatabase } from '../postgres/database.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { quiet } from './quiet.ts';

const TOKEN = 'token-of-okta';
export const INSTANCE_ID = '5f0d6c0a-8f5e-4c6b-9d0e-2b7a1c3e4f50';

const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export interface WorldOptions {
  readonly bridge?: (yaml: string) => string;
  readonly mapping?: string;
  readonly seed?: (yaml: string) => string;
  /** That of `defaults` unless given. */
  readonly storage?: 'sqlite' | 'postgres';
}

/** What a file of stories may be run on besides SQLite. */
export const defaults: { storage: 'sqlite' | 'postgres' } = { storage: 'sqlite' };

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The whole product over real HTTP and the real SDK: a SCIM client, the bridge and a simulated Connect, on one virtual clock. */
export async function startWorld(options: WorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-e2e-'));
  const clock = new VirtualClock();
  const simulator = await startSimulator(clock, options);
  const mappingFile = join(folder, 'mapping.yaml');
  const mappings = { text: options.mapping ?? (await readFile('config/mapping.yaml', 'utf8')) };
  const configFile = join(folder, 'bridge.yaml');
  const configs = { text: await bridgeConfig(folder, simulator.url, options) };
  const env = { OKTA_TOKEN_SHA256: hash('sha256', TOKEN) };
  const open = async () => {
    const life = lifetime(clock);
    const { text } = configs;
    const bridge = await openBridge({
      config: parseBridgeConfig(text, configFile, env),
      configFile: { path: configFile, text, env },
      clock: life.clock,
      log: createLog('silent'),
      readFile: async (path) => {
        if (path === configFile) return configs.text;
        return path === mappingFile ? mappings.text : readFile(path, 'utf8');
      },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      pid: process.pid,
    });
    const server = createServer(bridge.runtime, { env: {} });
    const { url } = await server.listen();
    await bridge.start();
    return { bridge, server, url, life };
  };
  let running = await open();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    clock.stop();
    await running.server.close();
    await running.bridge.stop();
    await simulator.close();
    await rm(folder, { recursive: true });
  };
  onTestFinished(() => (stopped ??= stop()));
  const lastRequests = new Map<string, { method: Method; path: string; body: object | undefined }>();
  const scim = (method: Method, path: string, body?: object) => {
    if (method !== 'get' && method !== 'post') lastRequests.set(path, { method, path, body });
    const client = request(running.url);
    return client[method](`/scim/v2${path}`)
      .set('Authorization', `Bearer ${TOKEN}`)
      .set('Content-Type', 'application/scim+json')
      .send(body);
  };
  const create = async (path: string, body: object): Promise<string> => {
    const reply = await scim('post', path, body);
    if (reply.status !== 201) throw new Error(`not created: ${reply.status} ${reply.text}`);
    const { id } = reply.body as { id: string };
    lastRequests.set(`${path}/${id}`, { method: 'post', path, body });
    return id;
  };
  const enqueueEverybody = async () => {
    const { runtime } = running.bridge;
    await runtime.store.write(async (tx) => {
      for (const directory of runtime.directories.values()) await enqueueMany(tx, runtime, directory, null);
    });
    runtime.wake();
  };
  /** Operations called since the journal was cleared, reads of the catalog aside. */
  const calls = () =>
    simulator
      .journal()
      .map(({ operation }) => operation)
      .filter(
        (operation) => !/^(List|Search.*(Groups|Attributes)|DescribeInstance|AssumeRole)/.test(operation),
      );
  return {
    clock,
    simulator,
    get runtime() {
      return running.bridge.runtime;
    },
    /** Of the listener for SCIM and health. */
    get url() {
      return running.url;
    },
    scim,
    /** Ends the bridge as if the machine had asked it to, and starts it again on the same store. */
    restart: async () => {
      await running.server.close();
      await running.bridge.stop();
      running = await open();
    },
    /**
     * Ends the bridge as `kill -9` would: nothing of it happens any more, the call under way included, and whoever comes
     * next finds what was committed. It is started again on the same store after `downMs`.
     */
    crash: async (downMs: number) => {
      running.life.end();
      await running.server.close();
      await running.bridge.runtime.store.close();
      await clock.sleep(downMs);
      running = await open();
    },
    /** Before the end of the test, for one that starts many worlds. */
    stop: () => (stopped ??= stop()),
    setMapping: (text: string) => {
      mappings.text = text;
    },
    mapping: () => mappings.text,
    configText: () => configs.text,
    /** Edits bridge.yaml under the running bridge, and waits until it was read. */
    editConfig: async (edit: (yaml: string) => string) => {
      configs.text = edit(configs.text);
      await clock.sleep(5_000);
    },
    quiet: () => quiet(running.bridge.runtime, clock),
    /** Lets time pass until something is so. */
    until: async (isSo: () => boolean, stepMs = 50) => {
      for (let turn = 0; turn < 10_000; turn++) {
        if (isSo()) return;
        await clock.sleep(stepMs);
      }
      throw new Error('it never came to be so');
    },
    /** Everybody planned again and each resource's last request repeated must make no Connect call. */
    expectRest: async () => {
      await quiet(running.bridge.runtime, clock);
      simulator.clearJournal();
      await enqueueEverybody();
      for (const { method, path, body } of Array.from(lastRequests.values())) await scim(method, path, body);
      await quiet(running.bridge.runtime, clock);
      expect(calls()).toEqual([]);
    },
    addUser: async (userName: string, givenName: string, more: object = {}) => {
      const body = {
        schemas: [CORE_USER],
        userName,
        name: { givenName, familyName: 'Byron' },
        active: true,
        ...more,
      };
      return create('/Users', body);
    },
    addGroup: async (displayName: string, members: readonly string[] = []) => {
      const body = { schemas: [CORE_GROUP], displayName, members: members.map((value) => ({ value })) };
      return create('/Groups', body);
    },
    patch: async (path: string, ...operations: readonly object[]) => {
      const reply = await scim('patch', path, { schemas: [PATCH_OP], Operations: operations });
      if (reply.status >= 300) throw new Error(`PATCH ${path}: ${reply.status} ${reply.text}`);
      return reply;
    },
    calls,
    connectUser: (username: string) =>
      simulator.operator.snapshot(INSTANCE_ID).users.find((user) => user.username === username),
  };
}

/** A clock on which nobody wakes any more once the process that looked at it was killed. */
function lifetime(clock: Clock) {
  let isOver = false;
  const forever = new Promise<void>(() => {});
  return {
    clock: {
      now: () => clock.now(),
      sleep: async (ms: number, signal?: AbortSignal) => {
        await clock.sleep(ms, signal);
        if (isOver) await forever;
      },
    },
    end: () => {
      isOver = true;
    },
  };
}

async function startSimulator(
  clock: VirtualClock,
  { seed }: WorldOptions,
): Promise<Simulator & { url: string }> {
  const yaml = await readFile('config/simulator.example.yaml', 'utf8');
  const simulator = createSimulator({ clock, seed: parseSeed(seed ? seed(yaml) : yaml) });
  return { ...simulator, ...(await simulator.listen()) };
}

async function bridgeConfig(folder: string, endpoint: string, options: WorldOptions) {
  const { bridge, storage = defaults.storage } = options;
  const store = storage === 'postgres' ? await temporaryDatabase() : `sqlite:${folder}/bridge.db`;
  const yaml = (await readFile('config/bridge.yaml', 'utf8'))
    .replace('127.0.0.1:8080 ', '127.0.0.1:0 ')
    .replace('sqlite:./data/bridge.db', store)
    .replace('data/admin.sock', join(folder, 'admin.sock'))
    .replace('http://127.0.0.1:4580', endpoint);
  return bridge ? bridge(yaml) : yaml;
}
