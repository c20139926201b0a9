import type { Insertable } from 'kysely';
import type { JsonObject } from '../scim/resource.ts';
import { prepared } from './engine/prepared.ts';
import type { AuditTable, Db, Tx } from './schema.ts';

export interface AuditEntry {
  /** UTC milliseconds. */
  readonly at: number;
  readonly directory: string;
  /** `client:okta`, `operator:uid 1000`, `bridge`. */
  readonly actor: string;
  readonly action: string;
  readonly userId?: string | null;
  readonly groupId?: string | null;
  readonly instance?: string | null;
  readonly requestId?: string | null;
  readonly detail?: JsonObject;
}

export interface StoredAuditEntry extends Required<AuditEntry> {
  readonly seq: number;
}

export interface AuditQuery {
  readonly directory?: string | undefined;
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly action?: string | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
}

export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await insertRow(tx, {
    at: entry.at,
    directory: entry.directory,
    actor: entry.actor,
    action: entry.action,
    user_id: entry.userId ?? null,
    group_id: entry.groupId ?? null,
    instance: entry.instance ?? null,
    request_id: entry.requestId ?? null,
    detail: JSON.stringify(entry.detail ?? {}),
  });
}

const insertRow = prepared((db, row: Insertable<AuditTable>) => db.insertInto('audit').values(row));

/** Newest first. `nextCursor` is null on the last page. */
export async function listAudit(
  db: Db,
  query: AuditQuery,
): Promise<{ readonly items: readonly StoredAuditEntry[]; readonly nextCursor: number | null }> {
  const { directory, userId, groupId, action, cursor, limit } = query;
  let rows = db
    .selectFrom('audit')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  if (directory !== undefined) rows = rows.where('directory', '=', directory);
  if (userId !== undefined) rows = rows.where('user_id', '=', userId);
  if (groupId !== undefined) rows = rows.where('group_id', '=', groupId);
  if (action !== undefined) rows = rows.where('action', '=', action);
  if (cursor !== undefined) rows = rows.where('seq', '<', cursor);
  const found = await rows.execute();
  const items = found.slice(0, limit).map((row) => ({
    seq: row.seq,
    at: row.at,
    directory: row.directory,
    actor: row.actor,
    action: row.action,
    userId: row.user_id,
    groupId: row.group_id,
    instance: row.instance,
    requestId: row.request_id,
    detail: JSON.parse(row.detail) as JsonObject,
  }));
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.seq ?? null) : null };
}
