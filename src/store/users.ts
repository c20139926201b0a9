import type { Insertable, Selectable, Updateable } from 'kysely';
import type { ScimUserInput } from '../scim/resource.ts';
import { jsonEqual } from '../scim/value/equal.ts';
import { foldCase, textFault } from '../scim/value/text.ts';
import { prepared } from './engine/prepared.ts';
import { isLongKey, refuseLongKeys } from './filter/key.ts';
import { StoreError } from './engine/store-error.ts';
import { countResource, totalOf } from './filter/resource-count.ts';
import type { Db, Schema, Tx, UserTable } from './schema.ts';

export interface StoredUser {
  /** Order of creation. */
  readonly seq: number;
  readonly id: string;
  readonly directory: string;
  readonly userName: string;
  readonly displayName: string | null;
  readonly externalId: string | null;
  readonly active: boolean;
  /** JSON text of a ScimUserInput. */
  readonly doc: string;
  /** From 1, raised by each update. */
  readonly version: number;
  /** UTC milliseconds, as are all times. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface NewUser {
  readonly id: string;
  readonly directory: string;
  readonly doc: ScimUserInput;
  readonly at: number;
}

/** @throws StoreError `uniqueness` when another user of the directory has the userName in any case */
export async function insertUser(tx: Tx, user: NewUser): Promise<StoredUser> {
  refuseLongKeys(longestKeys(user.doc));
  const [row] = await insertRow(tx, {
    ...keyColumns(user.doc),
    doc: JSON.stringify(user.doc),
    id: user.id,
    directory: user.directory,
    version: 1,
    created_at: user.at,
    modified_at: user.at,
  });
  if (!row) throw await userNameTaken(tx, user.directory, user.doc.userName, user.id);
  await insertEmails(tx, user.directory, user.id, foldedEmails(user.doc));
  await countResource(tx, 'scim_user', row, 1);
  return storedUser(row);
}

const insertRow = prepared((db, row: Insertable<UserTable>) =>
  db
    .insertInto('scim_user')
    .values(row)
    .onConflict((conflict) => conflict.columns(['directory', 'user_name_folded']).doNothing())
    .returningAll(),
);

export async function userById(db: Db, directory: string, id: string): Promise<StoredUser | null> {
  // Nobody has such an id, and PostgreSQL refuses to look for it.
  if (textFault(id)) return null;
  const [row] = await selectById(db, { id, directory });
  return row ? storedUser(row) : null;
}

const selectById = prepared((db, { id, directory }: { id: string; directory: string }) =>
  db.selectFrom('scim_user').selectAll().where('id', '=', id).where('directory', '=', directory),
);

/** @param userName in any case */
export async function userByUserName(
  db: Db,
  directory: string,
  userName: string,
): Promise<StoredUser | null> {
  const row = await db
    .selectFrom('scim_user')
    .selectAll()
    .where('directory', '=', directory)
    .where('user_name_folded', '=', foldCase(userName))
    .executeTakeFirst();
  return row ? storedUser(row) : null;
}

export function countUsers(db: Db, directory: string): Promise<number> {
  return totalOf(db, 'scim_user', directory);
}

/**
 * Gives the user a new document and the next version.
 *
 * @param user as it was read; null is returned when it has changed since
 * @throws StoreError `uniqueness` when another user of the directory has the userName in any case
 */
export async function updateUser(
  tx: Tx,
  user: StoredUser,
  doc: ScimUserInput,
  at: number,
): Promise<StoredUser | null> {
  if (foldCase(doc.userName) !== foldCase(user.userName)) await refuseTakenName(tx, user, doc.userName);
  refuseLongKeys(longestKeys(doc));
  const before = JSON.parse(user.doc) as ScimUserInput;
  const [row] = await updateRow(tx, {
    id: user.id,
    version: user.version,
    columns: {
      ...changedColumns(keyColumns(before), keyColumns(doc)),
      doc: JSON.stringify(doc),
      version: user.version + 1,
      modified_at: at,
    },
  });
  if (!row) return null;
  const emails = foldedEmails(doc);
  if (!jsonEqual(foldedEmails(before), emails)) await replaceEmails(tx, row, emails);
  return storedUser(row);
}

/** Those to write: one that is set, even to its old value, costs a write to each index that has it. */
function changedColumns(before: KeyColumns, after: KeyColumns): Partial<KeyColumns> {
  const names = Object.keys(after) as (keyof KeyColumns)[];
  return Object.fromEntries(
    names.filter((name) => after[name] !== before[name]).map((name) => [name, after[name]]),
  );
}

const updateRow = prepared(
  (db, { id, version, columns }: { id: string; version: number; columns: Updateable<UserTable> }) =>
    db
      .updateTable('scim_user')
      .set(columns)
      .where('id', '=', id)
      .where('version', '=', version)
      .returningAll(),
);

/**
 * Removes the user and his memberships. His links stay, marked: Connect still has him.
 *
 * @returns false when there was no such user
 */
export async function deleteUser(
  tx: Tx,
  user: Pick<StoredUser, 'id' | 'directory'>,
  at: number,
): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('scim_user')
    .where('id', '=', user.id)
    .where('directory', '=', user.directory)
    .returning(['seq', 'directory'])
    .executeTakeFirst();
  if (!deleted) return false;
  await countResource(tx, 'scim_user', deleted, -1);
  await tx.deleteFrom('group_member').where('member_id', '=', user.id).execute();
  await tx.updateTable('link').set({ scim_deleted_at: at }).where('user_id', '=', user.id).execute();
  return true;
}

export function storedUser(row: Selectable<UserTable>): StoredUser {
  return {
    seq: row.seq,
    id: row.id,
    directory: row.directory,
    userName: row.user_name,
    displayName: row.display_name,
    externalId: row.external_id,
    // RFC 7643 §4.1.1 leaves the default open; IdPs that omit it mean an account in use.
    active: row.active !== 0,
    doc: row.doc,
    version: row.version,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  };
}

function longestKeys(doc: ScimUserInput) {
  return {
    userName: doc.userName,
    externalId: doc.externalId,
    emails: doc.emails?.find(({ value }) => isLongKey(value))?.value,
  };
}

type KeyColumns = ReturnType<typeof keyColumns>;

/** The columns that repeat a part of the document, so that an index can serve it. */
function keyColumns(doc: ScimUserInput) {
  return {
    user_name: doc.userName,
    user_name_folded: foldCase(doc.userName),
    display_name: doc.displayName ?? null,
    external_id: doc.externalId ?? null,
    active: doc.active === undefined ? null : Number(doc.active),
  };
}

function foldedEmails(doc: ScimUserInput): readonly string[] {
  const values = (doc.emails ?? []).flatMap(({ value }) => (value === undefined ? [] : [foldCase(value)]));
  return [...new Set(values)];
}

async function insertEmails(tx: Tx, directory: string, id: string, folded: readonly string[]): Promise<void> {
  if (folded.length === 0) return;
  await insertEmailRows(
    tx,
    folded.map((value) => ({ user_id: id, directory, value_folded: value })),
  );
}

const insertEmailRows = prepared((db, rows: readonly Schema['user_email'][]) =>
  db
    .insertInto('user_email')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing()),
);

async function replaceEmails(
  tx: Tx,
  user: Pick<StoredUser, 'id' | 'directory'>,
  folded: readonly string[],
): Promise<void> {
  await deleteOtherEmails(tx, { id: user.id, folded });
  await insertEmails(tx, user.directory, user.id, folded);
}

const deleteOtherEmails = prepared(
  (db, { id, folded }: { readonly id: string; readonly folded: readonly string[] }) => {
    const emails = db.deleteFrom('user_email').where('user_id', '=', id);
    return folded.length === 0 ? emails : emails.where('value_folded', 'not in', folded);
  },
);

async function refuseTakenName(tx: Tx, user: StoredUser, userName: string): Promise<void> {
  const other = await userByUserName(tx, user.directory, userName);
  if (other && other.id !== user.id) throw await userNameTaken(tx, user.directory, userName, user.id);
}

async function userNameTaken(tx: Tx, directory: string, userName: string, id: string): Promise<StoreError> {
  const other = await userByUserName(tx, directory, userName);
  const otherId = other?.id ?? id;
  return new StoreError(
    'uniqueness',
    `The userName "${userName}" belongs to the user with id ${otherId}; case does not tell two apart. Use that user, or choose another userName.`,
    { otherId },
  );
}
