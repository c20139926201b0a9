import type { Mapping } from '../../../../mapping/mapping.ts';
import type { Db } from '../../../../store/schema.ts';
import type { PlannedDirectory, PlanningContext } from '../../context.ts';

/** The users of a directory and everything that their plans depend on. */
export interface Everybody {
  readonly context: PlanningContext;
  readonly db: Db;
  readonly directory: PlannedDirectory;
  /** To plan under; null when none is active. */
  readonly mapping: Mapping | null;
}
