import type { Selectable, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { engineOf } from '../engine/engine-of.ts';
import { prepared } from '../engine/prepared.ts';
import type { Store } from '../engine/store.ts';
import { isLookup, lookupOf, usersMatching } from '../filter/matching.ts';
import type { ListQuery, Page } from '../filter/page.ts';
import { pageOf } from '../filter/page.ts';
import { userScopes } from '../filter/resource-scope.ts';
import type { Stretch } from '../filter/resource-count.ts';
import { boundLimit, firstSeq } from '../filter/resource-count.ts';
import { groupsOfUsers } from '../groups.ts';
import type { Db, Schema, UserTable } from '../schema.ts';

/** What a reply needs of a user. */
export interface ListedUser {
  readonly id: string;
  /** JSON text of a ScimUserInput. */
  readonly doc: string;
  readonly version: number;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** In order of the groups' creation. */
  readonly groups: readonly ListedGroup[];
}

interface ListedGroup {
  readonly id: string;
  readonly displayName: string;
}

export async function listedUser(db: Db, directory: string, id: string): Promise<ListedUser | null> {
  const [row] = await selectById(db, { id, directory });
  return row ? listed(row) : null;
}

const selectById = prepared((db, { id, directory }: { readonly id: string; readonly directory: string }) =>
  selectListed(db).where('scim_user.id', '=', id).where('scim_user.directory', '=', directory),
);

/**
 * A page of the directory's users, in a stable order.
 *
 * @throws ScimError 400 invalidFilter for an attribute that is not stored, 400 invalidCursor; StoreError `timeLimit`
 */
export async function findUsers(
  { read, scan }: Pick<Store, 'read' | 'scan'>,
  directory: string,
  query: ListQuery,
): Promise<Page<ListedUser>> {
  const lookedUp = await lookUpUsers(read, directory, query);
  if (lookedUp) return { rows: lookedUp.map(listed), totalResults: lookedUp.length, next: null };
  const { filter, sortBy } = query;
  const db = (filter ? isLookup(filter, 'User') : !sortBy) ? read : scan;
  const scope = userScopes[engineOf(db)];
  const found = db
    .selectFrom('scim_user')
    .select(LISTED)
    .where(usersMatching(directory, filter, scope));
  const list = { db, table: 'scim_user', directory, found, query, scope, stretch: selectStretch } as const;
  const page = await pageOf<Row>(list);
  return { ...page, rows: await withGroups(read, directory, page.rows) };
}

const LISTED = [
  'scim_user.seq',
  'scim_user.id',
  'scim_user.doc',
  'scim_user.version',
  'scim_user.created_at',
  'scim_user.modified_at',
] as const;

interface Row
  extends Pick<Selectable<UserTable>, 'seq' | 'id' | 'doc' | 'version' | 'created_at' | 'modified_at'> {
  /** JSON of ids and names; null is none. Left out where they are read later, of the rows of the page alone. */
  readonly groups?: string | null;
}

/** With the groups in the same statement, which for a single user is most of the time it takes. */
function selectListed(db: Db): SelectQueryBuilder<Schema, 'scim_user', Row> {
  const groups = engineOf(db) === 'postgres' ? POSTGRES_GROUPS : SQLITE_GROUPS;
  return db.selectFrom('scim_user').select([...LISTED, groups.as('groups')]);
}

const MEMBERSHIPS = sql`from group_member join scim_group on scim_group.id = group_member.group_id
  where group_member.member_id = scim_user.id and scim_group.directory = scim_user.directory and scim_group.deleted_at is null`;

// Aggregating nothing takes SQLite longer than finding that there is nothing.
const SQLITE_GROUPS = sql<
  string | null
>`case when exists (select 1 from group_member where member_id = scim_user.id) then
  (select json_group_array(json_array(scim_group.id, scim_group.display_name) order by scim_group.seq) ${MEMBERSHIPS}) end`;

const POSTGRES_GROUPS = sql<string | null>`
  (select json_agg(json_build_array(scim_group.id, scim_group.display_name) order by scim_group.seq)::text ${MEMBERSHIPS})`;

function listed(row: Row): ListedUser {
  const groups = row.groups ? (JSON.parse(row.groups) as readonly [string, string][]) : [];
  return {
    id: row.id,
    doc: row.doc,
    version: row.version,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    groups: groups.map(([id, displayName]) => ({ id, displayName })),
  };
}

async function withGroups(db: Db, directory: string, rows: readonly Row[]): Promise<readonly ListedUser[]> {
  if (rows[0]?.groups !== undefined) return rows.map(listed);
  const groups = await groupsOfUsers(
    db,
    directory,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...listed(row), groups: groups.get(row.id) ?? [] }));
}

const selectStretch = prepared((db, stretch: Stretch) =>
  selectListed(db)
    .where('scim_user.directory', '=', stretch.directory)
    .where('scim_user.seq', '>=', firstSeq(db.selectFrom('scim_user'), stretch))
    .orderBy('scim_user.seq')
    .limit(boundLimit(stretch.limit)),
);

/** Null when no lookup serves the query, or when it finds more than a page. */
async function lookUpUsers(db: Db, directory: string, query: ListQuery): Promise<readonly Row[] | null> {
  const lookup = lookupOf(query);
  const select = lookup && LOOKUPS[lookup.attribute];
  if (!select) return null;
  const rows = await select(db, { directory, value: lookup.value, limit: query.count });
  return rows.length < query.count ? rows : null;
}

interface LookupValues {
  readonly directory: string;
  readonly value: string;
  readonly limit: number;
}

const LOOKUPS: Readonly<Record<string, ReturnType<typeof prepared<LookupValues, Row>>>> = {
  userName: lookup('user_name_folded'),
  externalId: lookup('external_id'),
  // Starting from the e-mail: a subquery would let SQLite, which has no statistics, walk the whole directory.
  'emails.value': prepared((db, { directory, value, limit }) =>
    selectListed(db)
      .innerJoin('user_email', 'user_email.user_id', 'scim_user.id')
      .where('user_email.directory', '=', directory)
      .where('user_email.value_folded', '=', value)
      .orderBy('scim_user.seq')
      .limit(boundLimit(limit)),
  ),
};

function lookup(column: 'user_name_folded' | 'external_id') {
  return prepared((db, { directory, value, limit }: LookupValues) =>
    selectListed(db)
      .where('scim_user.directory', '=', directory)
      .where(`scim_user.${column}`, '=', value)
      .orderBy('scim_user.seq')
      .limit(boundLimit(limit)),
  );
}
