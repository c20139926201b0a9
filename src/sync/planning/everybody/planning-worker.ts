import { parentPort, workerData } from 'node:worker_threads';
import { readSnapshot } from '../../../store/database.ts';
import { runPass } from './passes.ts';
import { everybodyOf } from './planning-job.ts';
import type { PlanningJob } from './planning-job.ts';

/** Carries out one job and ends. An error ends the thread too, and reaches the other side as an event. */
const job = workerData as PlanningJob;
const result = await readSnapshot(job.storeUrl, async (db) =>
  runPass(job.pass, await everybodyOf(job, db), job.options as never),
);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows
parentPort!.postMessage(result);
