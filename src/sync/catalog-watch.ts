import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../connect/catalog.ts';
import { ConnectError } from '../connect/error.ts';
import { checkSuspendTarget } from '../connect/suspend-target.ts';
import { LANES } from '../plan/plan.ts';
import type { CatalogCache } from '../connect/catalog-cache.ts';
import { unknownCeilings } from '../mapping/check/check-grants.ts';
import { hasten } from '../store/work-items.ts';
import { enqueueMany } from './enqueue.ts';
import { publishInstance } from './ownership/instance-follower.ts';
import { Loop } from './loop.ts';
import type { InstanceRuntime, Runtime } from './runtime.ts';

/** Names change rarely; each look costs six to twelve calls, in the last lane. */
const REFRESH_MS = 5 * 60_000;
/** Connect did not answer, or nobody can be suspended: soon again, but not as a storm. */
const RETRY_MS = 30_000;

/**
 * Keeps the names of one instance fresh, and proves that its suspend profiles permit nothing. When something
 * changed, everybody is planned again: that is how a user leaves "parked" by himself.
 */
export class CatalogWatch {
  readonly #runtime: Runtime;
  readonly #instance: InstanceRuntime;
  readonly #catalogs: CatalogCache;
  readonly #loop: Loop;

  constructor(runtime: Runtime, instance: InstanceRuntime, catalogs: CatalogCache) {
    this.#runtime = runtime;
    this.#instance = instance;
    this.#catalogs = catalogs;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(0, async () => {
      const ok = await this.#refresh();
      return ok && this.#instance.suspend ? REFRESH_MS : RETRY_MS;
    });
  }

  /** To be read again now. */
  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #refresh(): Promise<boolean> {
    const { alias } = this.#instance;
    try {
      const { catalog, changed } = await this.#catalogs.refresh(alias);
      const suspendChanged = await this.#proveSuspendTarget(catalog);
      const permissions = await this.#readPermissions(catalog);
      const permissionsChanged = !isDeepStrictEqual(permissions, this.#instance.permissions);
      this.#instance.permissions = permissions;
      this.#instance.catalog = catalog;
      await publishInstance(this.#runtime, this.#instance);
      if (changed || suspendChanged || permissionsChanged) await this.#planEverybody();
      return true;
    } catch (error) {
      const { message } = error as Error;
      this.#instance.degraded = [`Connect instance ${alias} cannot be read: ${message}`];
      const code = error instanceof ConnectError ? error.code : 'unexpected';
      this.#runtime.log.warn(
        { instance: alias, code, err: error },
        'catalog not read; the last good copy serves',
      );
      return false;
    }
  }

  /** @returns whether the target differs from the one known before */
  async #proveSuspendTarget(catalog: NonNullable<InstanceRuntime['catalog']>): Promise<boolean> {
    const instance = this.#instance;
    const before = JSON.stringify(instance.suspend);
    const connect = instance.connect.inLane(LANES.indexOf('cosmetic'));
    const check = await checkSuspendTarget(connect, catalog, instance.config.leavers.suspend);
    instance.suspend = check.kind === 'usable' ? check.target : null;
    const problems = check.kind === 'usable' ? [] : check.problems;
    for (const problem of problems)
      this.#runtime.log.error({ instance: instance.alias, problem }, 'leavers cannot be suspended');
    instance.degraded = [
      ...problems,
      ...unknownCeilings(instance.config.grants, catalog, instance.alias),
      ...uncheckedProficiencies(catalog, instance.alias),
    ];
    return JSON.stringify(instance.suspend) !== before;
  }

  /** One call for each profile, so only where the ceiling asks for it. */
  async #readPermissions(catalog: NonNullable<InstanceRuntime['catalog']>) {
    const permissions = new Map<string, readonly string[]>();
    if (this.#instance.config.grants.neverPermissions.length === 0) return permissions;
    const connect = this.#instance.connect.inLane(LANES.indexOf('cosmetic'));
    for (const { id } of catalog.contents.securityProfiles)
      permissions.set(id, await connect.listSecurityProfilePermissions(id));
    return permissions;
  }

  async #planEverybody(): Promise<void> {
    const { directories, store } = this.#runtime;
    const fed = [...directories.values()].filter(({ config }) =>
      config.instances.includes(this.#instance.alias),
    );
    await store.write(async (tx) => {
      for (const directory of fed) await enqueueMany(tx, this.#runtime, directory, null);
      await hasten(tx, this.#instance.alias, this.#runtime.clock.now());
    });
    this.#runtime.wake();
  }
}

function uncheckedProficiencies({ contents }: Catalog, alias: string): readonly string[] {
  if (contents.predefinedAttributes !== undefined) return [];
  return [
    `The predefined attributes of instance "${alias}" may not be read: what rules set as proficiencies is not checked before it is sent. Allow connect:SearchPredefinedAttributes to the bridge's role (docs/iam-policy.json).`,
  ];
}
