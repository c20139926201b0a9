import { sql } from 'kysely';
import type { Db } from '../schema.ts';

/** A member of a group who is no user of its directory, so the group gives nobody anything through him. */
export interface UnresolvedMember {
  /** The cursor of `unresolvedMembers`. */
  readonly seq: number;
  readonly groupId: string;
  readonly groupName: string;
  readonly memberId: string;
  /** As the identity provider sent it. */
  readonly display: string | null;
  /** unknown: no resource has the id. nested: a group, whose own members are not looked at. */
  readonly kind: 'unknown' | 'nested';
}

/**
 * A page of them, in the order in which they were added. No index serves it: hand in `Store.scan`.
 *
 * @param page.after `seq` of the last one of the page before; 0 for the first page
 */
export async function unresolvedMembers(
  scan: Db,
  directory: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly UnresolvedMember[]> {
  const rows = await unresolved(scan, directory)
    .leftJoin('scim_group as nested', (join) =>
      join
        .onRef('nested.id', '=', 'member.member_id')
        .onRef('nested.directory', '=', 'group.directory')
        .on('nested.deleted_at', 'is', null),
    )
    .select(['member.seq', 'group.id', 'group.display_name', 'member.member_id', 'member.display'])
    .select('nested.id as nested_id')
    .where('member.seq', '>', page.after)
    .orderBy('member.seq')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    groupId: row.id,
    groupName: row.display_name,
    memberId: row.member_id,
    display: row.display,
    kind: row.nested_id === null ? 'unknown' : 'nested',
  }));
}

/** How many there are. No index serves it: hand in `Store.scan`. */
export async function countUnresolved(scan: Db, directory: string): Promise<number> {
  const { members } = await unresolved(scan, directory)
    .select(sql<number | string>`count(*)`.as('members'))
    .executeTakeFirstOrThrow();
  return Number(members);
}

function unresolved(scan: Db, directory: string) {
  return scan
    .selectFrom('group_member as member')
    .innerJoin('scim_group as group', 'group.id', 'member.group_id')
    .leftJoin('scim_user as user', (join) =>
      join.onRef('user.id', '=', 'member.member_id').onRef('user.directory', '=', 'group.directory'),
    )
    .where('group.directory', '=', directory)
    .where('group.deleted_at', 'is', null)
    .where('user.id', 'is', null);
}
