import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How long a leaver's access took to end, and what becomes of him when he stays away. */
export const leavers: Migration = {
  async up(db: Kysely<unknown>) {
    const link = () => db.schema.alterTable('link');
    await link().addColumn('quick_connects', 'text').execute();
    await link().addColumn('suspended_at', 'bigint').execute();
    await link().addColumn('expired', 'integer').execute();
    await db.schema
      .createTable('leaver')
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('instance', 'text', (column) => column.notNull())
      .addColumn('directory', 'text', (column) => column.notNull())
      .addColumn('user_name', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addColumn('held_at', 'bigint')
      .addColumn('approved_at', 'bigint')
      .addColumn('removed_at', 'bigint')
      .addPrimaryKeyConstraint('leaver_pk', ['user_id', 'instance'])
      .execute();
    await db.schema.createIndex('leaver_by_removed_at').on('leaver').column('removed_at').execute();
  },
};
