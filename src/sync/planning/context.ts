import type { DirectoryRuntime, InstanceRuntime, Runtime } from '../runtime.ts';

/** As much of a runtime as a plan depends on, beside the store. */
export interface PlanningContext {
  readonly config: Pick<Runtime['config'], 'bridgeId'>;
  readonly clock: Pick<Runtime['clock'], 'now'>;
  readonly directories: ReadonlyMap<string, PlannedDirectory>;
  readonly instances: ReadonlyMap<string, PlannedInstance>;
}

export type PlannedDirectory = Pick<DirectoryRuntime, 'alias' | 'config' | 'mapping'>;
export type PlannedInstance = Pick<
  InstanceRuntime,
  'alias' | 'config' | 'catalog' | 'permissions' | 'suspend'
>;
