import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import type { ConnectInstance } from './instance.ts';

interface CatalogCacheOptions {
  readonly clock: Clock;
  /** How long a catalog is taken as it is, in milliseconds. */
  readonly ttlMs: number;
  /** The instance of an alias, in the lane in which its catalog is to be read. */
  readonly instance: (alias: string) => ConnectInstance;
}

export interface Refreshed {
  readonly catalog: Catalog;
  /** Whether names or ids differ from the last good copy; true when there was none. */
  readonly changed: boolean;
}

/** After a refresh that failed, the last good copy is taken as it is for this long, so that an outage is no storm. */
const RETRY_MS = 30_000;

/** More instances than a bridge will have; a catalog that falls out is read again. */
const MAX_INSTANCES = 1_000;

export type CatalogCache = ReturnType<typeof createCatalogCache>;

/** The catalogs of all instances, each with its last good copy. Reads of one instance never overlap. */
export function createCatalogCache({ clock, ttlMs, instance }: CatalogCacheOptions) {
  const copies = new LRUCache<string, Catalog>({
    max: MAX_INSTANCES,
    ttl: ttlMs,
    ttlResolution: 0,
    perf: clock,
    noDeleteOnStaleGet: true,
  });
  const reads = new Map<string, Promise<Refreshed>>();

  const read = async (alias: string): Promise<Refreshed> => {
    const catalog = createCatalog(await instance(alias).readCatalog());
    const before = copies.get(alias, { allowStale: true });
    copies.set(alias, catalog);
    return { catalog, changed: !before || !sameNames(before, catalog) };
  };

  /**
   * Reads the catalog now, whatever its age.
   *
   * @throws ConnectError; the last good copy stays
   */
  const refresh = (alias: string): Promise<Refreshed> => {
    const running = reads.get(alias) ?? read(alias).finally(() => reads.delete(alias));
    reads.set(alias, running);
    return running;
  };

  /**
   * The catalog, read when it is older than the ttl; the last good copy while reading fails.
   * `contents.readAt` tells its age.
   *
   * @throws ConnectError when it could never be read
   */
  const get = async (alias: string): Promise<Catalog> => {
    const fresh = copies.get(alias);
    if (fresh) return fresh;
    try {
      return (await refresh(alias)).catalog;
    } catch (error) {
      const lastGood = copies.get(alias, { allowStale: true });
      if (!lastGood) throw error;
      copies.set(alias, lastGood, { ttl: RETRY_MS });
      return lastGood;
    }
  };

  return { get, refresh };
}

function sameNames(a: Catalog, b: Catalog): boolean {
  return isDeepStrictEqual({ ...a.contents, readAt: 0 }, { ...b.contents, readAt: 0 });
}
