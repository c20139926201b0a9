import type { Response } from 'express';
import express from 'express';
import { setMeta } from '../store/engine/meta.ts';
import type { DirectoryRuntime, Runtime } from '../sync/runtime.ts';
import { troublesOf } from '../sync/runtime.ts';
import type { Metrics } from './metrics.ts';
import { openCausesInWords } from './scim/verdict/breaker.ts';

/** For load balancers, orchestrators and Prometheus: without a token, and without anything personal. */
export function healthRouter(runtime: Runtime, metrics: Metrics): express.Router {
  const router = express.Router();
  router.get('/healthz', (_req, res) => void res.json({ status: 'alive' }));
  const ready = sharedBy(() => canCommit(runtime));
  router.get('/readyz', async (_req, res) => sendReadiness(res, runtime, await ready()));
  router.get('/metrics', (_req, res) => sendMetrics(res, metrics));
  return router;
}

/** Whoever asks while an answer is made gets the same: anybody may ask, and each answer is a write. */
function sharedBy<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () =>
    (asked ??= ask().finally(() => {
      asked = null;
    }));
}

async function sendReadiness(res: Response, runtime: Runtime, ready: boolean): Promise<void> {
  res.status(ready ? 200 : 503).json({ ready, degraded: await degraded(runtime, ready) });
}

async function sendMetrics(res: Response, metrics: Metrics): Promise<void> {
  res.set('Content-Type', metrics.contentType).send(await metrics.render());
}

/**
 * Whether a SCIM write can be committed: the one condition of being ready. A missing mapping or catalog is
 * none: taking the bridge out of the load balancer would only lose what the IdP has to say.
 */
async function canCommit({ store, clock, log }: Runtime): Promise<boolean> {
  try {
    // A row, because an empty transaction would commit on a full disk too.
    await store.write((tx) => setMeta(tx, 'probedAt', String(clock.now())));
    return true;
  } catch (error) {
    log.error({ err: error }, 'the store takes no writes');
    return false;
  }
}

/** What keeps users from being reconciled, in words for an operator. */
async function degraded(runtime: Runtime, canRead: boolean): Promise<readonly string[]> {
  const { directories, instances, configFile } = runtime;
  const causes: string[] = [];
  // What is wrong with it may quote it, and this is read without a token.
  if (configFile?.refused) causes.push('bridge.yaml is refused, and what was in force stays: bridge status');
  for (const directory of directories.values()) {
    const open = canRead ? await openCausesInWords(runtime, directory) : [];
    causes.push(
      ...[...directoryCauses(directory), ...open].map((cause) => `directory ${directory.alias}: ${cause}`),
    );
  }
  for (const instance of instances.values()) {
    causes.push(...troublesOf(instance).map((cause) => `instance ${instance.alias}: ${cause}`));
  }
  return causes;
}

function directoryCauses({ mapping, degraded: causes }: DirectoryRuntime): readonly string[] {
  return mapping || causes.length > 0 ? causes : ['no mapping is active, so nothing is reconciled'];
}
