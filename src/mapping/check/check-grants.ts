import type { Catalog } from '../../connect/catalog.ts';
import { forbiddenBecause, type GrantLimits } from '../grants.ts';
import type { Mapping } from '../mapping.ts';
import { unknownName } from '../names.ts';
import type { NameProblem } from './check-names.ts';

/** Names in the ceiling that mean nothing in the instance: a misspelt one forbids nothing. One sentence each. */
export function unknownCeilings(
  { never, only, conflicts, sensitive }: GrantLimits,
  catalog: Catalog,
  instanceAlias: string,
): readonly string[] {
  const named = [
    ...never.map((name) => ['never', name] as const),
    ...(only ?? []).map((name) => ['only', name] as const),
    ...conflicts.flat().map((name) => ['conflicts', name] as const),
    ...sensitive.map((name) => ['sensitive', name] as const),
  ];
  return named.flatMap(([key, name]) => {
    const unknown = unknownName('securityProfiles', name, catalog, instanceAlias);
    return unknown === null ? [] : [`grants.${key} of bridge.yaml: ${unknown.found}. ${unknown.closest}`];
  });
}

/** Literal security profiles in the rules for an instance that its ceiling forbids, in the order of the file. */
export function forbiddenGrants(
  { rules }: Mapping,
  limits: GrantLimits,
  instanceAlias: string,
): readonly NameProblem[] {
  return rules
    .filter(({ instances }) => instances?.includes(instanceAlias) ?? true)
    .flatMap((rule) =>
      (rule.set.securityProfiles ?? []).flatMap((value) => {
        const reason = value.kind === 'literal' ? forbiddenBecause(value.text, limits) : null;
        if (reason === null) return [];
        return [{ ...value.at, message: `rule "${rule.name}" in instance "${instanceAlias}": ${reason}` }];
      }),
    );
}
