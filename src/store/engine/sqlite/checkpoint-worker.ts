import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointMode } from './checkpoints.ts';

/** Moves what the WAL holds into the database, on a connection of its own that waits for nobody. */
const port = parentPort!;
const database = new DatabaseSync(workerData as string, { timeout: 0 });

port.on('message', (mode: CheckpointMode) => {
  try {
    database.exec(`pragma wal_checkpoint(${mode})`);
    port.postMessage(null);
  } catch (error) {
    port.postMessage(error);
  }
});
