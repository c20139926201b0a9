import type { UserGroup } from '../../mapping/condition.ts';
import { pinsOf } from '../../store/group-pins.ts';
import { groupsOfUser } from '../../store/groups.ts';
import type { Db } from '../../store/schema.ts';

/**
 * A user's groups as the rules see them: a pinned group under the names it was pinned by, whatever it is called
 * now, and no other group under those names. A rename in the IdP does not move people.
 */
export async function pinnedGroups(db: Db, directory: string, userId: string): Promise<readonly UserGroup[]> {
  const groups = await groupsOfUser(db, directory, userId);
  if (groups.length === 0) return groups;
  const pins = await pinsOf(db, directory);
  return groups.flatMap((group) => {
    const names = [...pins].filter(([, groupId]) => groupId === group.id).map(([name]) => name);
    if (!pins.has(group.displayName)) names.push(group.displayName);
    return names.map((displayName) => ({ ...group, displayName }));
  });
}
