import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What the mapping set, and what was last seen, beside the fields. */
export const tagsAndProficiencies: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['tags', 'proficiencies'])
      await db.schema.alterTable('link').addColumn(column, 'text').execute();
  },
};
