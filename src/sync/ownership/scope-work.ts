import type { CatalogCache } from '../../connect/catalog-cache.ts';
import type { InstanceConfig } from '../../config/bridge-config.ts';
import { CatalogWatch } from '../catalog-watch.ts';
import { RetentionWatch } from '../leaving/retention-watch.ts';
import { ResyncWatch } from '../resync/resync-watch.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';
import { Worker } from '../worker.ts';

interface Watches {
  /** They were started under these settings. */
  readonly config: InstanceConfig;
  readonly catalog: CatalogWatch;
  readonly others: readonly (ResyncWatch | RetentionWatch)[];
}

/** What is done for the instances of an account and Region: one worker, and what looks after each instance. */
export class ScopeWork {
  readonly #runtime: Runtime;
  readonly #instances: () => readonly string[];
  readonly #catalogs: CatalogCache;
  readonly #worker: Worker;
  readonly #watches = new Map<string, Watches>();
  #stopped = false;

  /** @param instances those of the scope, at the time */
  constructor(runtime: Runtime, instances: () => readonly string[], catalogs: CatalogCache) {
    this.#runtime = runtime;
    this.#instances = instances;
    this.#catalogs = catalogs;
    this.#worker = new Worker(runtime, instances);
  }

  start(): void {
    this.#startWatches();
    this.#worker.start();
  }

  wake(): void {
    this.#worker.wake();
  }

  refreshCatalog(instance: string): void {
    this.#watches.get(instance)?.catalog.wake();
  }

  /** To be called when bridge.yaml has changed. Resolves when nothing is under way for instances that are gone. */
  async follow(): Promise<void> {
    const instances = this.#instances();
    const outdated = [...this.#watches].filter(
      ([alias, { config }]) =>
        !instances.includes(alias) || this.#runtime.instances.get(alias)?.config !== config,
    );
    for (const [alias] of outdated) this.#watches.delete(alias);
    await Promise.all([this.#worker.drain(), ...outdated.map(([, watches]) => stopAll(watches))]);
    this.#startWatches();
    this.#worker.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const watches = [...this.#watches.values()];
    await Promise.all([this.#worker.stop(), ...watches.map(stopAll)]);
  }

  #startWatches(): void {
    if (this.#stopped) return;
    for (const alias of this.#instances())
      if (!this.#watches.has(alias)) this.#watch(this.#runtime.instances.get(alias)!);
  }

  #watch(instance: InstanceRuntime): void {
    const catalog = new CatalogWatch(this.#runtime, instance, this.#catalogs);
    const others = [new ResyncWatch(this.#runtime, instance), new RetentionWatch(this.#runtime, instance)];
    this.#watches.set(instance.alias, { config: instance.config, catalog, others });
    for (const watch of [catalog, ...others]) watch.start();
  }
}

async function stopAll({ catalog, others }: Watches): Promise<void> {
  await Promise.all([catalog, ...others].map((watch) => watch.stop()));
}
