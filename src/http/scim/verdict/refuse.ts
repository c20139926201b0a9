import { isAlikeAtEdge } from '../../../mapping/edge-verdict.ts';
import type { Tx } from '../../../store/schema.ts';
import { foldCase } from '../../../scim/value/text.ts';
import type { ScimRequest } from '../endpoint.ts';
import { stillParked } from './still-parked.ts';
import { unmappable } from './unmappable.ts';
import { usernameClash } from './username-clash.ts';
import type { UserWrite, Verdict } from './verdict.ts';

/**
 * Refuses a write of a user that would come to nothing in Connect, unless so many are refused for one cause that
 * it is rather the mapping that is wrong: then they are stored, and parked by the worker. A deactivation always
 * passes, and what was wrong before this write is not its fault.
 *
 * @param tx in which the write is done already
 * @throws ScimError 400 invalidValue, 409 uniqueness
 */
export async function refuseByVerdict(tx: Tx, request: ScimRequest, write: UserWrite): Promise<void> {
  if (write.after.active === false) return;
  const verdict = await verdictOn(tx, request, write);
  if (!verdict) return;
  // One who is refused at creation has another id each time.
  const who = foldCase((write.before ?? write.after).userName);
  if (await request.breaker.lets(tx, verdict.cause, who)) return;
  throw verdict.error;
}

async function verdictOn(tx: Tx, request: ScimRequest, write: UserWrite): Promise<Verdict | null> {
  const mapping = request.directory.mapping?.mapping;
  if (!mapping) return null;
  const { before, after, userId } = write;
  // What was wrong before is not this write's fault, and only a write of what they read can make anything wrong.
  const asBefore = before !== null && isAlikeAtEdge(before, after, mapping);
  const verdict = asBefore
    ? null
    : (unmappable(request, mapping, write) ?? (await usernameClash(tx, request, mapping, write)));
  return verdict ?? (before ? stillParked(tx, request, userId) : null);
}
