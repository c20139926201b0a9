import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Counts that lists would have to take again for every page, and what several processes agree on. */
export const sharedDatabase: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('resource_count')
      .addColumn('directory', 'text', (column) => column.notNull())
      .addColumn('resource', 'text', (column) => column.notNull())
      .addColumn('total', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('resource_count_pk', ['directory', 'resource'])
      .execute();
    await sql`insert into resource_count select directory, 'scim_user', count(*) from scim_user group by directory`.execute(
      db,
    );
    await sql`insert into resource_count select directory, 'scim_group', count(*) from scim_group where deleted_at is null group by directory`.execute(
      db,
    );
    await db.schema
      .createTable('owner')
      .addColumn('scope', 'text', (column) => column.primaryKey())
      .addColumn('holder', 'text', (column) => column.notNull())
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
