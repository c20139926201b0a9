import type { Catalog } from '../connect/catalog.ts';
import type { MappingProblem } from './mapping.ts';

/** What no rule can grant in an instance, in names: the operator's ceiling over the identity admin's file. */
export interface GrantLimits {
  readonly never: readonly string[];
  /** Null is every profile. */
  readonly only: readonly string[] | null;
  /** Sets of profiles of which a user can have one. */
  readonly conflicts: readonly (readonly string[])[];
  /** Permissions that no granted profile may hold, as Connect names them, e.g. `Users.Edit`. */
  readonly neverPermissions: readonly string[];
  /** Profiles that nobody gains by rules and groups that nobody has approved. */
  readonly sensitive: readonly string[];
}

/** The ceiling of an instance with what its security profiles permit, by id. */
export interface Ceiling {
  readonly limits: GrantLimits;
  /** Of every profile of the catalog when `neverPermissions` names any. */
  readonly permissions: ReadonlyMap<string, readonly string[]>;
}

export const NO_LIMITS: GrantLimits = {
  never: [],
  only: null,
  conflicts: [],
  neverPermissions: [],
  sensitive: [],
};

export interface LimitedGrants {
  /** Without the forbidden; of conflicting ones both, since to choose one is nobody's wish. */
  readonly securityProfileIds: readonly string[];
  readonly problems: readonly MappingProblem[];
}

/** Holds what the rules grant together against the ceiling. */
export function limitGrants(granted: readonly string[], ceiling: Ceiling, catalog: Catalog): LimitedGrants {
  const judged = granted.map((id) => {
    const name = catalog.name('securityProfiles', id);
    return { id, name, reason: forbiddenBecause(name, ceiling.limits) ?? permitsTooMuch(id, name, ceiling) };
  });
  const allowed = judged.filter(({ reason }) => reason === null);
  return {
    securityProfileIds: allowed.map(({ id }) => id),
    problems: [
      ...judged.flatMap(({ reason }) => (reason === null ? [] : [forbidden(reason)])),
      ...ceiling.limits.conflicts.flatMap((set) => conflict(set, allowed)),
    ],
  };
}

/** Why a profile of that name cannot be granted, whatever it permits; null when it can. */
export function forbiddenBecause(name: string, { never, only }: GrantLimits): string | null {
  if (never.includes(name))
    return `The rules grant the security profile "${name}", which grants.never of bridge.yaml forbids.`;
  if (only !== null && !only.includes(name))
    return `The rules grant the security profile "${name}", which is not among grants.only of bridge.yaml.`;
  return null;
}

function permitsTooMuch(id: string, name: string, { limits, permissions }: Ceiling): string | null {
  const held = permissions.get(id) ?? [];
  const found = limits.neverPermissions.filter((permission) => held.includes(permission));
  if (found.length === 0) return null;
  return `The rules grant the security profile "${name}", which permits ${found.join(', ')}: grants.neverPermissions of bridge.yaml forbids that.`;
}

function forbidden(detail: string): MappingProblem {
  return {
    code: 'forbiddenSecurityProfile',
    field: 'securityProfileIds',
    detail,
    remedy: 'Take it out of the rule that grants it, or ask the operator of the bridge to allow it.',
  };
}

function conflict(
  set: readonly string[],
  allowed: readonly { readonly name: string }[],
): readonly MappingProblem[] {
  const both = allowed.map(({ name }) => name).filter((name) => set.includes(name));
  if (both.length < 2) return [];
  const names = both.map((name) => `"${name}"`).join(' and ');
  return [
    {
      code: 'conflictingSecurityProfiles',
      field: 'securityProfileIds',
      detail: `The rules grant ${names}, which grants.conflicts of bridge.yaml does not allow together.`,
      remedy: 'Take the user out of one of the groups, or let the rules tell apart who gets which.',
    },
  ];
}
