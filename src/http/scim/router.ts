import { randomUUID } from 'node:crypto';
import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import express from 'express';
import { ScimError } from '../../scim/error.ts';
import type { DirectoryRuntime, Runtime } from '../../sync/runtime.ts';
import { authenticate } from '../authenticate.ts';
import { SCIM_CONTENT_TYPE } from '../error-handler.ts';
import type { RateLimit } from '../rate-limit.ts';
import { bodyOf, readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';
import { endpoints } from './endpoints.ts';
import type { Endpoint, Method, ScimReply, ScimRequest } from './endpoint.ts';
import { VerdictBreaker } from './verdict/breaker.ts';

/** The SCIM endpoints of one directory. Who is not authenticated learns nothing of them. */
export function scimRouter(
  runtime: Runtime,
  directory: DirectoryRuntime,
  rateLimit: RateLimit,
): express.Router {
  const router = express.Router();
  router.use((req, res, next) => {
    const { client } = authenticate(directory, req.headers.authorization);
    const credential = `${directory.alias}/${client}`;
    contextOf(res).client = credential;
    refuseExcess(res, rateLimit(credential, directory.config.clients[client]!.rateLimit));
    res.locals['client'] = client;
    next();
  }, readBody);
  const served = { runtime, directory, breaker: new VerdictBreaker(runtime, directory) };
  for (const endpoint of endpoints) {
    router.all(endpoint.path, (req, res) => answer(endpoint, req, res, served));
  }
  router.use((req) => {
    throw new ScimError(
      404,
      undefined,
      `There is no endpoint ${req.path.slice(0, 100)}. Below ${req.baseUrl} are ${endpoints.map(({ path }) => path).join(', ')}.`,
    );
  });
  return router;
}

/** What all requests to a directory have in common. */
type Served = Pick<ScimRequest, 'runtime' | 'directory' | 'breaker'>;

async function answer(
  { path, methods }: Endpoint,
  req: Request,
  res: Response,
  served: Served,
): Promise<void> {
  contextOf(res).route = path;
  const handler = methods[req.method === 'HEAD' ? 'GET' : (req.method as Method)];
  if (!handler) throw methodNotAllowed(req, res, Object.keys(methods));
  await send(res, await handler(scimRequest(req, res, served)));
}

function refuseExcess(res: Response, retryAfterSeconds: number): void {
  if (retryAfterSeconds === 0) return;
  // Okta waits exactly this long; anything but an integer makes it wait five minutes.
  res.set('Retry-After', String(retryAfterSeconds));
  throw new ScimError(
    429,
    undefined,
    'Too many requests with this token: repeat this one after Retry-After.',
  );
}

function methodNotAllowed(req: Request, res: Response, allowed: readonly string[]): ScimError {
  res.set('Allow', allowed.join(', '));
  return new ScimError(
    405,
    undefined,
    `${req.path} does not take ${req.method}. It takes ${allowed.join(', ')}.`,
  );
}

function scimRequest(req: Request, res: Response, served: Served): ScimRequest {
  const origin = served.runtime.config.server.publicUrl ?? `${req.protocol}://${req.host}`;
  return {
    ...served,
    client: res.locals['client'] as string,
    requestId: contextOf(res).requestId,
    baseUrl: origin + req.baseUrl,
    id: String(req.params['id'] ?? ''),
    newId: randomUUID(),
    query: req.query as ScimRequest['query'],
    headers: req.headers,
    body: bodyOf(req),
  };
}

async function send(res: Response, { status, headers, body }: ScimReply): Promise<void> {
  res.status(status);
  if (headers) res.set(headers);
  if (body === undefined) {
    res.end();
    return;
  }
  res.set('Content-Type', SCIM_CONTENT_TYPE);
  if (typeof body === 'string') res.end(body);
  else await sendPieces(res, body);
}

/** Waits for a slow client, so that a large group is never in memory as a whole. */
async function sendPieces(res: Response, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (res.destroyed) return;
    if (!res.write(piece)) await drained(res);
    // What makes the pieces may never wait for anything.
    await nextLoopTurn();
  }
  res.end();
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(res: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}
