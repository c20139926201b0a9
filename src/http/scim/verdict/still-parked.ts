import { badRequest } from '../../../scim/error.ts';
import { linksOfUser } from '../../../store/links.ts';
import type { Tx } from '../../../store/schema.ts';
import { planForUser } from '../../../sync/planning/plan-for-user.ts';
import type { ScimRequest } from '../endpoint.ts';
import type { Verdict } from './verdict.ts';

/**
 * With `surfaceParked`, the 400 for a write that leaves a parked user parked: what is wrong with him, and what to
 * do, in the log that the IdP's admin reads. Null for a write that frees him, or that takes something away from
 * him: parking withholds gains, never removals.
 *
 * @param tx in which the write is done already
 */
export async function stillParked(tx: Tx, request: ScimRequest, userId: string): Promise<Verdict | null> {
  const { runtime, directory } = request;
  if (!directory.config.surfaceParked) return null;
  const links = await linksOfUser(tx, userId);
  for (const { instance } of links.filter(({ sync }) => sync === 'parked')) {
    const user = await planForUser(runtime, tx, { directory: directory.alias, userId, instance });
    if ('reason' in user || !user.plan.parked || user.plan.changes.length > 0) continue;
    const { code, detail, remedy } = user.plan.parked;
    return { cause: code, error: badRequest('invalidValue', `${detail} ${remedy}`) };
  }
  return null;
}
