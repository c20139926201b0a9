import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { databaseUrl } from './server.ts';

type OnEnd = (end: () => Promise<void>) => void;

/** Whether tests on PostgreSQL can run here. */
export const hasPostgres = inject('postgresFolder') !== null;

/** Emptied, for the next test: making a database takes a hundred times longer than emptying one. */
const free: string[] = [];

/** URI of a database of its own for one test, or for what else `onEnd` ends with, with the store's tables in it. */
export async function temporaryDatabase(onEnd: OnEnd = onTestFinished): Promise<string> {
  const url = free.pop() ?? (await newDatabase());
  onEnd(async () => {
    await ask(url, EMPTY);
    free.push(url);
  });
  return url;
}

async function newDatabase(): Promise<string> {
  const folder = await preparedFolder();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await ask(databaseUrl(folder, 'postgres'), `create database ${name} template bridge`);
  return databaseUrl(folder, name);
}

/** Without checking foreign keys on the way. */
const EMPTY = `
  set session_replication_role = replica;
  do $$
  declare name text;
  begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
      execute format('delete from %I', name);
    end loop;
    perform setval(sequencename::regclass, 1, false) from pg_sequences where schemaname = 'public';
  end $$`;

async function preparedFolder(): Promise<string> {
  const folder = inject('postgresFolder');
  if (folder === null) throw new Error('there is no PostgreSQL here');
  const word = join(folder, 'prepared');
  while (!existsSync(word)) await delay(50);
  const outcome = await readFile(word, 'utf8');
  if (outcome !== 'ready') throw new Error(outcome);
  return folder;
}

async function ask(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(sql);
  await client.end();
}
