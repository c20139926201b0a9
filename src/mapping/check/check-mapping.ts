import type { Catalog } from '../../connect/catalog.ts';
import type { GrantLimits } from '../grants.ts';
import type { Mapping } from '../mapping.ts';
import { forbiddenGrants } from './check-grants.ts';
import { type NameProblem, unknownInstances, unknownNames } from './check-names.ts';
import { runMappingTests } from './run-mapping-tests.ts';

/** What a mapping is held against. */
export interface MappingSurroundings {
  /** Every instance that rules may name. */
  readonly aliases: readonly string[];
  /** The instances that the directory feeds; their catalogs as far as they are known. */
  readonly fed: readonly {
    readonly alias: string;
    readonly limits: GrantLimits;
    readonly catalog: Catalog | null;
  }[];
}

/** Everything for which a mapping that reads well cannot be taken all the same: names, ceilings, its own tests. */
export function mappingFaults(
  mapping: Mapping,
  { aliases, fed }: MappingSurroundings,
): readonly NameProblem[] {
  const catalogs = new Map(fed.flatMap(({ alias, catalog }) => (catalog ? [[alias, catalog] as const] : [])));
  return [
    ...unknownInstances(mapping, aliases),
    ...fed.flatMap(({ alias, limits, catalog }) => [
      ...(catalog ? unknownNames(mapping, catalog, alias) : []),
      ...forbiddenGrants(mapping, limits, alias),
    ]),
    ...runMappingTests(mapping, catalogs),
  ];
}
