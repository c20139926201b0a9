import type { RequestListener } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import { ScimError, badRequest } from '../scim/error.ts';
import type { DirectoryRuntime, Runtime } from '../sync/runtime.ts';
import { replyToError } from './error-handler.ts';
import { healthRouter } from './health.ts';
import { URL_LIMIT_BYTES } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { createMetrics } from './metrics.ts';
import { createRateLimit } from './rate-limit.ts';
import type { TrackRequest } from './request-context.ts';
import { createTracking, setCommonHeaders } from './request-context.ts';
import type { Served } from './scim/answer.ts';
import type { ServedAt } from './scim/direct.ts';
import { directScim } from './scim/direct.ts';
import { PageMemory } from './scim/lists/page-memory.ts';
import { scimRouter } from './scim/router.ts';
import { VerdictBreaker } from './scim/verdict/breaker.ts';

/** What the network may reach. */
export function publicApp(runtime: Runtime): RequestListener {
  const metrics = createMetrics(runtime);
  const track = createTracking(runtime.log, metrics);
  const servedAt = scimMounts(runtime);
  const direct = directScim({ runtime, track, servedAt });
  const app = expressApp(runtime, { metrics, track, servedAt });
  return (req, res) => {
    if (!direct(req, res)) app(req, res);
  };
}

/** Below which a directory is served; the default one also at `/scim/v2`. Like Express, in any case. */
const MOUNT = /^(?:\/([^/]+))?\/scim\/v2$/i;

/** The directories that there are at the time, by the path below which they are served. */
function scimMounts(runtime: Runtime): ServedAt {
  const rateLimit = createRateLimit(runtime.clock);
  const pages = new PageMemory();
  const known = new WeakMap<DirectoryRuntime, Served>();
  return (mount) => {
    const directory = directoryAt(runtime, mount);
    if (!directory) return undefined;
    const served = known.get(directory);
    if (served) return served;
    const breaker = new VerdictBreaker(runtime, directory);
    const made = { runtime, directory, rateLimit, breaker, pages };
    known.set(directory, made);
    return made;
  };
}

function directoryAt({ directories }: Runtime, mount: string): DirectoryRuntime | undefined {
  const found = MOUNT.exec(mount);
  if (!found) return undefined;
  const [, alias] = found;
  if (alias !== undefined) return directories.get(alias.toLowerCase());
  return [...directories.values()].find(({ config }) => config.default);
}

interface Parts {
  readonly metrics: Metrics;
  readonly track: TrackRequest;
  readonly servedAt: ServedAt;
}

function expressApp(runtime: Runtime, { metrics, track, servedAt }: Parts): express.Express {
  const app = express();
  app.disable('x-powered-by');
  // Express would hash each body; the resources have ETags of their own.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', (_address: string, hop: number) => hop < runtime.config.server.trustProxy);
  app.use((req, res, next) => {
    track(req, res);
    setCommonHeaders(res);
    next();
  });
  app.use(refuseLongUrl, refuseRepeatedHeaders, refuseCodings, healthRouter(runtime, metrics));
  app.use(['/scim/v2', '/:directory/scim/v2'], scimRouters(servedAt));
  app.use((req) => {
    throw new ScimError(
      404,
      undefined,
      `There is nothing at ${req.path.slice(0, 100)}. SCIM is at /scim/v2.`,
    );
  });
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) =>
    replyToError(runtime.log, error, res),
  );
  return app;
}

/** Hands a request to the router of its directory, if there is one. */
function scimRouters(servedAt: ServedAt): express.RequestHandler {
  const routers = new WeakMap<Served, express.Router>();
  return (req, res, next) => {
    const served = servedAt(req.baseUrl);
    if (!served) return next();
    const router = routers.get(served) ?? scimRouter(served);
    routers.set(served, router);
    router(req, res, next);
  };
}

/** Node takes the first, and a proxy may have taken the last, to decide who asks whom for what (RFC 9112 §3.2). */
const SINGLE_HEADERS = ['host', 'authorization', 'content-type', 'content-length'] as const;

function refuseRepeatedHeaders(req: Request, _res: Response, next: NextFunction): void {
  const repeated = SINGLE_HEADERS.find((name) => (req.headersDistinct[name]?.length ?? 0) > 1);
  if (repeated === undefined) return next();
  throw badRequest('invalidSyntax', `The header ${repeated} is given twice. Send it once.`);
}

/** Node undoes the chunks alone, and a proxy may have found the body's end by the other coding (RFC 9112 §6.1). */
function refuseCodings(req: Request, _res: Response, next: NextFunction): void {
  const codings = req.headers['transfer-encoding'];
  if (codings === undefined || codings.toLowerCase() === 'chunked') return next();
  throw badRequest('invalidSyntax', 'Transfer-Encoding may only be chunked. Send the body without another.');
}

function refuseLongUrl(req: Request, _res: Response, next: NextFunction): void {
  if (req.url.length <= URL_LIMIT_BYTES) return next();
  throw new ScimError(
    414,
    undefined,
    `The URL has ${req.url.length} characters and may have ${URL_LIMIT_BYTES}. Send a long query as POST /.search.`,
  );
}
