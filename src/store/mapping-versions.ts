import type { Selectable } from 'kysely';
import type { JsonObject } from '../scim/resource.ts';
import type { Db, MappingVersionTable, Tx } from './schema.ts';

/** proposed → held | active | refused → superseded. At most one is active per directory. */
type MappingState = 'proposed' | 'held' | 'active' | 'refused' | 'superseded';

export interface MappingVersion {
  /** The number by which people name it. */
  readonly seq: number;
  readonly directory: string;
  /** Of what the files in `text` say, whatever they are called. */
  readonly hash: string;
  readonly text: string;
  readonly state: MappingState;
  /** UTC milliseconds, as are all times. */
  readonly proposedAt: number;
  readonly activatedAt: number | null;
  /** What it would change, per instance. */
  readonly summary: JsonObject | null;
  /** Why it was refused. */
  readonly error: string | null;
  /** Who proposed it, as an actor of the audit; null for a file, which does not say who wrote it. */
  readonly author: string | null;
}

export async function proposeMapping(
  tx: Tx,
  proposal: Pick<MappingVersion, 'directory' | 'hash' | 'text' | 'author'> & { readonly at: number },
): Promise<MappingVersion> {
  const { directory, hash, text, author, at } = proposal;
  const row = await tx
    .insertInto('mapping_version')
    .values({
      directory,
      hash,
      text,
      state: 'proposed',
      proposed_at: at,
      activated_at: null,
      summary: null,
      error: null,
      author,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return mappingVersion(row);
}

/**
 * Makes it the directory's active mapping; the one before, and any that still waits, is superseded.
 *
 * @param activation.summary left out, the one stays with which it was held
 */
export async function activateMapping(
  tx: Tx,
  version: Pick<MappingVersion, 'seq' | 'directory'>,
  activation: { readonly at: number; readonly summary?: JsonObject },
): Promise<void> {
  await tx
    .updateTable('mapping_version')
    .set({ state: 'superseded' })
    .where('directory', '=', version.directory)
    .where('state', 'in', ['active', 'held', 'proposed'])
    .where('seq', '!=', version.seq)
    .execute();
  const { at, summary } = activation;
  await set(tx, version.seq, {
    state: 'active',
    activated_at: at,
    ...(summary && { summary: JSON.stringify(summary) }),
  });
}

/** It is valid, and waits for approval of what it would change. */
export async function holdMapping(tx: Tx, seq: number, summary: JsonObject): Promise<void> {
  await set(tx, seq, { state: 'held', summary: JSON.stringify(summary) });
}

export async function refuseMapping(tx: Tx, seq: number, error: string): Promise<void> {
  await set(tx, seq, { state: 'refused', error });
}

/** Somebody puts forward what a file said before him: its author was not known. A known one stays. */
export async function nameMappingAuthor(tx: Tx, seq: number, author: string): Promise<void> {
  await tx
    .updateTable('mapping_version')
    .set({ author })
    .where('seq', '=', seq)
    .where('author', 'is', null)
    .execute();
}

/** A newer proposal took its place before it was ever active. */
export async function supersedeMapping(tx: Tx, seq: number): Promise<void> {
  await set(tx, seq, { state: 'superseded' });
}

export async function activeMapping(db: Db, directory: string): Promise<MappingVersion | null> {
  const row = await db
    .selectFrom('mapping_version')
    .selectAll()
    .where('directory', '=', directory)
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row ? mappingVersion(row) : null;
}

/** The last one proposed, whatever became of it: a file with its hash is not proposed again. */
export async function latestMapping(db: Db, directory: string): Promise<MappingVersion | null> {
  const [latest] = await listMappings(db, directory, 1);
  return latest ?? null;
}

export async function mappingBySeq(db: Db, directory: string, seq: number): Promise<MappingVersion | null> {
  const row = await db
    .selectFrom('mapping_version')
    .selectAll()
    .where('seq', '=', seq)
    .where('directory', '=', directory)
    .executeTakeFirst();
  return row ? mappingVersion(row) : null;
}

/** Newest first. */
export async function listMappings(
  db: Db,
  directory: string,
  limit: number,
): Promise<readonly MappingVersion[]> {
  const rows = await db
    .selectFrom('mapping_version')
    .selectAll()
    .where('directory', '=', directory)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(mappingVersion);
}

async function set(tx: Tx, seq: number, columns: Partial<Selectable<MappingVersionTable>>): Promise<void> {
  await tx.updateTable('mapping_version').set(columns).where('seq', '=', seq).execute();
}

function mappingVersion(row: Selectable<MappingVersionTable>): MappingVersion {
  return {
    seq: row.seq,
    directory: row.directory,
    hash: row.hash,
    text: row.text,
    state: row.state as MappingState,
    proposedAt: row.proposed_at,
    activatedAt: row.activated_at,
    summary: row.summary === null ? null : (JSON.parse(row.summary) as JsonObject),
    error: row.error,
    author: row.author,
  };
}
