import type { MappingProblem } from '../../../mapping/mapping.ts';
import { edgeVerdict } from '../../../mapping/edge-verdict.ts';
import { badRequest } from '../../../scim/error.ts';
import type { ScimUserInput } from '../../../scim/resource.ts';
import type { ScimRequest } from '../endpoint.ts';

/**
 * Refuses a user whose userName or name can never become a Connect user's, so that the IdP's admin sees it in
 * the log that he reads. What was wrong before this write is not its fault, and a deactivation always passes.
 *
 * @param before the stored user; null for one that is created
 * @throws ScimError 400 invalidValue
 */
export function refuseUnmappable(
  request: ScimRequest,
  before: ScimUserInput | null,
  after: ScimUserInput,
): void {
  if (after.active === false) return;
  const problem = problemOf(request, after);
  if (!problem) return;
  if (before && problemOf(request, before)?.detail === problem.detail) return;
  throw badRequest('invalidValue', `${problem.detail} ${problem.remedy}`);
}

function problemOf({ runtime, directory }: ScimRequest, doc: ScimUserInput): MappingProblem | null {
  const mapping = directory.mapping?.mapping;
  if (!mapping || mapping.username.invalid !== 'reject') return null;
  const types = directory.config.instances.flatMap((alias) => {
    const catalog = runtime.instances.get(alias)?.catalog;
    return catalog ? [catalog.contents.identityManagementType] : [];
  });
  return edgeVerdict(doc, mapping, [...new Set(types)]);
}
