import { closest, distance } from 'fastest-levenshtein';
import type { IdentityManagementType } from './user.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What proficiencies are made of: `name` with its `values`, each sorted. It has no id but its name. */
export interface PredefinedAttribute {
  readonly name: string;
  readonly values: readonly string[];
}

/** What one Connect instance offers to its users, as read at `readAt` (UTC milliseconds). */
export interface CatalogContents {
  readonly identityManagementType: IdentityManagementType;
  readonly securityProfiles: readonly Named[];
  readonly routingProfiles: readonly Named[];
  /** `path` holds the names from level one down to the group itself. */
  readonly hierarchyGroups: readonly { readonly id: string; readonly path: readonly string[] }[];
  readonly agentStatuses: readonly Named[];
  /** Absent where they are not known: the role may not read them, or the catalog was saved before they were read. */
  readonly predefinedAttributes?: readonly PredefinedAttribute[] | undefined;
  readonly readAt: number;
}

export type CatalogKind = 'securityProfiles' | 'routingProfiles' | 'hierarchyGroups' | 'agentStatuses';

/** What of a proficiency an instance does not have, and the nearest that it has. */
export interface UnknownProficiency {
  readonly part: 'attribute' | 'value';
  readonly closest: string | undefined;
}

/** Names ↔ ids of one instance. Names are matched exactly, as the Connect console does. */
export interface Catalog {
  readonly contents: CatalogContents;
  id(kind: CatalogKind, name: string): string | undefined;
  /** The name, or the id itself when the instance has no such id any more. */
  name(kind: CatalogKind, id: string): string;
  /** The nearest existing name, to be shown in an error; undefined when more than half of it would differ. */
  closest(kind: CatalogKind, name: string): string | undefined;
  /** Null when the instance has the attribute with that value, and also when that cannot be told. */
  unknownProficiency(attributeName: string, attributeValue: string): UnknownProficiency | null;
}

/** Separates the levels of a hierarchy path in its one-line form. */
export const HIERARCHY_SEPARATOR = ' / ';

export function createCatalog(contents: CatalogContents): Catalog {
  const kinds = {
    securityProfiles: index(contents.securityProfiles),
    routingProfiles: index(contents.routingProfiles),
    agentStatuses: index(contents.agentStatuses),
    hierarchyGroups: index(
      contents.hierarchyGroups.map(({ id, path }) => ({ id, name: path.join(HIERARCHY_SEPARATOR) })),
    ),
  };
  return {
    contents,
    id: (kind, name) => kinds[kind].ids.get(name),
    name: (kind, id) => kinds[kind].names.get(id) ?? id,
    closest: (kind, name) => nearest(name, [...kinds[kind].ids.keys()]),
    unknownProficiency: proficiencyCheck(contents.predefinedAttributes),
  };
}

function nearest(name: string, names: readonly string[]): string | undefined {
  const folded = name.toLowerCase();
  const sameButCase = names.find((one) => one.toLowerCase() === folded);
  if (sameButCase !== undefined || names.length === 0) return sameButCase;
  const near = closest(name, names);
  return distance(name, near) <= name.length / 2 ? near : undefined;
}

// Attributes of the system begin so, and nobody else's do (admin guide, predefined attributes). Whether a search
// lists them is not documented, so that they are left to Connect.
const SYSTEM_ATTRIBUTE = /^(aws|connect):/;

function proficiencyCheck(
  attributes: CatalogContents['predefinedAttributes'],
): Catalog['unknownProficiency'] {
  if (attributes === undefined) return () => null;
  const values = new Map(attributes.map((one) => [one.name, new Set(one.values)]));
  return (attributeName, attributeValue) => {
    const known = values.get(attributeName);
    if (known?.has(attributeValue) || SYSTEM_ATTRIBUTE.test(attributeName)) return null;
    return known === undefined
      ? { part: 'attribute', closest: nearest(attributeName, [...values.keys()]) }
      : { part: 'value', closest: nearest(attributeValue, [...known]) };
  };
}

function index(items: readonly Named[]) {
  return {
    ids: new Map(items.map(({ id, name }) => [name, id])),
    names: new Map(items.map(({ id, name }) => [id, name])),
  };
}
