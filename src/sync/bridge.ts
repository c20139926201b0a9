import { hostname } from 'node:os';
import type { Clock } from '../clock.ts';
import type { BridgeConfig, InstanceConfig } from '../config/bridge-config.ts';
import type { Role } from '../connect/api/role.ts';
import type { Budget } from '../connect/budget.ts';
import { createBudget } from '../connect/budget.ts';
import { createCatalogCache } from '../connect/catalog-cache.ts';
import type { CatalogCache } from '../connect/catalog-cache.ts';
import { createConnectInstance } from '../connect/instance.ts';
import { LANES } from '../plan/plan.ts';
import type { Log } from '../log.ts';
import { createDirectorySchema } from '../scim/schema.ts';
import { openStore } from '../store/database.ts';
import { UserQuota } from './applying/user-quota.ts';
import { CatalogWatch } from './catalog-watch.ts';
import { keepIdentity } from './keep-identity.ts';
import { MappingWatch } from './activation/mapping-watch.ts';
import type { DirectoryRuntime, InstanceRuntime, Runtime } from './runtime.ts';
import { RetentionWatch } from './leaving/retention-watch.ts';
import { ResyncWatch } from './resync/resync-watch.ts';
import { scopeOf } from './ownership/scope.ts';
import { InstanceFollower } from './ownership/instance-follower.ts';
import { NotOwnerError, ScopeOwner } from './ownership/scope-owner.ts';
import { PlanningThread } from './planning/everybody/planning-thread.ts';
import { Signal } from './signal.ts';
import { Worker } from './worker.ts';

export interface BridgeOptions {
  readonly config: BridgeConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly readFile: (path: string) => Promise<string>;
  /** For AWS, the default credential chain when left out. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pid: number;
}

/** A bridge with its store open and its loops not yet running. */
export interface Bridge {
  readonly runtime: Runtime;
  start(): Promise<void>;
  /** Ends after the calls in flight; what is not done waits in the store. */
  stop(): Promise<void>;
}

const CATALOG_TTL_MS = 5 * 60_000;
/** Longer than Connect's slowest healthy answer; a call given up is settled by reading. */
const REQUEST_TIMEOUT_MS = 15_000;

export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const { config, clock, log } = options;
  const store = await openStore({ ...config.storage, clock, pid: options.pid });
  await keepIdentity(store, config).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const { operations } = config.budget;
  const budget = createBudget({ clock, ...config.budget.default, operations });
  const owners: ScopeOwner[] = [];
  const owns = (alias: string) => owners.some((owner) => owner.owns(alias));
  const instances = openInstances(options, budget, owns);
  const scopes = [...Map.groupBy(instances.values(), ({ config: instance }) => scopeOf(instance))];
  const signals = new Map(scopes.map(([scope]) => [scope, new Signal(clock)]));
  const catalogSignals = new Map([...instances.keys()].map((alias) => [alias, new Signal(clock)]));
  const runtime: Runtime = {
    config,
    store,
    clock,
    log,
    directories: openDirectories(config),
    instances,
    planning: new PlanningThread(),
    wake: () => [...signals.values()].forEach((signal) => signal.notify()),
    owns,
    bucketLevels: () => budget.levels(),
    refreshCatalog: (alias) => catalogSignals.get(alias)?.notify(),
  };
  const catalogs = createCatalogCache({
    clock,
    ttlMs: CATALOG_TTL_MS,
    instance: (alias) => instances.get(alias)!.connect.inLane(LANES.indexOf('cosmetic')),
  });
  const mappings = new MappingWatch(runtime, options.readFile);
  for (const [scope, scoped] of scopes) {
    const aliases = scoped.map(({ alias }) => alias);
    const loops = (fenced: Runtime) => [
      ...scoped.flatMap((each) => watches(fenced, each, catalogs, catalogSignals)),
      new Worker(fenced, aliases, signals.get(scope)!),
    ];
    const terms = { holder: `${hostname()} process ${options.pid}`, callTimeoutMs: REQUEST_TIMEOUT_MS };
    const emptyBudget = () => budget.empty(scope);
    owners.push(new ScopeOwner({ runtime, scope, instances: aliases, ...terms, emptyBudget, loops }));
  }
  const followers = store.shared
    ? [...instances.values()].map((instance) => new InstanceFollower(runtime, instance))
    : [];
  return {
    runtime,
    start: async () => {
      await mappings.start();
      for (const follower of followers) follower.start();
      for (const owner of owners) await owner.start();
    },
    stop: async () => {
      await Promise.all([runtime.planning, mappings, ...followers, ...owners].map((each) => each.stop()));
      await store.close();
    },
  };
}

function watches(
  runtime: Runtime,
  instance: InstanceRuntime,
  catalogs: CatalogCache,
  signals: ReadonlyMap<string, Signal>,
) {
  return [
    new CatalogWatch(runtime, instance, catalogs, signals.get(instance.alias)!),
    new ResyncWatch(runtime, instance),
    new RetentionWatch(runtime, instance),
  ];
}

function openInstances(
  { config, clock, credentials }: BridgeOptions,
  budget: Budget,
  owns: (alias: string) => boolean,
): ReadonlyMap<string, InstanceRuntime> {
  return new Map(
    Object.entries(config.instances).map(([alias, instance]) => [
      alias,
      {
        alias,
        config: instance,
        connect: createConnectInstance({
          alias,
          region: instance.region,
          instanceId: instance.instanceId,
          budget,
          clock,
          permit: () => {
            if (!owns(alias)) throw new NotOwnerError(alias);
          },
          requestTimeoutMs: REQUEST_TIMEOUT_MS,
          ...(instance.endpoint ? { endpoint: instance.endpoint } : {}),
          ...(instance.aws ? { role: roleOf(instance.aws, config.bridgeId) } : {}),
          ...(credentials ? { credentials } : {}),
        }),
        catalog: null,
        permissions: new Map(),
        suspend: null,
        degraded: ['not read yet'],
        failing: null,
        userQuota: new UserQuota(),
        usersInConnect: null,
        resync: null,
      },
    ]),
  );
}

function roleOf({ roleArn, externalId }: NonNullable<InstanceConfig['aws']>, bridgeId: string): Role {
  // STS takes two characters at least; all that a bridgeId can have is legal.
  return { arn: roleArn, externalId, sessionName: bridgeId.padEnd(2, '-') };
}

function openDirectories(config: BridgeConfig): ReadonlyMap<string, DirectoryRuntime> {
  return new Map(
    Object.entries(config.directories).map(([alias, directory]) => [
      alias,
      {
        alias,
        config: directory,
        schema: createDirectorySchema({ extensions: directory.extensions }),
        mapping: null,
        judgedWith: [],
        degraded: [],
      },
    ]),
  );
}
