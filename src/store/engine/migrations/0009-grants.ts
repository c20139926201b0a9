import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { engineOf } from '../engine-of.ts';

/** What the guard counts by routing profile, who wrote a mapping, and the sensitive grants that people approved. */
export const grants: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('link').addColumn('routing_profile_id', 'text').execute();
    const actual =
      engineOf(db) === 'postgres'
        ? sql`actual::jsonb ->> 'routingProfileId'`
        : sql`actual ->> '$.routingProfileId'`;
    await sql`update link set routing_profile_id = ${actual}`.execute(db);
    await db.schema
      .createIndex('link_by_instance_lifecycle_routing_profile_id')
      .on('link')
      .columns(['instance', 'lifecycle', 'routing_profile_id'])
      .execute();
    await db.schema.alterTable('guard_effect').addColumn('routing_profile_id', 'text').execute();
    await db.schema.alterTable('mapping_version').addColumn('author', 'text').execute();
    await db.schema
      .createTable('approved_grant')
      .addColumn('directory', 'text', (column) => column.notNull())
      .addColumn('instance', 'text', (column) => column.notNull())
      .addColumn('security_profile_id', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('cause', 'text', (column) => column.notNull())
      .addColumn('approved_by', 'text', (column) => column.notNull())
      .addColumn('approved_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('approved_grant_pk', [
        'source',
        'directory',
        'instance',
        'security_profile_id',
      ])
      .execute();
  },
};
