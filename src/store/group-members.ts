import type { GroupMember } from '../scim/resource.ts';
import type { Insertable } from 'kysely';
import { batches } from './engine/batches.ts';
import { prepared } from './engine/prepared.ts';
import { isLongKey, refuseLongKeys } from './filter/key.ts';
import type { Db, GroupMemberTable, Tx } from './schema.ts';

export interface StoredMember {
  /** Order of being added; the cursor of `membersOf`. */
  readonly seq: number;
  /** A SCIM id; it may name none that exists. */
  readonly value: string;
  readonly display: string | null;
  readonly type: string | null;
}

/** @returns the ids that were not members before. Costs the same however many members the group has. */
export async function addMembers(
  tx: Tx,
  groupId: string,
  members: readonly GroupMember[],
): Promise<readonly string[]> {
  refuseLongKeys({ 'members.value': members.find(({ value }) => isLongKey(value))?.value });
  const added: string[] = [];
  for (const batch of batches(members)) {
    const rows = await insertRows(
      tx,
      batch.map(({ value, display, type }) => ({
        group_id: groupId,
        member_id: value,
        display: display ?? null,
        type: type ?? null,
      })),
    );
    added.push(...rows.map((row) => row.member_id));
  }
  return added;
}

const insertRows = prepared((db, rows: readonly Insertable<GroupMemberTable>[]) =>
  db
    .insertInto('group_member')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['group_id', 'member_id']).doNothing())
    .returning('member_id'),
);

/**
 * Gives members the `display` that comes with them here; who has it already, or comes without one, is left alone.
 *
 * @returns how many have another one now
 */
export async function relabelMembers(
  tx: Tx,
  groupId: string,
  members: readonly GroupMember[],
): Promise<number> {
  let relabelled = 0;
  for (const batch of batches(members.filter(({ display }) => display !== undefined))) {
    const rows = await tx
      .insertInto('group_member')
      .values(batch.map(({ value, display }) => ({ group_id: groupId, member_id: value, display: display! })))
      .onConflict((conflict) =>
        conflict
          .columns(['group_id', 'member_id'])
          .doUpdateSet((eb) => ({ display: eb.ref('excluded.display') }))
          .where('group_member.display', 'is distinct from', (eb) => eb.ref('excluded.display')),
      )
      .returning('member_id')
      .execute();
    relabelled += rows.length;
  }
  return relabelled;
}

/** @returns the ids that were members. Costs the same however many members the group has. */
export async function removeMembers(
  tx: Tx,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const batch of batches(ids)) {
    const rows = await deleteRows(tx, { groupId, memberIds: batch });
    removed.push(...rows.map((row) => row.member_id));
  }
  return removed;
}

const deleteRows = prepared(
  (db, { groupId, memberIds }: { readonly groupId: string; readonly memberIds: readonly string[] }) =>
    db
      .deleteFrom('group_member')
      .where('group_id', '=', groupId)
      .where('member_id', 'in', memberIds)
      .returning('member_id'),
);

/** @returns the ids that were members */
export async function removeAllMembers(tx: Tx, groupId: string): Promise<readonly string[]> {
  const removed: string[] = [];
  for (;;) {
    const page = await membersOf(tx, groupId, { after: 0, limit: PAGE });
    if (page.length === 0) return removed;
    removed.push(
      ...(await removeMembers(
        tx,
        groupId,
        page.map(({ value }) => value),
      )),
    );
  }
}

/** Members read in one statement: more, and it would keep the event loop for longer than a request may. */
const PAGE = 1_000;

/** Makes `members` the members; those who stay keep their place. */
export async function replaceMembers(
  tx: Tx,
  groupId: string,
  members: readonly GroupMember[],
): Promise<{ readonly added: readonly string[]; readonly removed: readonly string[] }> {
  const wanted = new Set(members.map(({ value }) => value));
  const surplus: string[] = [];
  for await (const page of memberPages(tx, groupId))
    surplus.push(...page.map(({ value }) => value).filter((id) => !wanted.has(id)));
  const removed = await removeMembers(tx, groupId, surplus);
  return { added: await addMembers(tx, groupId, members), removed };
}

/**
 * A page of the members, in the order in which they were added.
 *
 * @param page.after `seq` of the last member of the page before; 0 for the first page
 */
export async function membersOf(
  db: Db,
  groupId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly StoredMember[]> {
  return db
    .selectFrom('group_member')
    .select(['seq', 'member_id as value', 'display', 'type'])
    .where('group_id', '=', groupId)
    .where('seq', '>', page.after)
    .orderBy('seq')
    .limit(page.limit)
    .execute();
}

/** All members, a page at a time. */
export async function* memberPages(db: Db, groupId: string): AsyncGenerator<readonly StoredMember[]> {
  for (let after = 0, ended = false; !ended; ) {
    const page = await membersOf(db, groupId, { after, limit: PAGE });
    yield page;
    after = page.at(-1)?.seq ?? after;
    ended = page.length < PAGE;
  }
}

export async function memberCount(db: Db, groupId: string): Promise<number> {
  const { members } = await db
    .selectFrom('group_member')
    .select((eb) => eb.fn.countAll().as('members'))
    .where('group_id', '=', groupId)
    .executeTakeFirstOrThrow();
  return Number(members);
}
