import { groupName } from '../../../mapping/named-groups.ts';
import type { UserGroup } from '../../../mapping/user-group.ts';
import { pinsOf } from '../../../store/group-pins.ts';
import { type GroupOfUser, groupById, groupsOfUsers } from '../../../store/groups.ts';
import type { Db } from '../../../store/schema.ts';

/**
 * Users' groups as the rules see them: a pinned group under the names it was pinned by, whatever it is called
 * now, and no other group under those names. A rename in the IdP does not move people.
 *
 * @returns by user id; who is in no group is absent
 */
export async function pinnedGroups(
  db: Db,
  directory: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly UserGroup[]>> {
  const groups = await groupsOfUsers(db, directory, userIds);
  if (groups.size === 0) return new Map();
  const pins = await pinsOf(db, directory);
  const named = new Map<string, Promise<readonly UserGroup[]>>();
  const underNames = (group: GroupOfUser) => {
    const known = named.get(group.id) ?? underItsNames(db, directory, pins, group);
    named.set(group.id, known);
    return known;
  };
  const seen = new Map<string, readonly UserGroup[]>();
  for (const [userId, ofUser] of groups) {
    const meant: UserGroup[] = [];
    for (const group of ofUser) meant.push(...(await underNames(group)));
    seen.set(userId, meant);
  }
  return seen;
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
