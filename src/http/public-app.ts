import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import helmet from 'helmet';
import { ScimError, badRequest } from '../scim/error.ts';
import type { Runtime } from '../sync/runtime.ts';
import { errorHandler } from './error-handler.ts';
import { healthRouter } from './health.ts';
import { URL_LIMIT_BYTES } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { createRateLimit } from './rate-limit.ts';
import { trackRequests } from './request-context.ts';
import { scimRouter } from './scim/router.ts';

/** What the network may reach. */
export function publicApp(runtime: Runtime): express.Express {
  const metrics = createMetrics(runtime);
  const rateLimit = createRateLimit(runtime.clock);
  const app = express();
  app.disable('x-powered-by');
  // Express would hash each body; the resources have ETags of their own.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', runtime.config.server.trustProxy);
  app.use(
    trackRequests(runtime.log, metrics),
    refuseLongUrl,
    refuseRepeatedHeaders,
    securityHeaders,
    healthRouter(runtime, metrics),
  );
  for (const directory of runtime.directories.values()) {
    const router = scimRouter(runtime, directory, rateLimit);
    if (directory.config.default) app.use('/scim/v2', router);
    app.use(`/${directory.alias}/scim/v2`, router);
  }
  app.use((req) => {
    throw new ScimError(
      404,
      undefined,
      `There is nothing at ${req.path.slice(0, 100)}. SCIM is at /scim/v2.`,
    );
  });
  app.use(errorHandler(runtime.log));
  return app;
}

/** Replies are JSON with personal data: no page may frame or sniff them, and no cache may keep them. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
});

/** Node takes the first, and a proxy may have taken the last, to decide who asks whom for what (RFC 9112 §3.2). */
const SINGLE_HEADERS = ['host', 'authorization', 'content-type', 'content-length'] as const;

function refuseRepeatedHeaders(req: Request, _res: Response, next: NextFunction): void {
  const repeated = SINGLE_HEADERS.find((name) => (req.headersDistinct[name]?.length ?? 0) > 1);
  if (repeated === undefined) return next();
  throw badRequest('invalidSyntax', `The header ${repeated} is given twice. Send it once.`);
}

function refuseLongUrl(req: Request, _res: Response, next: NextFunction): void {
  if (req.url.length <= URL_LIMIT_BYTES) return next();
  throw new ScimError(
    414,
    undefined,
    `The URL has ${req.url.length} characters and may have ${URL_LIMIT_BYTES}. Send a long query as POST /.search.`,
  );
}
