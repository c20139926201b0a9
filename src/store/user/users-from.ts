import { prepared } from '../engine/prepared.ts';
import { boundLimit } from '../filter/resource-count.ts';
import type { Db } from '../schema.ts';
import { type StoredUser, storedUser } from '../users.ts';

interface Page {
  readonly directory: string;
  /** `seq` of the last one of the page before; 0 for the first page. */
  readonly cursor: number;
  readonly limit: number;
}

/** Users of the directory in order of their creation. */
export async function usersFrom(db: Db, page: Page): Promise<readonly StoredUser[]> {
  return (await selectAfter(db, page)).map(storedUser);
}

const selectAfter = prepared((db, { directory, cursor, limit }: Page) =>
  db
    .selectFrom('scim_user')
    .selectAll()
    .where('directory', '=', directory)
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(boundLimit(limit)),
);
