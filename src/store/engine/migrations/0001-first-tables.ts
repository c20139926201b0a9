import type { CreateTableBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { engineOf } from '../engine-of.ts';
import { createPostgresFunctions } from '../postgres/functions.ts';

type Ddl = Kysely<unknown>;

export const firstTables: Migration = {
  async up(db: Ddl) {
    if (engineOf(db) === 'postgres') await createPostgresFunctions(db);
    await createUsers(db);
    await createGroups(db);
    await createLinks(db);
    await createWork(db);
    await createMappingVersions(db);
    await createAudit(db);
    await db.schema
      .createTable('meta')
      .addColumn('key', text(db), (column) => column.primaryKey())
      .addColumn('value', text(db), (column) => column.notNull())
      .execute();
  },
};

/** Ordered by code point on both, which is what SQLite does and PostgreSQL does when told to. */
function text(db: Ddl) {
  return engineOf(db) === 'postgres' ? sql`text collate "C"` : sql`text`;
}

/** Never reused, so a cursor into the table stays right when its row is deleted. */
function tableWithSeq(db: Ddl, name: string): CreateTableBuilder<string, 'seq'> {
  const table = db.schema.createTable(name);
  return engineOf(db) === 'postgres'
    ? table.addColumn('seq', 'bigserial', (column) => column.primaryKey())
    : table.addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement());
}

async function createUsers(db: Ddl): Promise<void> {
  await tableWithSeq(db, 'scim_user')
    .addColumn('id', text(db), (column) => column.notNull().unique())
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('user_name', text(db), (column) => column.notNull())
    .addColumn('user_name_folded', text(db), (column) => column.notNull())
    .addColumn('display_name', text(db))
    .addColumn('external_id', text(db))
    .addColumn('active', 'integer')
    .addColumn('doc', text(db), (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('modified_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('scim_user_name', ['directory', 'user_name_folded'])
    .execute();
  await index(db, 'scim_user', ['directory', 'seq']);
  await index(db, 'scim_user', ['directory', 'external_id']);
  await index(db, 'scim_user', ['directory', 'active', 'seq']);
  await index(db, 'scim_user', ['directory', 'modified_at']);
  await index(db, 'scim_user', ['directory', 'created_at']);
  await db.schema
    .createTable('user_email')
    .addColumn('user_id', text(db), (column) =>
      column.notNull().references('scim_user.id').onDelete('cascade'),
    )
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('value_folded', text(db), (column) => column.notNull())
    .addPrimaryKeyConstraint('user_email_pk', ['user_id', 'value_folded'])
    .execute();
  await index(db, 'user_email', ['directory', 'value_folded']);
}

async function createGroups(db: Ddl): Promise<void> {
  await tableWithSeq(db, 'scim_group')
    .addColumn('id', text(db), (column) => column.notNull().unique())
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('display_name', text(db), (column) => column.notNull())
    .addColumn('display_name_folded', text(db), (column) => column.notNull())
    .addColumn('external_id', text(db))
    .addColumn('doc', text(db), (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('modified_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await sql`create unique index scim_group_name on scim_group (directory, display_name_folded) where deleted_at is null`.execute(
    db,
  );
  await index(db, 'scim_group', ['directory', 'seq']);
  await index(db, 'scim_group', ['directory', 'external_id']);
  await tableWithSeq(db, 'group_member')
    .addColumn('group_id', text(db), (column) => column.notNull().references('scim_group.id'))
    .addColumn('member_id', text(db), (column) => column.notNull())
    .addColumn('display', text(db))
    .addColumn('type', text(db))
    .addUniqueConstraint('group_member_once', ['group_id', 'member_id'])
    .execute();
  await index(db, 'group_member', ['group_id', 'seq']);
  await index(db, 'group_member', ['member_id', 'group_id']);
  await db.schema
    .createTable('group_pin')
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('name', text(db), (column) => column.notNull())
    .addColumn('group_id', text(db), (column) => column.notNull())
    .addPrimaryKeyConstraint('group_pin_pk', ['directory', 'name'])
    .execute();
  await index(db, 'group_pin', ['group_id']);
}

async function createLinks(db: Ddl): Promise<void> {
  await tableWithSeq(db, 'link')
    .addColumn('user_id', text(db), (column) => column.notNull())
    .addColumn('instance', text(db), (column) => column.notNull())
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('user_name', text(db), (column) => column.notNull())
    .addColumn('user_name_folded', text(db), (column) => column.notNull())
    .addColumn('connect_user_id', text(db))
    .addColumn('username', text(db))
    .addColumn('username_folded', text(db))
    .addColumn('lifecycle', text(db), (column) => column.notNull())
    .addColumn('sync', text(db), (column) => column.notNull())
    .addColumn('reason', text(db))
    .addColumn('last_applied', text(db), (column) => column.notNull())
    .addColumn('actual', text(db), (column) => column.notNull())
    .addColumn('snapshot', text(db))
    .addColumn('agent_status_id', text(db))
    .addColumn('creating', text(db))
    .addColumn('retiring', text(db))
    .addColumn('scim_deleted_at', 'bigint')
    .addColumn('synced_at', 'bigint')
    .addUniqueConstraint('link_once', ['user_id', 'instance'])
    .execute();
  await index(db, 'link', ['instance', 'connect_user_id']);
  await index(db, 'link', ['instance', 'username_folded']);
  await index(db, 'link', ['instance', 'lifecycle', 'sync', 'seq']);
  await index(db, 'link', ['sync', 'seq']);
  await index(db, 'link', ['directory', 'seq']);
  await index(db, 'link', ['directory', 'user_name_folded']);
}

async function createWork(db: Ddl): Promise<void> {
  await db.schema
    .createTable('work_item')
    .addColumn('user_id', text(db), (column) => column.notNull())
    .addColumn('instance', text(db), (column) => column.notNull())
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('stage', text(db), (column) => column.notNull())
    .addColumn('lane', text(db), (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('last_error', text(db))
    .addPrimaryKeyConstraint('work_item_pk', ['user_id', 'instance'])
    .execute();
  await index(db, 'work_item', ['stage', 'lane', 'due_at']);
  await index(db, 'work_item', ['due_at']);
  await index(db, 'work_item', ['lease_until']);
  await tableWithSeq(db, 'fan_out')
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('group_id', text(db))
    .addColumn('phase', text(db), (column) => column.notNull())
    .addColumn('cursor', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('guard_effect')
    .addColumn('user_id', text(db), (column) => column.notNull())
    .addColumn('instance', text(db), (column) => column.notNull())
    .addColumn('effect', text(db), (column) => column.notNull())
    .addColumn('state', text(db), (column) => column.notNull())
    .addColumn('batch', text(db))
    .addColumn('cause', text(db), (column) => column.notNull())
    .addColumn('counted_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('guard_effect_pk', ['user_id', 'instance', 'effect'])
    .execute();
  await index(db, 'guard_effect', ['instance', 'effect', 'state', 'counted_at']);
  await index(db, 'guard_effect', ['batch']);
}

async function createMappingVersions(db: Ddl): Promise<void> {
  await tableWithSeq(db, 'mapping_version')
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('hash', text(db), (column) => column.notNull())
    .addColumn('text', text(db), (column) => column.notNull())
    .addColumn('state', text(db), (column) => column.notNull())
    .addColumn('proposed_at', 'bigint', (column) => column.notNull())
    .addColumn('activated_at', 'bigint')
    .addColumn('summary', text(db))
    .addColumn('error', text(db))
    .execute();
  await index(db, 'mapping_version', ['directory', 'state']);
}

async function createAudit(db: Ddl): Promise<void> {
  await tableWithSeq(db, 'audit')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('directory', text(db), (column) => column.notNull())
    .addColumn('actor', text(db), (column) => column.notNull())
    .addColumn('action', text(db), (column) => column.notNull())
    .addColumn('user_id', text(db))
    .addColumn('group_id', text(db))
    .addColumn('instance', text(db))
    .addColumn('request_id', text(db))
    .addColumn('detail', text(db), (column) => column.notNull())
    .execute();
  await index(db, 'audit', ['user_id', 'seq']);
  await index(db, 'audit', ['group_id', 'seq']);
  await index(db, 'audit', ['action', 'seq']);
}

/** Named after its table and columns: index names are shared by all tables of a database. */
async function index(db: Ddl, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns([...columns])
    .execute();
}
