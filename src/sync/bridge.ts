import { hash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock } from '../clock.ts';
import type { BridgeConfig, ConfigSources } from '../config/bridge-config.ts';
import type { Log } from '../log.ts';
import { openStore } from '../store/database.ts';
import type { Store } from '../store/database.ts';
import { MappingWatch } from './activation/mapping-watch.ts';
import { ConfigWatch } from './configuration/config-watch.ts';
import { keepIdentity } from './configuration/keep-identity.ts';
import type { ConnectAccess } from './configuration/open-parts.ts';
import type { LiveRuntime } from './configuration/running-config.ts';
import { RunningConfig } from './configuration/running-config.ts';
import { InstanceFollower } from './ownership/instance-follower.ts';
import { PlanningThread } from './planning/everybody/planning-thread.ts';
import type { Runtime } from './runtime.ts';

export interface BridgeOptions extends ConnectAccess {
  readonly config: BridgeConfig;
  /** Where the settings come from, to be read again when it changes; left out, they stay. */
  readonly configFile?: {
    readonly path: string;
    /** Of which `config` was made. */
    readonly text: string;
    readonly env: ConfigSources['env'];
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly readFile: (path: string) => Promise<string>;
  readonly pid: number;
}

/** A bridge with its store open and its loops not yet running. */
export interface Bridge {
  readonly runtime: Runtime;
  start(): Promise<void>;
  /** Ends after the calls in flight; what is not done waits in the store. */
  stop(): Promise<void>;
}

export async function openBridge(options: BridgeOptions): Promise<Bridge> {
  const { config, configFile, clock, readFile, credentials, pid } = options;
  const store = await openStore({ ...config.storage, clock, pid });
  await keepIdentity(store, config).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const { runtime, running } = run(options, store, { credentials, holder: `${hostname()} process ${pid}` });
  const mappings = new MappingWatch(runtime, readFile);
  const followers = store.shared ? [new InstanceFollower(runtime)] : [];
  const files = configFile ? [new ConfigWatch(runtime, running, { ...configFile, readFile })] : [];
  return {
    runtime,
    start: async () => {
      await mappings.start();
      for (const follower of followers) follower.start();
      await running.start();
      for (const file of files) file.start();
    },
    stop: async () => {
      // First, lest it starts what is being stopped.
      await Promise.all(files.map((file) => file.stop()));
      await Promise.all([runtime.planning, mappings, ...followers, running].map((each) => each.stop()));
      await store.close();
    },
  };
}

function run(
  { config, configFile, clock, log }: BridgeOptions,
  store: Store,
  options: ConstructorParameters<typeof RunningConfig>[1],
) {
  const runtime: LiveRuntime = {
    config,
    configFile: configFile
      ? { path: configFile.path, hash: hash('sha256', configFile.text), loadedAt: clock.now(), refused: null }
      : null,
    store,
    clock,
    log,
    directories: new Map(),
    instances: new Map(),
    planning: new PlanningThread(),
    wake: () => running.wake(),
    owns: (alias) => running.owns(alias),
    bucketLevels: () => running.budget.levels(),
    refreshCatalog: (alias) => running.refreshCatalog(alias),
  };
  const running = new RunningConfig(runtime, options);
  return { runtime, running };
}
