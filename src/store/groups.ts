import type { Selectable, Updateable } from 'kysely';
import type { ScimGroupInput } from '../scim/resource.ts';
import { foldCase, textFault } from '../scim/value/text.ts';
import { batchesToFind } from './engine/batches.ts';
import { prepared } from './engine/prepared.ts';
import { refuseLongKeys } from './filter/key.ts';
import { StoreError } from './engine/store-error.ts';
import { engineOf } from './engine/engine-of.ts';
import type { Store } from './engine/store.ts';
import { groupsMatching, isLookup } from './filter/matching.ts';
import type { ListQuery, Page } from './filter/page.ts';
import { pageOf } from './filter/page.ts';
import { countResource } from './filter/resource-count.ts';
import { groupScopes } from './filter/resource-scope.ts';
import type { Stretch } from './filter/resource-count.ts';
import { boundLimit, firstSeq } from './filter/resource-count.ts';
import type { Db, GroupTable, Tx } from './schema.ts';

export interface StoredGroup {
  /** Order of creation. */
  readonly seq: number;
  readonly id: string;
  readonly directory: string;
  readonly displayName: string;
  readonly externalId: string | null;
  /** JSON text of a ScimGroupInput without members: those are rows of their own. */
  readonly doc: string;
  /** From 1, raised by each change, also of members. */
  readonly version: number;
  /** UTC milliseconds, as are all times. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface NewGroup {
  readonly id: string;
  readonly directory: string;
  /** Members in it are left out: see `addMembers`. */
  readonly doc: ScimGroupInput;
  readonly at: number;
}

/** A group as the mapping sees it. */
export interface GroupOfUser {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
}

/** @throws StoreError `uniqueness` when another group of the directory has the displayName in any case */
export async function insertGroup(tx: Tx, group: NewGroup): Promise<StoredGroup> {
  await refuseTakenName(tx, group, group.doc.displayName);
  const row = await tx
    .insertInto('scim_group')
    .values({
      ...columnsOf(group.doc),
      id: group.id,
      directory: group.directory,
      version: 1,
      created_at: group.at,
      modified_at: group.at,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await countResource(tx, 'scim_group', row, 1);
  return storedGroup(row);
}

export async function groupById(db: Db, directory: string, id: string): Promise<StoredGroup | null> {
  // No group has such an id, and PostgreSQL refuses to look for it.
  if (textFault(id)) return null;
  const [row] = await selectById(db, { id, directory });
  return row ? storedGroup(row) : null;
}

const selectById = prepared((db, { id, directory }: { readonly id: string; readonly directory: string }) =>
  db
    .selectFrom('scim_group')
    .selectAll()
    .where('id', '=', id)
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null),
);

/** @param displayName in any case */
export async function groupByDisplayName(
  db: Db,
  directory: string,
  displayName: string,
): Promise<StoredGroup | null> {
  const row = await db
    .selectFrom('scim_group')
    .selectAll()
    .where('directory', '=', directory)
    .where('display_name_folded', '=', foldCase(displayName))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row ? storedGroup(row) : null;
}

/**
 * A page of the directory's groups, in a stable order.
 *
 * @throws ScimError 400 invalidFilter for an attribute that is not stored, 400 invalidCursor; StoreError `timeLimit`
 */
export async function findGroups(
  { read, scan }: Pick<Store, 'read' | 'scan'>,
  directory: string,
  query: ListQuery,
): Promise<Page<StoredGroup>> {
  const { filter } = query;
  const isIndexed = filter ? isLookup(filter, 'Group') : !query.sortBy;
  const db = isIndexed ? read : scan;
  const scope = groupScopes[engineOf(db)];
  const found = db
    .selectFrom('scim_group')
    .selectAll('scim_group')
    .where(groupsMatching(directory, filter, scope))
    .where('deleted_at', 'is', null);
  const list = { db, table: 'scim_group', directory, found, query, scope, stretch: selectStretch } as const;
  const page = await pageOf(list);
  return { ...page, rows: page.rows.map(storedGroup) };
}

const selectStretch = prepared((db, stretch: Stretch) =>
  db
    .selectFrom('scim_group')
    .selectAll()
    .where('directory', '=', stretch.directory)
    .where('deleted_at', 'is', null)
    .where('seq', '>=', firstSeq(db.selectFrom('scim_group').where('deleted_at', 'is', null), stretch))
    .orderBy('seq')
    .limit(boundLimit(stretch.limit)),
);

/**
 * Gives the group a new document and the next version; its members stay.
 *
 * @param group as it was read; null is returned when it has changed since
 * @throws StoreError `uniqueness` when another group of the directory has the displayName in any case
 */
export async function updateGroup(
  tx: Tx,
  group: StoredGroup,
  doc: ScimGroupInput,
  at: number,
): Promise<StoredGroup | null> {
  if (foldCase(doc.displayName) !== foldCase(group.displayName)) {
    await refuseTakenName(tx, group, doc.displayName);
  }
  return writeGroup(tx, group, { ...columnsOf(doc), modified_at: at });
}

/** Gives the group the next version after a change of its members. Null when it has changed since it was read. */
export function touchGroup(tx: Tx, group: StoredGroup, at: number): Promise<StoredGroup | null> {
  return writeGroup(tx, group, { modified_at: at });
}

/**
 * Takes the group from every reader, and its name is free at once. Its member rows stay until a fan-out of the
 * group (`addFanOut`, in the same transaction) has queued the members and purged the rows.
 *
 * @returns false when there was no such group
 */
export async function deleteGroup(
  tx: Tx,
  group: Pick<StoredGroup, 'id' | 'directory'>,
  at: number,
): Promise<boolean> {
  const deleted = await tx
    .updateTable('scim_group')
    .set({ deleted_at: at })
    .where('id', '=', group.id)
    .where('directory', '=', group.directory)
    .where('deleted_at', 'is', null)
    .returning(['seq', 'directory'])
    .executeTakeFirst();
  if (!deleted) return false;
  await countResource(tx, 'scim_group', deleted, -1);
  return true;
}

/** In order of the groups' creation. Only groups that name the user himself: nested groups are not expanded. */
export async function groupsOfUser(
  db: Db,
  directory: string,
  userId: string,
): Promise<readonly GroupOfUser[]> {
  return (await groupsOfUsers(db, directory, [userId])).get(userId) ?? [];
}

/** Users without a group are absent from the result. */
export async function groupsOfUsers(
  db: Db,
  directory: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
  const groups = new Map<string, GroupOfUser[]>();
  for (const batch of batchesToFind(userIds)) {
    const rows = await selectMemberships(db, { directory, userIds: batch });
    for (const row of rows) {
      const group = { id: row.id, displayName: row.display_name, externalId: row.external_id };
      const ofUser = groups.get(row.member_id);
      if (ofUser) ofUser.push(group);
      else groups.set(row.member_id, [group]);
    }
  }
  return groups;
}

/** As a cross join, since SQLite, which has no statistics, would else go through all groups of the directory. */
const selectMemberships = prepared(
  (db, { directory, userIds }: { readonly directory: string; readonly userIds: readonly string[] }) =>
    db
      .selectFrom('group_member as member')
      .crossJoin('scim_group as group')
      .select(['member.member_id', 'group.id', 'group.display_name', 'group.external_id'])
      .where('member.member_id', 'in', userIds)
      .whereRef('group.id', '=', 'member.group_id')
      .where('group.directory', '=', directory)
      .where('group.deleted_at', 'is', null)
      .orderBy('group.seq'),
);

function storedGroup(row: Selectable<GroupTable>): StoredGroup {
  return {
    seq: row.seq,
    id: row.id,
    directory: row.directory,
    displayName: row.display_name,
    externalId: row.external_id,
    doc: row.doc,
    version: row.version,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  };
}

function columnsOf(doc: ScimGroupInput) {
  refuseLongKeys({ displayName: doc.displayName, externalId: doc.externalId });
  return {
    display_name: doc.displayName,
    display_name_folded: foldCase(doc.displayName),
    external_id: doc.externalId ?? null,
    doc: JSON.stringify({ ...doc, members: undefined }),
  };
}

async function writeGroup(
  tx: Tx,
  group: StoredGroup,
  columns: Partial<ReturnType<typeof columnsOf>> & { modified_at: number },
): Promise<StoredGroup | null> {
  const { id, version } = group;
  const [row] = await updateRow(tx, { id, version, columns: { ...columns, version: version + 1 } });
  return row ? storedGroup(row) : null;
}

const updateRow = prepared(
  (db, { id, version, columns }: { id: string; version: number; columns: Updateable<GroupTable> }) =>
    db
      .updateTable('scim_group')
      .set(columns)
      .where('id', '=', id)
      .where('version', '=', version)
      .where('deleted_at', 'is', null)
      .returningAll(),
);

async function refuseTakenName(
  tx: Tx,
  group: Pick<StoredGroup, 'id' | 'directory'>,
  displayName: string,
): Promise<void> {
  const other = await groupByDisplayName(tx, group.directory, displayName);
  if (!other || other.id === group.id) return;
  throw new StoreError(
    'uniqueness',
    `The displayName "${displayName}" belongs to the group with id ${other.id}; case does not tell two apart. Use that group, or choose another displayName.`,
    { otherId: other.id },
  );
}
