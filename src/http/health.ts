import type { Response } from 'express';
import express from 'express';
import { setMeta } from '../store/engine/meta.ts';
import type { DirectoryRuntime, Runtime } from '../sync/runtime.ts';
import type { Metrics } from './metrics.ts';

/** For load balancers, orchestrators and Prometheus: without a token, and without anything personal. */
export function healthRouter(runtime: Runtime, metrics: Metrics): express.Router {
  const router = express.Router();
  router.get('/healthz', (_req, res) => void res.json({ status: 'alive' }));
  router.get('/readyz', (_req, res) => sendReadiness(res, runtime));
  router.get('/metrics', (_req, res) => sendMetrics(res, metrics));
  return router;
}

async function sendReadiness(res: Response, runtime: Runtime): Promise<void> {
  const ready = await canCommit(runtime);
  res.status(ready ? 200 : 503).json({ ready, degraded: degraded(runtime) });
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
function degraded({ directories, instances }: Runtime): readonly string[] {
  return [
    ...[...directories.values()].flatMap((directory) =>
      directoryCauses(directory).map((cause) => `directory ${directory.alias}: ${cause}`),
    ),
    ...[...instances.values()].flatMap(({ alias, degraded: causes }) =>
      causes.map((cause) => `instance ${alias}: ${cause}`),
    ),
  ];
}

function directoryCauses({ mapping, degraded: causes }: DirectoryRuntime): readonly string[] {
  return mapping || causes.length > 0 ? causes : ['no mapping is active, so nothing is reconciled'];
}
