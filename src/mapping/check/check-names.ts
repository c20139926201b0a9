import { type Catalog, type CatalogKind, HIERARCHY_SEPARATOR } from '../../connect/catalog.ts';
import type { Mapping, Rule, SourcePosition, Value } from '../mapping.ts';
import { type UnknownName, unknownName, unknownProficiency } from '../names.ts';

/** A name in the mapping that means nothing where it is used. */
export interface NameProblem extends SourcePosition {
  readonly message: string;
}

/**
 * Literal names in the rules for an instance that its catalog does not know, in the order of the file. A name
 * that an expression yields is not known before there is a user; it parks him.
 */
export function unknownNames(
  mapping: Mapping,
  catalog: Catalog,
  instanceAlias: string,
): readonly NameProblem[] {
  return mapping.rules
    .filter(({ instances }) => instances?.includes(instanceAlias) ?? true)
    .flatMap((rule) =>
      [
        ...namesOf(rule).flatMap(({ kind, name, at }) =>
          unknownAt(at, unknownName(kind, name, catalog, instanceAlias)),
        ),
        ...unknownProficiencies(rule, catalog, instanceAlias),
      ]
        .sort(({ at: a }, { at: b }) => a.line - b.line || a.column - b.column)
        .map(({ at, found, closest }) => problem(rule, at, `${found}.\n${closest}`)),
    );
}

/** An attribute that is not known is told once, not for each of its values. */
function unknownProficiencies({ set }: Rule, catalog: Catalog, instanceAlias: string) {
  const byAttribute = Map.groupBy(set.proficiencies ?? [], ({ attributeName }) => attributeName);
  return [...byAttribute.values()].flatMap((values) => {
    const unknown = values.flatMap((one) => {
      const found = unknownProficiency(one, catalog, instanceAlias);
      return unknownAt(found?.part === 'attribute' ? one.attributeAt : one.valueAt, found);
    });
    return unknown[0]?.part === 'attribute' ? unknown.slice(0, 1) : unknown;
  });
}

function unknownAt<T extends UnknownName>(at: SourcePosition, unknown: T | null) {
  return unknown === null ? [] : [{ at, ...unknown }];
}

/** Rules for instances that there are not: they would never apply. */
export function unknownInstances(mapping: Mapping, aliases: readonly string[]): readonly NameProblem[] {
  return mapping.rules.flatMap((rule) =>
    (rule.instances ?? []).flatMap((alias, index) => {
      if (aliases.includes(alias)) return [];
      const message = `there is no instance "${alias}".\nThere are: ${aliases.join(', ')}.`;
      return [problem(rule, rule.instancesAt[index] ?? rule.at, message)];
    }),
  );
}

function problem(rule: Rule, at: SourcePosition, message: string): NameProblem {
  return { ...at, message: `rule "${rule.name}": ${message}` };
}

interface Name {
  readonly kind: CatalogKind;
  readonly name: string;
  readonly at: SourcePosition;
}

function namesOf({ set }: Rule): readonly Name[] {
  return [
    ...literals('routingProfiles', set.routingProfile === undefined ? [] : [set.routingProfile]),
    ...literals('securityProfiles', set.securityProfiles ?? []),
    ...hierarchyName(set.hierarchy ?? []),
  ];
}

function literals(kind: CatalogKind, values: readonly Value[]): readonly Name[] {
  return values.flatMap((value) =>
    value.kind === 'literal' ? [{ kind, name: value.text, at: value.at }] : [],
  );
}

function hierarchyName(levels: readonly Value[]): readonly Name[] {
  const [first] = levels;
  const names = literals('hierarchyGroups', levels);
  if (first === undefined || names.length < levels.length) return [];
  return [
    { kind: 'hierarchyGroups', name: names.map(({ name }) => name).join(HIERARCHY_SEPARATOR), at: first.at },
  ];
}
