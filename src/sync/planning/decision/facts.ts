import type { UserJson } from '../../../mapping/expression/attributes.ts';
import type { UserGroup } from '../../../mapping/user-group.ts';
import { linksOfUsers } from '../../../store/link/links-of-users.ts';
import type { Link } from '../../../store/links.ts';
import type { Db } from '../../../store/schema.ts';
import type { StoredUser } from '../../../store/users.ts';
import { pinnedGroups } from './pinned-groups.ts';
import type { UserKey } from '../user-plan.ts';

/** What the store says of a user in an instance, whatever the mapping. */
export interface UserFacts {
  readonly key: UserKey;
  /** Null once the SCIM user was deleted. */
  readonly user: StoredUser | null;
  /** The user's document; null of one who is inactive or deleted, since no rule is asked then. */
  readonly doc: UserJson | null;
  readonly groups: readonly UserGroup[];
  readonly link: Link | null;
}

/**
 * In a handful of statements, however many users.
 *
 * @param keys of one directory
 * @param users of these keys, by id; of the deleted none
 */
export async function factsOf(
  db: Db,
  keys: readonly UserKey[],
  users: ReadonlyMap<string, StoredUser>,
): Promise<readonly UserFacts[]> {
  const [first] = keys;
  if (!first) return [];
  const ids = [...new Set(keys.map(({ userId }) => userId))];
  const links = new Map<string, Link>();
  for (const link of await linksOfUsers(db, ids)) links.set(placeOf(link), link);
  const active = ids.flatMap((id) => users.get(id) ?? []).filter((user) => user.active);
  const docs = new Map(active.map(({ id, doc }) => [id, JSON.parse(doc) as UserJson]));
  const groups = await pinnedGroups(db, first.directory, [...docs.keys()]);
  return keys.map((key) => ({
    key,
    user: users.get(key.userId) ?? null,
    doc: docs.get(key.userId) ?? null,
    groups: groups.get(key.userId) ?? [],
    link: links.get(placeOf(key)) ?? null,
  }));
}

/** Aliases have no blank. */
function placeOf({ instance, userId }: Pick<UserKey, 'instance' | 'userId'>): string {
  return `${instance} ${userId}`;
}
