import type { Clock } from '../clock.ts';
import type { BridgeConfig } from '../config/bridge-config.ts';
import { createBudget } from '../connect/budget.ts';
import { createCatalogCache } from '../connect/catalog-cache.ts';
import { createConnectInstance } from '../connect/instance.ts';
import { LANES } from '../plan/plan.ts';
import type { Log } from '../log.ts';
import { createDirectorySchema } from '../scim/schema.ts';
import { openStore } from '../store/database.ts';
import { releaseLeases } from '../store/work-items.ts';
import { CatalogWatch } from './catalog-watch.ts';
import { enqueueMany } from './enqueue.ts';
import { MappingWatch } from './activation/mapping-watch.ts';
import type { DirectoryRuntime, InstanceRuntime, Runtime } from './runtime.ts';
import { ResyncWatch } from './resync/resync-watch.ts';
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
  const signal = new Signal(clock);
  const instances = openInstances(options);
  const catalogSignals = new Map([...instances.keys()].map((alias) => [alias, new Signal(clock)]));
  const runtime: Runtime = {
    config,
    store,
    clock,
    log,
    directories: openDirectories(config),
    instances,
    wake: () => signal.notify(),
    refreshCatalog: (alias) => catalogSignals.get(alias)?.notify(),
  };
  const catalogs = createCatalogCache({
    clock,
    ttlMs: CATALOG_TTL_MS,
    instance: (alias) => instances.get(alias)!.connect.inLane(LANES.indexOf('cosmetic')),
  });
  const worker = new Worker(runtime, signal);
  const mappings = new MappingWatch(runtime, options.readFile);
  const watches = [...instances.values()].map(
    (instance) => new CatalogWatch(runtime, instance, catalogs, catalogSignals.get(instance.alias)!),
  );
  const resyncs = [...instances.values()].map((instance) => new ResyncWatch(runtime, instance));
  return {
    runtime,
    start: async () => {
      await mappings.start();
      await takeOver(runtime);
      for (const watch of [...watches, ...resyncs]) watch.start();
      worker.start();
    },
    stop: async () => {
      await Promise.all([
        worker.stop(),
        mappings.stop(),
        ...[...watches, ...resyncs].map((watch) => watch.stop()),
      ]);
      await store.close();
    },
  };
}

function openInstances({ config, clock, credentials }: BridgeOptions): ReadonlyMap<string, InstanceRuntime> {
  const budget = createBudget({ clock, ...config.budget.default });
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
          requestTimeoutMs: REQUEST_TIMEOUT_MS,
          ...(instance.endpoint ? { endpoint: instance.endpoint } : {}),
          ...(credentials ? { credentials } : {}),
        }),
        catalog: null,
        permissions: new Map(),
        suspend: null,
        degraded: ['not read yet'],
        resync: null,
      },
    ]),
  );
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
        degraded: [],
      },
    ]),
  );
}

/**
 * Level-triggered from the first moment: what changed while the bridge was down is found like anything else. Whom
 * a killed process was working on is free at once, since this one has the store alone: a leaver cannot wait for
 * a lease.
 */
async function takeOver(runtime: Runtime): Promise<void> {
  await runtime.store.write(async (tx) => {
    await releaseLeases(tx);
    for (const directory of runtime.directories.values()) await enqueueMany(tx, runtime, directory, null);
  });
}
