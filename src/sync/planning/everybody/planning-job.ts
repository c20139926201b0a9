import { loadMapping } from '../../../config/mapping-config.ts';
import { createCatalog } from '../../../connect/catalog.ts';
import type { CatalogContents } from '../../../connect/catalog.ts';
import type { Mapping } from '../../../mapping/mapping.ts';
import { mappingBySeq } from '../../../store/mapping-versions.ts';
import type { Db } from '../../../store/schema.ts';
import type { Runtime } from '../../runtime.ts';
import type { PlannedDirectory, PlannedInstance, PlanningContext } from '../context.ts';
import type { Everybody } from './passes/everybody.ts';
import type { PassName } from './passes.ts';

/** A pass with everything that it depends on beside the store, as plain data, to be handed to a thread. */
export interface PlanningJob {
  readonly storeUrl: string;
  readonly pass: PassName;
  readonly options: unknown;
  /** Text of the mapping to plan under; null is the active one. */
  readonly proposed: string | null;
  readonly bridgeId: string;
  /** UTC milliseconds: time stands still for the pass. */
  readonly now: number;
  readonly directory: Pick<PlannedDirectory, 'alias' | 'config'> & { readonly version: number | null };
  readonly instances: readonly PlainInstance[];
}

type PlainInstance = Omit<PlannedInstance, 'catalog'> & { readonly contents: CatalogContents | null };

export function planningJob(
  { config, clock, instances }: PlanningContext & Pick<Runtime, 'config'>,
  directory: PlannedDirectory,
  asked: Pick<PlanningJob, 'pass' | 'options' | 'proposed'>,
): PlanningJob {
  const { alias, mapping } = directory;
  return {
    ...asked,
    storeUrl: config.storage.url,
    bridgeId: config.bridgeId,
    now: clock.now(),
    directory: { alias, config: directory.config, version: mapping?.version ?? null },
    instances: directory.config.instances.flatMap((name) => {
      const instance = instances.get(name);
      return instance ? [plainInstance(instance)] : [];
    }),
  };
}

function plainInstance({ alias, config, catalog, permissions, suspend }: PlannedInstance): PlainInstance {
  return { alias, config, permissions, suspend, contents: catalog?.contents ?? null };
}

/** In the thread: what `planningJob` took apart. */
export async function everybodyOf(job: PlanningJob, db: Db): Promise<Everybody> {
  const { bridgeId, now, directory, instances, proposed } = job;
  const active = await activeMapping(job, db);
  const planned: PlannedDirectory = {
    ...directory,
    mapping: active && { version: directory.version!, mapping: active },
  };
  const context: PlanningContext = {
    config: { bridgeId },
    clock: { now: () => now },
    directories: new Map([[directory.alias, planned]]),
    instances: new Map(
      instances.map(({ contents, ...instance }) => [
        instance.alias,
        { ...instance, catalog: contents && createCatalog(contents) },
      ]),
    ),
  };
  const mapping = proposed === null ? active : loaded(job, proposed);
  return { context, db, directory: planned, mapping };
}

async function activeMapping(job: PlanningJob, db: Db): Promise<Mapping | null> {
  const { alias, version } = job.directory;
  const active = version === null ? null : await mappingBySeq(db, alias, version);
  return active && loaded(job, active.text);
}

function loaded({ directory: { config } }: PlanningJob, text: string): Mapping {
  return loadMapping(text, config.mapping[0], config.extensions);
}
