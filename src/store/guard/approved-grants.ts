import { batches } from '../engine/batches.ts';
import type { Db, Tx } from '../schema.ts';

/** A way by which a sensitive security profile is granted, to which a person has said yes. */
export interface ApprovedGrant {
  readonly directory: string;
  readonly instance: string;
  readonly securityProfileId: string;
  /** Hash of a `GrantSource`'s key. */
  readonly source: string;
}

/** @returns `grantKey`s of all that is approved of these ways */
export async function approvedGrants(db: Db, sources: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const batch of batches([...new Set(sources)])) {
    const rows = await db
      .selectFrom('approved_grant')
      .select(['source', 'directory', 'instance', 'security_profile_id as securityProfileId'])
      .where('source', 'in', batch)
      .execute();
    for (const row of rows) found.add(grantKey(row));
  }
  return found;
}

export function grantKey({ directory, instance, securityProfileId, source }: ApprovedGrant): string {
  return [source, directory, instance, securityProfileId].join(' ');
}

/** @param approval.cause what it is, in words for a person */
export async function approveGrant(
  tx: Tx,
  grant: ApprovedGrant,
  approval: { readonly cause: string; readonly actor: string; readonly at: number },
): Promise<void> {
  await tx
    .insertInto('approved_grant')
    .values({
      directory: grant.directory,
      instance: grant.instance,
      security_profile_id: grant.securityProfileId,
      source: grant.source,
      cause: approval.cause,
      approved_by: approval.actor,
      approved_at: approval.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
