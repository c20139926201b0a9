import type { Catalog, CatalogKind } from '../connect/catalog.ts';

/** The kinds of things in an instance that rules name, as admins call them. */
const LABELS: Readonly<Record<CatalogKind, string>> = {
  securityProfiles: 'security profile',
  routingProfiles: 'routing profile',
  hierarchyGroups: 'hierarchy group',
  agentStatuses: 'agent status',
};

export interface UnknownName {
  readonly found: string;
  /** `Closest: "Sales".`, or where to look when nothing is close. */
  readonly closest: string;
}

/** What to say of a name that an instance does not know; null when it knows it. */
export function unknownName(
  kind: CatalogKind,
  name: string,
  catalog: Catalog,
  instanceAlias: string,
): UnknownName | null {
  if (catalog.id(kind, name) !== undefined) return null;
  const closest = catalog.closest(kind, name);
  return {
    found: `no ${LABELS[kind]} named ${JSON.stringify(name)} in instance "${instanceAlias}"`,
    closest:
      closest === undefined ? whereToLook(kind, name, catalog) : `Closest: ${JSON.stringify(closest)}.`,
  };
}

function whereToLook(kind: CatalogKind, name: string, { contents }: Catalog): string {
  if (name.startsWith('user.')) return `For its value write { cel: ${name} }.`;
  if (contents[kind].length === 0) return 'It has none.';
  return `List them with: bridge catalog ${kind.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
}
