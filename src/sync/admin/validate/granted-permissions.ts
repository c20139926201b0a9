import { ConnectError } from '../../../connect/error.ts';
import { grantableProfiles } from '../../../mapping/check/grantable-profiles.ts';
import type { Mapping } from '../../../mapping/mapping.ts';
import { LANES } from '../../../plan/plan.ts';
import { NotOwnerError } from '../../ownership/not-owner-error.ts';
import type { DirectoryRuntime, InstanceRuntime, Runtime } from '../../runtime.ts';

/** What a security profile permits that a mapping can grant. */
export interface GrantableProfile {
  readonly instance: string;
  readonly securityProfile: string;
  /** As Connect names them, sorted; null when they could not be read. */
  readonly permissions: readonly string[] | null;
}

/** Read from Connect now, one call for each profile, behind all other work; known ones are not read again. */
export async function grantedPermissions(
  { instances }: Runtime,
  { config }: DirectoryRuntime,
  mapping: Mapping,
): Promise<readonly GrantableProfile[]> {
  const found: GrantableProfile[] = [];
  for (const alias of config.instances) {
    const instance = instances.get(alias);
    for (const securityProfile of instance ? grantableProfiles(mapping, alias) : []) {
      const id = instance!.catalog?.id('securityProfiles', securityProfile);
      if (id === undefined) continue;
      found.push({ instance: alias, securityProfile, permissions: await permissionsOf(instance!, id) });
    }
  }
  return found;
}

async function permissionsOf(
  { permissions, connect }: InstanceRuntime,
  id: string,
): Promise<readonly string[] | null> {
  try {
    const held =
      permissions.get(id) ??
      (await connect.inLane(LANES.indexOf('cosmetic')).listSecurityProfilePermissions(id));
    return [...held].sort();
  } catch (error) {
    if (error instanceof ConnectError || error instanceof NotOwnerError) return null;
    throw error;
  }
}
