import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** At whose bucket planned work waits first. */
export const operations: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('work_item').addColumn('operation', 'text').execute();
  },
};
