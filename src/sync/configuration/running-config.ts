import { isDeepStrictEqual } from 'node:util';
import type { BridgeConfig, InstanceConfig } from '../../config/bridge-config.ts';
import { createBudget } from '../../connect/budget.ts';
import type { Budget } from '../../connect/budget.ts';
import { createCatalogCache } from '../../connect/catalog-cache.ts';
import type { CatalogCache } from '../../connect/catalog-cache.ts';
import { LANES } from '../../plan/plan.ts';
import type { Tx } from '../../store/schema.ts';
import { enqueueMany } from '../enqueue.ts';
import { scopeOf } from '../ownership/scope.ts';
import { ScopeOwner } from '../ownership/scope-owner.ts';
import { ScopeWork } from '../ownership/scope-work.ts';
import type { ActiveMapping, ConfigFile, DirectoryRuntime, InstanceRuntime, Runtime } from '../runtime.ts';
import { openDirectory, openInstance, REQUEST_TIMEOUT_MS } from './open-parts.ts';
import type { ConnectAccess } from './open-parts.ts';

/** A runtime as seen by those who change it. */
export type LiveRuntime = Runtime & {
  config: BridgeConfig;
  configFile: ConfigFile | null;
  readonly directories: Map<string, DirectoryRuntime>;
  readonly instances: Map<string, InstanceRuntime>;
};

/** Active mappings by directory, as the settings to come have them read. */
type Mappings = ReadonlyMap<string, ActiveMapping | null>;

export interface RunningConfigOptions extends ConnectAccess {
  /** For operators: which process works for an account and Region. */
  readonly holder: string;
}

const CATALOG_TTL_MS = 5 * 60_000;

/** What runs because bridge.yaml says so: directories, instances, and who works for them. */
export class RunningConfig {
  readonly #runtime: LiveRuntime;
  readonly #options: RunningConfigOptions;
  readonly #budget: Budget;
  readonly #catalogs: CatalogCache;
  readonly #owners = new Map<string, ScopeOwner>();
  /** All that follows from it is committed. */
  #settled: BridgeConfig;

  constructor(runtime: LiveRuntime, options: RunningConfigOptions) {
    const { clock, config } = runtime;
    this.#runtime = runtime;
    this.#options = options;
    this.#budget = createBudget({ clock, ...ratesOf(config) });
    this.#catalogs = createCatalogCache({
      clock,
      ttlMs: CATALOG_TTL_MS,
      instance: (alias) => runtime.instances.get(alias)!.connect.inLane(LANES.indexOf('cosmetic')),
    });
    this.#settled = config;
    this.#openParts(config, new Map());
  }

  get budget(): Pick<Budget, 'levels'> {
    return this.#budget;
  }

  owns(alias: string): boolean {
    return this.#ownerOf(alias)?.owns(alias) ?? false;
  }

  wake(): void {
    for (const owner of this.#owners.values()) owner.wake();
  }

  refreshCatalog(alias: string): void {
    this.#ownerOf(alias)?.refreshCatalog(alias);
  }

  async start(): Promise<void> {
    await this.#startOwners();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#owners.values()].map((owner) => owner.stop()));
  }

  /**
   * Brings all that runs to what the file says now. Resolves when nothing is under way for instances that are gone.
   *
   * @param record what is to be committed with the work that follows from the change
   */
  async change(next: BridgeConfig, mappings: Mappings, record: (tx: Tx) => Promise<void>): Promise<void> {
    const { config, directories, store } = this.#runtime;
    // An instance that is reached in another way is one that goes and another that comes.
    const moved = Object.keys(config.instances).filter((alias) => isMoved(config, next, alias));
    if (moved.length > 0) await this.#bring(without(next, moved), mappings);
    await this.#bring(next, mappings);
    await store.write(async (tx) => {
      for (const alias of affectedDirectories(this.#settled, next))
        await enqueueMany(tx, this.#runtime, directories.get(alias)!, null);
      await record(tx);
    });
    this.#settled = next;
    this.wake();
  }

  async #bring(next: BridgeConfig, mappings: Mappings): Promise<void> {
    const { instances, directories } = this.#runtime;
    this.#openParts(next, mappings);
    for (const alias of directories.keys()) if (!next.directories[alias]) directories.delete(alias);
    // From here on nothing is claimed or called for an instance that is gone.
    this.#runtime.config = next;
    this.#budget.setRates(ratesOf(next));
    await this.#followOwners();
    for (const [alias, { connect }] of instances)
      if (!next.instances[alias]) {
        instances.delete(alias);
        connect.close();
      }
  }

  /** Makes what is new, and gives what there is its settings of now. */
  #openParts(config: BridgeConfig, mappings: Mappings): void {
    const { instances, directories } = this.#runtime;
    for (const [alias, instance] of Object.entries(config.instances)) {
      const known = instances.get(alias);
      if (!known) instances.set(alias, this.#openInstance(alias, instance, config.bridgeId));
      else if (!isDeepStrictEqual(known.config, instance)) known.config = instance;
    }
    for (const [alias, directory] of Object.entries(config.directories)) {
      const opened = openDirectory(alias, directory, mappings.get(alias) ?? null);
      const known = directories.get(alias);
      if (!known) directories.set(alias, opened);
      else if (!isDeepStrictEqual(known.config, directory)) resettle(known, opened);
    }
  }

  #openInstance(alias: string, config: InstanceConfig, bridgeId: string): InstanceRuntime {
    const { clock } = this.#runtime;
    const permitted = () => this.owns(alias);
    return openInstance(alias, config, {
      ...this.#options,
      bridgeId,
      clock,
      budget: this.#budget,
      permitted,
    });
  }

  async #followOwners(): Promise<void> {
    const scopes = this.#scopes();
    const gone = [...this.#owners].filter(([scope]) => !scopes.has(scope));
    await this.#startOwners();
    await Promise.all([...this.#owners.values()].map((owner) => owner.follow()));
    await Promise.all(gone.map(([, owner]) => owner.stop()));
    for (const [scope] of gone) this.#owners.delete(scope);
  }

  async #startOwners(): Promise<void> {
    for (const scope of this.#scopes()) {
      if (this.#owners.has(scope)) continue;
      const owner = this.#owner(scope);
      this.#owners.set(scope, owner);
      await owner.start();
    }
  }

  #owner(scope: string): ScopeOwner {
    const instances = () => aliasesIn(this.#runtime.config, scope);
    return new ScopeOwner({
      runtime: this.#runtime,
      scope,
      instances,
      holder: this.#options.holder,
      callTimeoutMs: REQUEST_TIMEOUT_MS,
      emptyBudget: () => this.#budget.empty(scope),
      work: (runtime) => new ScopeWork(runtime, instances, this.#catalogs),
    });
  }

  #ownerOf(alias: string): ScopeOwner | undefined {
    const instance = this.#runtime.config.instances[alias];
    return instance && this.#owners.get(scopeOf(instance));
  }

  #scopes(): ReadonlySet<string> {
    return new Set(Object.values(this.#runtime.config.instances).map(scopeOf));
  }
}

function ratesOf({ budget }: BridgeConfig) {
  return { ...budget.default, operations: budget.operations };
}

function aliasesIn({ instances }: BridgeConfig, scope: string): readonly string[] {
  return Object.keys(instances).filter((alias) => scopeOf(instances[alias]!) === scope);
}

function resettle(known: DirectoryRuntime, { config, schema, mapping }: DirectoryRuntime): void {
  known.config = config;
  known.schema = schema;
  // What was said of the file may not hold under other settings.
  known.judgedWith = [];
  // Another may have been activated since this one was read; then it stays.
  if (mapping?.version === known.mapping?.version) known.mapping = mapping;
}

function isMoved(before: BridgeConfig, next: BridgeConfig, alias: string): boolean {
  const [from, to] = [before.instances[alias], next.instances[alias]];
  return from !== undefined && to !== undefined && !isDeepStrictEqual(wayTo(from), wayTo(to));
}

function wayTo({ region, instanceId, endpoint, aws }: InstanceConfig) {
  return { region, instanceId, endpoint, aws };
}

function without(config: BridgeConfig, aliases: readonly string[]): BridgeConfig {
  const kept = Object.entries(config.instances).filter(([alias]) => !aliases.includes(alias));
  return { ...config, instances: Object.fromEntries(kept) };
}

/** Those whose users' plans may have changed. */
function affectedDirectories(before: BridgeConfig, next: BridgeConfig): readonly string[] {
  const changed = (alias: string) => !isDeepStrictEqual(before.instances[alias], next.instances[alias]);
  return Object.entries(next.directories)
    .filter(([alias, { instances, extensions }]) => {
      const known = before.directories[alias];
      const same = isDeepStrictEqual([known?.instances, known?.extensions], [instances, extensions]);
      return !same || instances.some(changed);
    })
    .map(([alias]) => alias);
}
