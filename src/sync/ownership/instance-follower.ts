import type { CatalogContents } from '../../connect/catalog.ts';
import { createCatalog } from '../../connect/catalog.ts';
import type { SuspendTarget } from '../../plan/plan.ts';
import { getMeta, setMeta } from '../../store/engine/meta.ts';
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

/** Keeps an instance as its owner last saw it, while that is another process. */
export class InstanceFollower {
  readonly #runtime: Runtime;
  readonly #instance: InstanceRuntime;
  readonly #abort = new AbortController();
  #seen: string | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(runtime: Runtime, instance: InstanceRuntime) {
    this.#runtime = runtime;
    this.#instance = instance;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#runtime;
    while (!this.#abort.signal.aborted) {
      try {
        if (!this.#runtime.owns(this.#instance.alias)) await this.#follow();
      } catch (error) {
        log.warn({ instance: this.#instance.alias, err: error }, 'not read what the owner published');
      }
      await clock.sleep(FOLLOW_MS, this.#abort.signal);
    }
  }

  async #follow(): Promise<void> {
    const text = await getMeta(this.#runtime.store.read, keyOf(this.#instance));
    if (text === null || text === this.#seen) return;
    this.#seen = text;
    const { contents, permissions, suspend, degraded } = JSON.parse(text) as Published;
    this.#instance.catalog = createCatalog(contents);
    this.#instance.permissions = new Map(permissions);
    this.#instance.suspend = suspend;
    this.#instance.degraded = degraded;
  }
}

function keyOf({ alias }: InstanceRuntime): string {
  return `published/${alias}`;
}
