import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'supertest';
import request from 'supertest';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { BridgeConfig, DirectoryConfig, InstanceConfig } from '../../src/config/bridge-config.ts';
import { createBudget } from '../../src/connect/budget.ts';
import { createCatalog } from '../../src/connect/catalog.ts';
import { createConnectInstance } from '../../src/connect/instance.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { NO_LIMITS } from '../../src/mapping/grants.ts';
import { createServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { createDirectorySchema } from '../../src/scim/schema.ts';
import { openStore } from '../../src/store/database.ts';
import { UserQuota } from '../../src/sync/applying/user-quota.ts';
import { PlanningThread } from '../../src/sync/planning/everybody/planning-thread.ts';
import type { DirectoryRuntime, InstanceRuntime, Runtime } from '../../src/sync/runtime.ts';

export const TOKEN = 'token-of-okta';
export const OTHER_TOKEN = 'token-of-entra';

/** A bridge without Connect: real HTTP, real store in a folder of its own. */
export interface Bridge {
  readonly runtime: Runtime;
  readonly url: string;
  readonly clock: TestClock;
  /** A request to the default directory, with its token. */
  readonly call: (method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head', path: string) => Test;
}

export interface BridgeOptions {
  /** Text of a mapping file that is active, with a SAML instance whose names are known. */
  readonly mapping?: string;
  /** Of the default directory. */
  readonly directory?: Partial<DirectoryConfig>;
}

interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Starts a bridge that ends with the test. */
export async function startBridge(options: BridgeOptions = {}): Promise<Bridge> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-http-'));
  const clock = testClock();
  const config = bridgeConfig(folder, options.directory ?? {});
  const opened = await openStore({ url: config.storage.url, clock, pid: 1, poolSize: 1 });
  let closed: Promise<void> | undefined;
  // A test may close it first.
  const store = { ...opened, close: () => (closed ??= opened.close()) };
  const runtime: Runtime = {
    config,
    configFile: null,
    store,
    clock,
    log: createLog('silent'),
    directories: new Map(
      Object.entries(config.directories).map(([alias, each]) => [alias, directory(alias, each)]),
    ),
    instances: new Map(options.mapping === undefined ? [] : [['uk', instance(clock)]]),
    planning: new PlanningThread(),
    wake: () => {},
    owns: () => true,
    refreshCatalog: () => {},
    bucketLevels: () => [],
  };
  if (options.mapping !== undefined) {
    runtime.directories.get('main')!.mapping = {
      version: 1,
      mapping: loadMapping(options.mapping, 'mapping.yaml'),
    };
  }
  const server = createServer(runtime, { env: {} });
  const { url } = await server.listen();
  onTestFinished(async () => {
    await server.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  return {
    runtime,
    url,
    clock,
    call: (method, path) => request(url)[method](`/scim/v2${path}`).set('Authorization', `Bearer ${TOKEN}`),
  };
}

function directory(alias: string, config: DirectoryConfig): DirectoryRuntime {
  return {
    alias,
    config,
    schema: createDirectorySchema({ extensions: {} }),
    mapping: null,
    judgedWith: [],
    judging: Promise.resolve(),
    degraded: [],
  };
}

/** It is never called: nothing here runs the worker. */
function instance(clock: Clock): InstanceRuntime {
  const connect = createConnectInstance({
    alias: 'uk',
    region: 'eu-west-2',
    instanceId: '12345678-1234-1234-1234-123456789012',
    budget: createBudget({ clock, perSecond: 2, burst: 4 }),
    clock,
    requestTimeoutMs: 1_000,
  });
  const catalog = createCatalog({
    identityManagementType: 'SAML',
    securityProfiles: [{ id: 'sp-agent', name: 'Agent' }],
    routingProfiles: [{ id: 'rp-sales', name: 'Sales' }],
    hierarchyGroups: [],
    agentStatuses: [],
    readAt: clock.now(),
  });
  return {
    alias: 'uk',
    config: instanceConfig,
    connect,
    catalog,
    permissions: new Map(),
    suspend: null,
    degraded: [],
    failing: null,
    userQuota: new UserQuota(),
    usersInConnect: null,
    resync: null,
  };
}

const instanceConfig: InstanceConfig = {
  region: 'eu-west-2',
  instanceId: '12345678-1234-1234-1234-123456789012',
  endpoint: null,
  aws: null,
  mode: 'live',
  userQuota: null,
  resyncMinutes: 60,
  leavers: {
    deactivate: 'suspend',
    delete: 'suspend',
    suspend: { securityProfile: 'No Access', routingProfile: 'Parked', agentStatus: null },
    deleteAfterDays: null,
  },
  grants: NO_LIMITS,
  guard: {
    windowMinutes: 60,
    deactivate: { count: 5, percent: 5, percentOfRoutingProfile: 30 },
    grant: { count: 20, percent: 10 },
    reduce: { count: 10, percent: 5, percentOfRoutingProfile: 30 },
    recreate: { count: 5, percent: 2 },
    routing: { count: 50, percent: 20 },
    delete: { perDay: 20 },
  },
};

function bridgeConfig(folder: string, main: Partial<DirectoryConfig>): BridgeConfig {
  return {
    version: 1,
    bridgeId: 'test',
    server: { listen: { host: '127.0.0.1', port: 0 }, publicUrl: null, trustProxy: 0 },
    storage: { url: `sqlite:${folder}/bridge.db`, poolSize: 1 },
    instances: {},
    directories: {
      main: { ...directoryConfig(true, { okta: TOKEN }), ...main },
      acme: directoryConfig(false, { entra: OTHER_TOKEN }),
    },
    budget: { default: { perSecond: 2, burst: 4 }, operations: {} },
    adminSocket: join(folder, 'admin.sock'),
  };
}

function directoryConfig(isDefault: boolean, tokens: Readonly<Record<string, string>>): DirectoryConfig {
  return {
    default: isDefault,
    instances: ['uk'],
    mapping: ['mapping.yaml'],
    extensions: {},
    settleSeconds: 30,
    surfaceParked: false,
    clients: Object.fromEntries(
      Object.entries(tokens).map(([client, token]) => [
        client,
        { tokenHash: hash('sha256', token), rateLimit: 100 },
      ]),
    ),
  };
}

function testClock(): TestClock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    advance: (ms) => void (now += ms),
    // Nothing here waits for time to pass: the edge sleeps only to bound its own end.
    sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
  };
}
