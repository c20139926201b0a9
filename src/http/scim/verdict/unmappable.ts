import { edgeVerdict } from '../../../mapping/edge-verdict.ts';
import type { Mapping } from '../../../mapping/mapping.ts';
import { badRequest } from '../../../scim/error.ts';
import type { ScimRequest } from '../endpoint.ts';
import { knownInstances } from './instances.ts';
import type { UserWrite, Verdict } from './verdict.ts';

/**
 * The 400 for a user whose userName or name can never become a Connect user's, so that the IdP's admin sees it in
 * the log that he reads. Null when there is none, or when it was as wrong before this write.
 */
export function unmappable(
  request: ScimRequest,
  mapping: Mapping,
  { before, after }: UserWrite,
): Verdict | null {
  if (mapping.username.invalid !== 'reject') return null;
  const types = [...new Set(knownInstances(request).map((one) => one.identityManagementType))];
  const problem = edgeVerdict(after, mapping, types);
  if (!problem) return null;
  if (before && edgeVerdict(before, mapping, types)?.detail === problem.detail) return null;
  return { cause: problem.code, error: badRequest('invalidValue', `${problem.detail} ${problem.remedy}`) };
}
