import type { Clock } from '../clock.ts';
import type { BridgeConfig, DirectoryConfig, InstanceConfig } from '../config/bridge-config.ts';
import type { BucketLevel } from '../connect/budget.ts';
import type { Catalog } from '../connect/catalog.ts';
import type { ConnectInstance } from '../connect/instance.ts';
import type { Log } from '../log.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { SuspendTarget } from '../plan/plan.ts';
import type { DirectorySchema } from '../scim/schema.ts';
import type { Store } from '../store/database.ts';
import type { UserQuota } from './applying/user-quota.ts';
import type { PlanningThread } from './planning/everybody/planning-thread.ts';

/**
 * Everything a running bridge consists of, handed to the edge and the worker. What comes of bridge.yaml changes with
 * the file: read it when it is needed, and keep none of it.
 */
export interface Runtime {
  readonly config: BridgeConfig;
  /** What became of the file; null when the settings are of no file. */
  readonly configFile: ConfigFile | null;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly directories: ReadonlyMap<string, DirectoryRuntime>;
  readonly instances: ReadonlyMap<string, InstanceRuntime>;
  /** For what is asked of everybody. */
  readonly planning: PlanningThread;
  /** Tells the worker that work was committed; it need not be called for correctness. */
  wake(): void;
  /** Whether this process, and no other, may call Connect for the instance now. */
  owns(instance: string): boolean;
  /** How much of each quota is left, of the operations called since the start. */
  bucketLevels(): readonly BucketLevel[];
  /** Connect's answer did not fit the names that the bridge knows: they are read again now. */
  refreshCatalog(instance: string): void;
}

/** Times are UTC milliseconds. */
export interface ConfigFile {
  readonly path: string;
  /** SHA-256 of the text that is in force. */
  readonly hash: string;
  readonly loadedAt: number;
  /** The text that lies there now and is not in force; null when there is none. */
  readonly refused: { readonly at: number; readonly error: string } | null;
}

/** One provisioning endpoint. */
export interface DirectoryRuntime {
  readonly alias: string;
  config: DirectoryConfig;
  schema: DirectorySchema;
  /** The active mapping; null until a valid one was activated: SCIM is served, nothing is reconciled. */
  mapping: ActiveMapping | null;
  /** The catalogs, in the order of `config.instances`, against which the mapping file was judged last. */
  judgedWith: readonly (Catalog | null)[];
  /** Settles when the mappings that came so far are judged; see `inTurn`. */
  judging: Promise<unknown>;
  /** What is wrong at present, in words for an operator. */
  degraded: readonly string[];
}

export interface ActiveMapping {
  readonly version: number;
  readonly mapping: Mapping;
}

/** One Connect instance. */
export interface InstanceRuntime {
  readonly alias: string;
  config: InstanceConfig;
  readonly connect: ConnectInstance;
  /** The last good copy; null before the first successful read. */
  catalog: Catalog | null;
  /** What each security profile of the catalog permits, by id; empty unless `grants.neverPermissions` names any. */
  permissions: ReadonlyMap<string, readonly string[]>;
  /** Null while the suspend profiles are missing or permit something. */
  suspend: SuspendTarget | null;
  /** What is wrong at present, in words for an operator; empty when nothing is. */
  degraded: readonly string[];
  /** Since when every call fails, and why; null after one that did not. */
  failing: { readonly since: number; readonly error: string } | null;
  readonly userQuota: UserQuota;
  /** All users of the instance, ours or not, when they were last listed; null before. */
  usersInConnect: number | null;
  /** The last one since the start; null before. */
  resync: ResyncState | null;
}

/** Everything that is wrong with an instance at present, in words for an operator. */
export function troublesOf({ alias, degraded, failing, connect }: InstanceRuntime): readonly string[] {
  const { outage } = connect.gate;
  const trouble = outage ? { since: outage.since, error: outage.error.message } : failing;
  if (!trouble) return degraded;
  const since = new Date(trouble.since).toISOString();
  return [...degraded, `Calls to Connect instance ${alias} fail since ${since}: ${trouble.error}`];
}

/** How the last comparison with Connect went. Times are UTC milliseconds. */
export interface ResyncState {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Users read one by one. */
  readonly read: number;
  /** Of them, those that others had changed. */
  readonly changed: number;
  /** Why it did not come to its end; null when it did. */
  readonly problem: string | null;
}
