import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { engineOf } from '../engine-of.ts';

/** For which username a parked user waits. Whoever is parked for one by now is told of each that becomes free. */
export const waitsFor: Migration = {
  async up(db: Kysely<unknown>) {
    const isPostgres = engineOf(db) === 'postgres';
    const text = isPostgres ? sql`text collate "C"` : sql`text`;
    await db.schema.alterTable('link').addColumn('waits_for_folded', text).execute();
    const code = isPostgres ? sql`reason::json ->> 'code'` : sql`reason ->> 'code'`;
    await sql`update link set waits_for_folded = '' where sync = 'parked' and ${code} in ('usernameTaken', 'formerUser')`.execute(
      db,
    );
    await sql`create index link_waiting on link (instance, waits_for_folded) where waits_for_folded is not null`.execute(
      db,
    );
  },
};
