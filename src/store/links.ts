import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { ConnectUserId, LastApplied, Lifecycle, QuickConnect, UserFields } from '../connect/user.ts';
import type { LinkedUser, ParkReason, RetiringUser, SyncState } from '../plan/plan.ts';
import { foldCase } from '../scim/value/text.ts';
import { prepared } from './engine/prepared.ts';
import type { Db, LinkTable, Tx } from './schema.ts';
import { enqueueEach, WAITS_FOR_DATE } from './work-items.ts';

/** A SCIM user's place in an instance, from the first plan on. It outlives the SCIM user. */
export interface Link {
  /** SCIM id. */
  readonly userId: string;
  readonly instance: string;
  readonly directory: string;
  /** The SCIM userName, for messages after the SCIM user was deleted. */
  readonly userName: string;
  /** Null while Connect has, and had, no user of ours. */
  readonly linked: LinkedUser | null;
  /** Username of a CreateUser that was begun and whose outcome is not known. */
  readonly creating: string | null;
  readonly sync: SyncState;
  /** While parked. */
  readonly reason: ParkReason | null;
  /** UTC milliseconds; null while the SCIM user exists. */
  readonly scimDeletedAt: number | null;
  readonly syncedAt: number | null;
}

export interface LinkQuery {
  readonly directory?: string | undefined;
  readonly instance?: string | undefined;
  /** Part of the SCIM userName, in any case. */
  readonly q?: string | undefined;
  readonly lifecycle?: string | undefined;
  readonly sync?: string | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
}

export interface LinkCount {
  readonly instance: string;
  readonly lifecycle: Lifecycle;
  readonly sync: SyncState;
  readonly users: number;
}

export async function linkOf(db: Db, userId: string, instance: string): Promise<Link | null> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('user_id', '=', userId)
    .where('instance', '=', instance)
    .executeTakeFirst();
  return row ? storedLink(row) : null;
}

/** The user's links in order of their making, one per instance. */
export async function linksOfUser(db: Db, userId: string): Promise<readonly Link[]> {
  const rows = await db.selectFrom('link').selectAll().where('user_id', '=', userId).orderBy('seq').execute();
  return rows.map(storedLink);
}

export async function linkByConnectUserId(
  db: Db,
  instance: string,
  connectUserId: ConnectUserId,
): Promise<Link | null> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('instance', '=', instance)
    .where('connect_user_id', '=', connectUserId)
    .executeTakeFirst();
  return row ? storedLink(row) : null;
}

/** The link of a user whom the IdP deleted, by SCIM id or by his last userName in any case. */
export async function linkOfFormerUser(
  db: Db,
  directory: string,
  idOrUserName: string,
): Promise<Link | null> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('directory', '=', directory)
    .where('scim_deleted_at', 'is not', null)
    .where((eb) =>
      eb.or([eb('user_id', '=', idOrUserName), eb('user_name_folded', '=', foldCase(idOrUserName))]),
    )
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? storedLink(row) : null;
}

/** Links whose Connect username is this one in any case. Connect tells case apart; people do not. */
export async function linksByUsernameFolded(
  db: Db,
  instance: string,
  username: string,
): Promise<readonly Link[]> {
  return (await selectByUsername(db, { instance, folded: foldCase(username) })).map(storedLink);
}

const selectByUsername = prepared(
  (db, { instance, folded }: { readonly instance: string; readonly folded: string }) =>
    db
      .selectFrom('link')
      .selectAll()
      .where('instance', '=', instance)
      .where('username_folded', '=', folded)
      .orderBy('seq'),
);

/** Oldest first. `nextCursor` is null on the last page. */
export async function listLinks(
  db: Db,
  query: LinkQuery,
): Promise<{ readonly items: readonly Link[]; readonly nextCursor: number | null }> {
  const { directory, instance, q, lifecycle, sync, cursor, limit } = query;
  let rows = db
    .selectFrom('link')
    .selectAll()
    .orderBy('seq')
    .limit(limit + 1);
  if (directory !== undefined) rows = rows.where('directory', '=', directory);
  if (instance !== undefined) rows = rows.where('instance', '=', instance);
  if (q !== undefined) rows = rows.where('user_name_folded', 'like', sql<string>`${like(q)} escape '\\'`);
  if (lifecycle !== undefined) rows = rows.where('lifecycle', '=', lifecycle);
  if (sync !== undefined) rows = rows.where('sync', '=', sync);
  if (cursor !== undefined) rows = rows.where('seq', '>', cursor);
  const found = await rows.execute();
  const page = found.slice(0, limit);
  return {
    items: page.map(storedLink),
    nextCursor: found.length > limit ? (page.at(-1)?.seq ?? null) : null,
  };
}

/** Users by where they stand; one for whom work is waiting is not synced, whatever he was. */
export async function countLinks(db: Db): Promise<readonly LinkCount[]> {
  const sync = sql<SyncState>`case when link.sync = 'synced' and work_item.user_id is not null then 'pending' else link.sync end`;
  const rows = await db
    .selectFrom('link')
    .leftJoin('work_item', (join) =>
      join
        .onRef('work_item.user_id', '=', 'link.user_id')
        .onRef('work_item.instance', '=', 'link.instance')
        .on(sql`coalesce(work_item.last_error, '')`, '!=', WAITS_FOR_DATE),
    )
    .select(['link.instance', 'link.lifecycle', sync.as('sync')])
    .select((eb) => eb.fn.countAll().as('users'))
    .groupBy(['link.instance', 'link.lifecycle', sync])
    .orderBy('link.instance')
    .orderBy('link.lifecycle')
    .orderBy(sync)
    .execute();
  return rows.map((row) => ({
    instance: row.instance,
    lifecycle: row.lifecycle as Lifecycle,
    sync: row.sync,
    users: Number(row.users),
  }));
}

/** Users of ours who can work in the instance, or in it with one routing profile. */
export async function activeCount(db: Db, instance: string, routingProfileId?: string): Promise<number> {
  let links = db
    .selectFrom('link')
    .select(sql<number | string>`count(*)`.as('users'))
    .where('instance', '=', instance)
    .where('lifecycle', '=', 'active');
  if (routingProfileId !== undefined) links = links.where('routing_profile_id', '=', routingProfileId);
  return Number((await links.executeTakeFirstOrThrow()).users);
}

export async function upsertLink(tx: Tx, link: Link): Promise<void> {
  const { user_id, instance, ...changing } = columnsOf(link);
  await tx
    .insertInto('link')
    .values({ user_id, instance, ...changing })
    .onConflict((conflict) => conflict.columns(['user_id', 'instance']).doUpdateSet(changing))
    .execute();
}

/** A Connect user whose name somebody else can have from now on. */
export interface FreedUsername {
  /** SCIM id of whose it was. */
  readonly userId: string;
  readonly instance: string;
  readonly username: string;
}

/** Queues the users of the instance who are parked until the username is free, in any case. */
export async function enqueueUsername(tx: Tx, freed: FreedUsername, at: number): Promise<void> {
  const { userId, instance, username } = freed;
  const waiting = await tx
    .selectFrom('link')
    .select(['user_id as userId', 'instance', 'directory'])
    .where('instance', '=', instance)
    .where('waits_for_folded', 'in', [foldCase(username), UNKNOWN_USERNAME])
    .where('user_id', '!=', userId)
    .execute();
  await enqueueEach(
    tx,
    waiting.map((user) => ({ ...user, lane: 'joiner' as const, dueAt: at, receivedAt: at })),
  );
}

/** Of users who were parked before it was stored for which username they wait: the migration set it. */
const UNKNOWN_USERNAME = '';

function like(part: string): string {
  return `%${foldCase(part).replaceAll(/[\\%_]/g, '\\$&')}%`;
}

function columnsOf(link: Link) {
  const { linked } = link;
  return {
    user_id: link.userId,
    instance: link.instance,
    directory: link.directory,
    user_name: link.userName,
    user_name_folded: foldCase(link.userName),
    connect_user_id: linked?.userId ?? null,
    username: linked?.username ?? null,
    username_folded: linked ? foldCase(linked.username) : null,
    lifecycle: linked?.lifecycle ?? 'absent',
    sync: link.sync,
    reason: nullableJson(link.reason),
    waits_for_folded: link.reason?.waitsFor === undefined ? null : foldCase(link.reason.waitsFor),
    last_applied: JSON.stringify(linked?.lastApplied ?? {}),
    actual: JSON.stringify(linked?.actual ?? {}),
    snapshot: nullableJson(linked?.snapshot ?? null),
    agent_status_id: linked?.agentStatusId ?? null,
    creating: link.creating,
    retiring: nullableJson(linked?.retiring ?? null),
    tags: nullableJson(linked?.tags ?? null),
    proficiencies: nullableJson(linked?.proficiencies ?? null),
    quick_connects: nullableJson(linked?.quickConnects ?? null),
    scim_deleted_at: link.scimDeletedAt,
    synced_at: link.syncedAt,
    routing_profile_id: linked?.actual.routingProfileId ?? null,
  };
}

export function storedLink(row: Selectable<LinkTable>): Link {
  return {
    userId: row.user_id,
    instance: row.instance,
    directory: row.directory,
    userName: row.user_name,
    linked: linkedUser(row),
    creating: row.creating,
    sync: row.sync as SyncState,
    reason: parsed(row.reason) as ParkReason | null,
    scimDeletedAt: row.scim_deleted_at,
    syncedAt: row.synced_at,
  };
}

function linkedUser(row: Selectable<LinkTable>): LinkedUser | null {
  if (row.connect_user_id === null || row.username === null) return null;
  return {
    userId: row.connect_user_id as ConnectUserId,
    username: row.username,
    lifecycle: row.lifecycle as LinkedUser['lifecycle'],
    lastApplied: JSON.parse(row.last_applied) as LastApplied,
    actual: JSON.parse(row.actual) as Partial<UserFields>,
    snapshot: parsed(row.snapshot) as Partial<UserFields> | null,
    agentStatusId: row.agent_status_id,
    retiring: parsed(row.retiring) as RetiringUser | null,
    tags: (parsed(row.tags) as LinkedUser['tags'] | null) ?? { applied: {}, actual: {} },
    proficiencies: (parsed(row.proficiencies) as LinkedUser['proficiencies'] | null) ?? NO_PROFICIENCIES,
    ...(row.quick_connects !== null && {
      quickConnects: JSON.parse(row.quick_connects) as readonly QuickConnect[],
    }),
  };
}

const NO_PROFICIENCIES: LinkedUser['proficiencies'] = { applied: [], actual: [] };

function nullableJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
