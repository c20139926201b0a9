import type { Db, Tx } from './schema.ts';

/** Ties a group name of the mapping file to the group it first matched, so that a rename keeps the rule's meaning. */
export async function pinGroup(
  tx: Tx,
  pin: { readonly directory: string; readonly name: string; readonly groupId: string },
): Promise<void> {
  await tx
    .insertInto('group_pin')
    .values({ directory: pin.directory, name: pin.name, group_id: pin.groupId })
    .onConflict((conflict) => conflict.columns(['directory', 'name']).doNothing())
    .execute();
}

/** Group ids by the name that the mapping file uses. */
export async function pinsOf(db: Db, directory: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('group_pin').selectAll().where('directory', '=', directory).execute();
  return new Map(rows.map((row) => [row.name, row.group_id]));
}

/** Frees the names of a group that was deleted. @returns them */
export async function releasePins(tx: Tx, groupId: string): Promise<readonly string[]> {
  const rows = await tx.deleteFrom('group_pin').where('group_id', '=', groupId).returning('name').execute();
  return rows.map(({ name }) => name);
}
