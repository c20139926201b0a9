import type { Catalog, CatalogKind } from '../../connect/catalog.ts';
import type { Mapping, Value } from '../mapping.ts';
import { type UnknownName, unknownName } from '../names.ts';
import type { NameProblem } from './check-names.ts';

/**
 * Names that expressions can yield as profiles and that no instance knows for which the rule is, in the order of the
 * file. That one instance of several lacks a name is as it should be: a table may hold the names of all.
 *
 * @param catalogs by instance alias, of the instances that the directory feeds
 */
export function unknownYields(
  { rules }: Mapping,
  catalogs: ReadonlyMap<string, Catalog>,
): readonly NameProblem[] {
  return rules.flatMap(({ name: rule, set, instances }) => {
    const of = [...catalogs].filter(([alias]) => instances?.includes(alias) ?? true);
    const problems = (kind: CatalogKind, value: Value) =>
      yieldsOf(value).flatMap(({ text, from }) => {
        const unknown = unknownInAll(kind, text, of);
        if (unknown === null) return [];
        const source = from === null ? '' : ` (${from})`;
        const found = `it can yield ${JSON.stringify(text)}${source}: ${unknown.found}`;
        return [{ ...value.at, message: `rule "${rule}": ${found}. ${unknown.closest}` }];
      });
    return [
      ...(set.routingProfile ? problems('routingProfiles', set.routingProfile) : []),
      ...(set.securityProfiles ?? []).flatMap((value) => problems('securityProfiles', value)),
    ];
  });
}

function yieldsOf(value: Value) {
  return value.kind === 'cel' ? value.expression.yields : [];
}

/** What the first instance says of it, if all say so. */
function unknownInAll(
  kind: CatalogKind,
  name: string,
  catalogs: readonly (readonly [alias: string, catalog: Catalog])[],
): UnknownName | null {
  const unknown = catalogs.map(([alias, catalog]) => unknownName(kind, name, catalog, alias));
  return unknown.includes(null) ? null : (unknown[0] ?? null);
}
