import { foldCase } from '../../scim/value/text.ts';
import { batchesToFind } from '../engine/batches.ts';
import { prepared } from '../engine/prepared.ts';
import { type Link, storedLink } from '../links.ts';
import type { Db } from '../schema.ts';

/** Of these SCIM users, in every instance, in no order. */
export async function linksOfUsers(db: Db, userIds: readonly string[]): Promise<readonly Link[]> {
  const links: Link[] = [];
  for (const batch of batchesToFind(userIds))
    links.push(...(await selectOfUsers(db, { userIds: batch })).map(storedLink));
  return links;
}

const selectOfUsers = prepared((db, { userIds }: { readonly userIds: readonly string[] }) =>
  db.selectFrom('link').selectAll().where('user_id', 'in', userIds),
);

/**
 * Links whose Connect username is one of these in any case, by the folded username, oldest first. Connect tells case
 * apart; people do not.
 */
export async function linksByUsernames(
  db: Db,
  instance: string,
  usernames: readonly string[],
): Promise<ReadonlyMap<string, readonly Link[]>> {
  const links = new Map<string, Link[]>();
  const folded = new Set(usernames.map(foldCase));
  for (const batch of batchesToFind([...folded]))
    for (const row of await selectByUsernames(db, { instance, folded: batch })) {
      const holders = links.get(row.username_folded!) ?? [];
      links.set(row.username_folded!, [...holders, storedLink(row)]);
    }
  return links;
}

interface Usernames {
  readonly instance: string;
  readonly folded: readonly string[];
}

const selectByUsernames = prepared((db, { instance, folded }: Usernames) =>
  db
    .selectFrom('link')
    .selectAll()
    .where('instance', '=', instance)
    .where('username_folded', 'in', folded)
    .orderBy('seq'),
);
