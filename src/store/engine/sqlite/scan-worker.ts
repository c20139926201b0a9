import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { addSqliteFunctions } from './functions.ts';

/** Answers one query after the other, on a reading connection of its own. */
const port = parentPort!;
const database = new DatabaseSync(workerData as string, { readOnly: true });
addSqliteFunctions(database);

port.on('message', ({ sql, parameters }: { sql: string; parameters: SQLInputValue[] }) => {
  try {
    port.postMessage({ rows: database.prepare(sql).all(...parameters) });
  } catch (error) {
    port.postMessage({ error });
  }
});
