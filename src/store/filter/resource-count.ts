import type { Db, Tx } from '../schema.ts';

type Resource = 'scim_user' | 'scim_group';

/** How many resources the directory has, without looking at them. */
export async function totalOf(db: Db, resource: Resource, directory: string): Promise<number> {
  const row = await db
    .selectFrom('resource_count')
    .select('total')
    .where('directory', '=', directory)
    .where('resource', '=', resource)
    .executeTakeFirst();
  return row?.total ?? 0;
}

/** To be called in the transaction that makes a resource, or deletes one. @param by 1 or -1 */
export async function countResource(
  tx: Tx,
  resource: Resource,
  directory: string,
  by: 1 | -1,
): Promise<void> {
  await tx
    .insertInto('resource_count')
    .values({ directory, resource, total: by })
    .onConflict((conflict) =>
      conflict
        .columns(['directory', 'resource'])
        .doUpdateSet((eb) => ({ total: eb('resource_count.total', '+', by) })),
    )
    .execute();
}
