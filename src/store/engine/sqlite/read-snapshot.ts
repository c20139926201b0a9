import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Db, Schema } from '../../schema.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { addSqliteFunctions } from './functions.ts';

/** The write-ahead log grows for as long as `work` takes: what came after it began cannot be folded in before. */
export async function readSqliteSnapshot<T>(file: string, work: (db: Db) => Promise<T>): Promise<T> {
  const database = new DatabaseSync(resolve(file), { readOnly: true });
  try {
    addSqliteFunctions(database);
    database.exec('begin');
    return await work(new Kysely<Schema>({ dialect: nodeSqliteDialect(database) }));
  } finally {
    database.close();
  }
}
