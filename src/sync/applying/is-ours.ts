import { claimOf, SCIM_USER_TAG } from '../../connect/user.ts';
import type { UserTags } from '../../connect/user.ts';
import type { Link } from '../../store/links.ts';
import type { Runtime } from '../runtime.ts';

/** Whether the tags are the bridge's for this link: its own, or those of the former user whom it just took over. */
export function isOurs({ config }: Runtime, { userId, linked }: Link, tags: UserTags): boolean {
  const owners = [userId, linked?.tags.actual[SCIM_USER_TAG] ?? userId];
  return owners.some((owner) => claimOf(tags, config.bridgeId, owner) === 'ours');
}
