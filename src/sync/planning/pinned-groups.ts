import { groupName } from '../../mapping/named-groups.ts';
import type { UserGroup } from '../../mapping/user-group.ts';
import { pinsOf } from '../../store/group-pins.ts';
import { type GroupOfUser, groupById, groupsOfUser } from '../../store/groups.ts';
import type { Db } from '../../store/schema.ts';

/**
 * A user's groups as the rules see them: a pinned group under the names it was pinned by, whatever it is called
 * now, and no other group under those names. A rename in the IdP does not move people.
 */
export async function pinnedGroups(db: Db, directory: string, userId: string): Promise<readonly UserGroup[]> {
  const groups = await groupsOfUser(db, directory, userId);
  if (groups.length === 0) return groups;
  const pins = await pinsOf(db, directory);
  const seen = await Promise.all(groups.map((group) => underItsNames(db, directory, pins, group)));
  return seen.flat();
}

async function underItsNames(
  db: Db,
  directory: string,
  pins: ReadonlyMap<string, string>,
  group: GroupOfUser,
): Promise<readonly UserGroup[]> {
  const { id, displayName: calledNow } = group;
  const own = groupName(calledNow);
  const names = [...pins].filter(([, groupId]) => groupId === id).map(([name]) => name);
  const pinned = names.map((displayName) =>
    displayName === own ? { ...group, displayName } : { ...group, displayName, calledNow },
  );
  if (names.includes(own)) return pinned;
  const pinnedTo = pins.get(own);
  if (pinnedTo === undefined) return [...pinned, { ...group, displayName: own }];
  const meant = await groupById(db, directory, pinnedTo);
  return [...pinned, { ...group, displayName: own, meantInstead: meant?.displayName ?? pinnedTo }];
}
