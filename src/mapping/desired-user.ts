import type { Catalog } from '../connect/catalog.ts';
import type { IdentityManagementType } from '../connect/user.ts';
import type { UserJson } from './expression.ts';
import type { Mapping, MappingResult } from './mapping.ts';

/** A group of the user, as the directory stores it. */
export interface UserGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
}

export interface MappingInput {
  readonly user: UserJson;
  readonly groups: readonly UserGroup[];
  readonly mapping: Mapping;
  readonly instance: { readonly alias: string; readonly identityManagementType: IdentityManagementType };
  readonly catalog: Catalog;
}

/** What the rules want of one user in one instance. */
export function desiredUser(_input: MappingInput): MappingResult {
  throw new Error('not built yet');
}
