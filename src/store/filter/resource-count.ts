import type { Insertable, SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { prepared } from '../engine/prepared.ts';
import type { Db, Schema, Tx } from '../schema.ts';

type Resource = 'scim_user' | 'scim_group';

/**
 * Numbers of creation (`seq`) to a block, whose resources are counted together. Fewer, and every page adds up more
 * blocks; more, and it skips more resources one by one. The migration that makes the table has the same number.
 */
const BLOCK = 2_000;

/** How many resources the directory has, without looking at them. */
export async function totalOf(db: Db, resource: Resource, directory: string): Promise<number> {
  return (await placeOf(db, { resource, directory, skipped: 0 })).total;
}

export interface Place {
  readonly total: number;
  /** The `seq` behind which to begin, and how many to leave out there. */
  readonly after: number;
  readonly skipped: number;
}

/** Where in order of creation so many resources of the directory are left out: near enough to skip the rest. */
export async function placeOf(
  db: Db,
  { resource, directory, skipped }: { resource: Resource; directory: string; skipped: number },
): Promise<Place> {
  let total = 0;
  let place = { after: 0, skipped };
  for (const row of await selectBlocks(db, { directory, resource })) {
    if (total <= skipped) place = { after: row.block * BLOCK - 1, skipped: skipped - total };
    total += row.total;
  }
  return { ...place, total };
}

const selectBlocks = prepared(
  (db, { directory, resource }: { readonly directory: string; readonly resource: Resource }) =>
    db
      .selectFrom('resource_block')
      .select(['block', 'total'])
      .where('directory', '=', directory)
      .where('resource', '=', resource)
      .orderBy('block'),
);

/** Resources of a directory that follow each other in order of creation. */
export interface Stretch {
  readonly directory: string;
  /** The `seq` behind which it is looked for; 0 is in front of all. */
  readonly after: number;
  /** Resources between `after` and the first one. */
  readonly skipped: number;
  readonly limit: number;
}

/**
 * A limit of a prepared statement: a sum, because SQLite plans a statement again, each time that it runs, for a limit
 * that is a parameter. That takes four times longer than a lookup.
 */
export function boundLimit(limit: number) {
  return sql<number>`${limit} + 0`;
}

/** The `seq` of its first resource. What is skipped is counted in the index alone. */
export function firstSeq<Table extends 'scim_user' | 'scim_group'>(
  from: SelectQueryBuilder<Schema, Table, object>,
  { directory, after, skipped }: Stretch,
) {
  const resources = from as SelectQueryBuilder<Schema, 'scim_user', object>;
  return resources
    .select('seq')
    .where('directory', '=', directory)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(sql.lit(1))
    .offset(skipped);
}

/** To be called in the transaction that makes a resource, or deletes one. @param by 1 or -1 */
export async function countResource(
  tx: Tx,
  resource: Resource,
  { directory, seq }: { readonly directory: string; readonly seq: number },
  by: 1 | -1,
): Promise<void> {
  await addToTotal(tx, { directory, resource, block: Math.floor(seq / BLOCK), total: by });
}

const addToTotal = prepared((db, row: Insertable<Schema['resource_block']>) =>
  db
    .insertInto('resource_block')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['directory', 'resource', 'block'])
        .doUpdateSet((eb) => ({ total: eb('resource_block.total', '+', eb.ref('excluded.total')) })),
    ),
);
