import type { CatalogContents } from '../../connect/catalog.ts';
import { createCatalog } from '../../connect/catalog.ts';
import type { SuspendTarget } from '../../plan/plan.ts';
import { getMeta, setMeta } from '../../store/engine/meta.ts';
import { Loop } from '../loop.ts';
import type { InstanceRuntime, Runtime } from '../runtime.ts';

/** What one process reads from Connect, for those that may not: they plan, explain and refuse by it. */
interface Published {
  readonly contents: CatalogContents;
  readonly permissions: readonly (readonly [string, readonly string[]])[];
  readonly suspend: SuspendTarget | null;
  readonly degraded: readonly string[];
}

/** How late another process knows of a new name. */
const FOLLOW_MS = 5_000;

/** To be called by the owner whenever it has read the instance. */
export async function publishInstance({ store }: Runtime, instance: InstanceRuntime): Promise<void> {
  if (!store.shared || !instance.catalog) return;
  const published: Published = {
    contents: instance.catalog.contents,
    permissions: [...instance.permissions],
    suspend: instance.suspend,
    degraded: instance.degraded,
  };
  await store.write((tx) => setMeta(tx, keyOf(instance), JSON.stringify(published)));
}

/** Keeps each instance as its owner last saw it, while that is another process. */
export class InstanceFollower {
  readonly #runtime: Runtime;
  readonly #loop: Loop;
  readonly #seen = new WeakMap<InstanceRuntime, string>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(0, async () => {
      for (const instance of this.#runtime.instances.values()) await this.#follow(instance);
      return FOLLOW_MS;
    });
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #follow(instance: InstanceRuntime): Promise<void> {
    const { store, log } = this.#runtime;
    if (this.#runtime.owns(instance.alias)) return;
    try {
      const text = await getMeta(store.read, keyOf(instance));
      if (text === null || text === this.#seen.get(instance)) return;
      this.#seen.set(instance, text);
      const { contents, permissions, suspend, degraded } = JSON.parse(text) as Published;
      instance.catalog = createCatalog(contents);
      instance.permissions = new Map(permissions);
      instance.suspend = suspend;
      instance.degraded = degraded;
    } catch (error) {
      log.warn({ instance: instance.alias, err: error }, 'not read what the owner published');
    }
  }
}

function keyOf({ alias }: InstanceRuntime): string {
  return `published/${alias}`;
}
