import { closest, distance } from 'fastest-levenshtein';
import type { IdentityManagementType } from './user.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What one Connect instance offers to its users, as read at `readAt` (UTC milliseconds). */
export interface CatalogContents {
  readonly identityManagementType: IdentityManagementType;
  readonly securityProfiles: readonly Named[];
  readonly routingProfiles: readonly Named[];
  /** `path` holds the names from level one down to the group itself. */
  readonly hierarchyGroups: readonly { readonly id: string; readonly path: readonly string[] }[];
  readonly agentStatuses: readonly Named[];
  readonly readAt: number;
}

export type CatalogKind = 'securityProfiles' | 'routingProfiles' | 'hierarchyGroups' | 'agentStatuses';

/** Names ↔ ids of one instance. Names are matched exactly, as the Connect console does. */
export interface Catalog {
  readonly contents: CatalogContents;
  id(kind: CatalogKind, name: string): string | undefined;
  /** The name, or the id itself when the instance has no such id any more. */
  name(kind: CatalogKind, id: string): string;
  /** The nearest existing name, to be shown in an error; undefined when more than half of it would differ. */
  closest(kind: CatalogKind, name: string): string | undefined;
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
    closest: (kind, name) => {
      const names = [...kinds[kind].ids.keys()];
      const nearest = names.length === 0 ? '' : closest(name, names);
      return distance(name, nearest) <= name.length / 2 ? nearest : undefined;
    },
  };
}

function index(items: readonly Named[]) {
  return {
    ids: new Map(items.map(({ id, name }) => [name, id])),
    names: new Map(items.map(({ id, name }) => [id, name])),
  };
}
