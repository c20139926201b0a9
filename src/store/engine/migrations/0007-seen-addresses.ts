import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Since when an address may have been edited that neither of the lists of a resync tells. */
export const seenAddresses: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('link').addColumn('addresses_seen_at', 'bigint').execute();
    await sql`update link set addresses_seen_at = seen_at`.execute(db);
  },
};
