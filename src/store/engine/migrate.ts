import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { firstTables } from './migrations/0001-first-tables.ts';
import { resync } from './migrations/0002-resync.ts';
import { sharedDatabase } from './migrations/0003-shared-database.ts';
import { tagsAndProficiencies } from './migrations/0004-tags-and-proficiencies.ts';
import { leavers } from './migrations/0005-leavers.ts';
import { operations } from './migrations/0006-operations.ts';
import { seenAddresses } from './migrations/0007-seen-addresses.ts';
import { resourceBlocks } from './migrations/0008-resource-blocks.ts';
import { grants } from './migrations/0009-grants.ts';
import { replacedUsers } from './migrations/0010-replaced-users.ts';
import { waitsFor } from './migrations/0011-waits-for.ts';
import { StoreError } from './store-error.ts';

/** In the order of their names. One that was released is never edited: a new one follows it. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-resync': resync,
  '0003-shared-database': sharedDatabase,
  '0004-tags-and-proficiencies': tagsAndProficiencies,
  '0005-leavers': leavers,
  '0006-operations': operations,
  '0007-seen-addresses': seenAddresses,
  '0008-resource-blocks': resourceBlocks,
  '0009-grants': grants,
  '0010-replaced-users': replacedUsers,
  '0011-waits-for': waitsFor,
};

/**
 * Brings the tables to what this version knows, all or nothing.
 *
 * @throws StoreError `schemaNewer` when a newer version wrote the store
 */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
  await refuseNewerSchema(db);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function refuseNewerSchema<Tables>(db: Kysely<Tables>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return;
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db);
  const unknown = rows.map((row) => row.name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length === 0) return;
  throw new StoreError(
    'schemaNewer',
    `The store was written by a newer version: it has schema ${unknown.sort().join(', ')}, and this version knows up to ${Object.keys(MIGRATIONS).sort().at(-1)}. Start the newer version, or restore the backup made before the upgrade.`,
  );
}
