import type { Insertable } from 'kysely';
import { prepared } from '../engine/prepared.ts';
import type { Db, Schema, Tx } from '../schema.ts';

type Resource = 'scim_user' | 'scim_group';

/** How many resources the directory has, without looking at them. */
export async function totalOf(db: Db, resource: Resource, directory: string): Promise<number> {
  const [row] = await selectTotal(db, { resource, directory });
  return row?.total ?? 0;
}

const selectTotal = prepared(
  (db, { resource, directory }: { readonly resource: Resource; readonly directory: string }) =>
    db
      .selectFrom('resource_count')
      .select('total')
      .where('directory', '=', directory)
      .where('resource', '=', resource),
);

/** To be called in the transaction that makes a resource, or deletes one. @param by 1 or -1 */
export async function countResource(
  tx: Tx,
  resource: Resource,
  directory: string,
  by: 1 | -1,
): Promise<void> {
  await addToTotal(tx, { directory, resource, total: by });
}

const addToTotal = prepared((db, row: Insertable<Schema['resource_count']>) =>
  db
    .insertInto('resource_count')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['directory', 'resource'])
        .doUpdateSet((eb) => ({ total: eb('resource_count.total', '+', eb.ref('excluded.total')) })),
    ),
);
