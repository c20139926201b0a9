import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/database.ts';
import { databaseUrl, postgresPrograms, removeServer, serverFolder, startServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the run's PostgreSQL server; null where there is none. */
    postgresFolder: string | null;
  }
}

/** One PostgreSQL server for a run, started beside the first tests. They wait for it only if they need it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = postgresPrograms();
  if (programs === null) {
    project.provide('postgresFolder', null);
    console.warn(
      'PostgreSQL is not installed: tests on it are skipped. Get it with: apt-get install postgresql',
    );
    return async () => undefined;
  }
  const folder = await serverFolder();
  const server = startServer(programs, folder);
  project.provide('postgresFolder', folder);
  const prepared = prepare(folder);
  return async () => {
    await prepared;
    await removeServer(server);
  };
}

/** Makes the database that the tests' own are copied from, and leaves word of it in the folder. */
async function prepare(folder: string): Promise<void> {
  let outcome = 'ready';
  try {
    const client = await connected(databaseUrl(folder, 'postgres'));
    await client.query('create database bridge');
    await client.end();
    const store = await openStore({
      url: databaseUrl(folder, 'bridge'),
      clock: { now: () => 0 },
      pid: 0,
      poolSize: 1,
    });
    await store.close();
  } catch (error) {
    outcome = `PostgreSQL did not start: ${String(error)}. See ${folder}/*.log`;
  }
  await writeFile(join(folder, 'prepared'), outcome);
}

async function connected(connectionString: string): Promise<Client> {
  for (let turn = 0; ; turn++) {
    const client = new Client({ connectionString });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (turn === 300) throw error;
      await delay(100);
    }
  }
}
