import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { engineOf } from '../engine-of.ts';
import { sql } from 'kysely';

/** Whom renames left suspended in Connect, until they are deleted too. */
export const replacedUsers: Migration = {
  async up(db: Kysely<unknown>) {
    const text = engineOf(db) === 'postgres' ? sql`text collate "C"` : sql`text`;
    await db.schema
      .createTable('replaced_user')
      .addColumn('instance', text, (column) => column.notNull())
      .addColumn('connect_user_id', text, (column) => column.notNull())
      .addColumn('user_id', text, (column) => column.notNull())
      .addColumn('directory', text, (column) => column.notNull())
      .addColumn('username', text, (column) => column.notNull())
      .addColumn('suspended_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('replaced_user_key', ['instance', 'connect_user_id'])
      .execute();
  },
};
