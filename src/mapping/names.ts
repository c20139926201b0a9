import type { Catalog, CatalogKind, UnknownProficiency } from '../connect/catalog.ts';
import type { UserProficiency } from '../connect/user.ts';

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

/** What to say of a proficiency that an instance does not know; null when it knows it, or nobody can tell. */
export function unknownProficiency(
  { attributeName, attributeValue }: Pick<UserProficiency, 'attributeName' | 'attributeValue'>,
  catalog: Catalog,
  instanceAlias: string,
): (UnknownName & Pick<UnknownProficiency, 'part'>) | null {
  const unknown = catalog.unknownProficiency(attributeName, attributeValue);
  if (unknown === null) return null;
  const attribute = JSON.stringify(attributeName);
  const found = {
    attribute: `no predefined attribute named ${attribute}`,
    value: `no value ${JSON.stringify(attributeValue)} of the predefined attribute ${attribute}`,
  }[unknown.part];
  return {
    part: unknown.part,
    found: `${found} in instance ${JSON.stringify(instanceAlias)}`,
    closest:
      unknown.closest === undefined
        ? 'List them with: bridge catalog predefined-attributes'
        : `Closest: ${JSON.stringify(unknown.closest)}.`,
  };
}

function whereToLook(kind: CatalogKind, name: string, { contents }: Catalog): string {
  if (name.startsWith('user.')) return `For its value write { cel: ${name} }.`;
  if (contents[kind].length === 0) return 'It has none.';
  return `List them with: bridge catalog ${kind.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
}
