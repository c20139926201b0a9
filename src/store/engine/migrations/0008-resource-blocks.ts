import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Counts by stretches of `seq`, so that a page far from the beginning is found without counting up to it. */
export const resourceBlocks: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('resource_block')
      .addColumn('directory', 'text', (column) => column.notNull())
      .addColumn('resource', 'text', (column) => column.notNull())
      .addColumn('block', 'bigint', (column) => column.notNull())
      .addColumn('total', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('resource_block_pk', ['directory', 'resource', 'block'])
      .execute();
    await sql`insert into resource_block select directory, 'scim_user', seq / 2000, count(*) from scim_user group by directory, seq / 2000`.execute(
      db,
    );
    await sql`insert into resource_block select directory, 'scim_group', seq / 2000, count(*) from scim_group where deleted_at is null group by directory, seq / 2000`.execute(
      db,
    );
    await db.schema.dropTable('resource_count').execute();
  },
};
