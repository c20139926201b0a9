import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** By which a resync knows what was changed in Connect since the bridge last looked. */
export const resync: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('link').addColumn('seen_at', 'bigint').execute();
  },
};
