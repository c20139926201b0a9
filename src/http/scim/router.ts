import type { Request, Response } from 'express';
import express from 'express';
import { ScimError } from '../../scim/error.ts';
import { bodyOf, readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';
import type { Served } from './answer.ts';
import { admit, answer } from './answer.ts';
import { endpoints } from './endpoints.ts';
import type { Endpoint, Method, ScimRequest } from './endpoint.ts';

/** The SCIM endpoints of one directory. Who is not authenticated learns nothing of them. */
export function scimRouter(served: Served): express.Router {
  const router = express.Router();
  router.use((req, res, next) => {
    res.locals['client'] = admit(served, req, res);
    next();
  }, readBody);
  for (const endpoint of endpoints) {
    router.all(endpoint.path, (req, res) => answerRoute(endpoint, req, res, served));
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

async function answerRoute(endpoint: Endpoint, req: Request, res: Response, served: Served): Promise<void> {
  const handler = endpoint.methods[req.method === 'HEAD' ? 'GET' : (req.method as Method)];
  if (!handler) throw methodNotAllowed(endpoint, req, res);
  const origin = served.runtime.config.server.publicUrl ?? `${req.protocol}://${req.host}`;
  const admitted = {
    endpoint,
    handler,
    client: res.locals['client'] as string,
    baseUrl: origin + req.baseUrl,
    id: String(req.params['id'] ?? ''),
    query: req.query as ScimRequest['query'],
    body: bodyOf(req),
  };
  await answer(admitted, served, { req, res, common: [] });
}

function methodNotAllowed({ path, methods }: Endpoint, req: Request, res: Response): ScimError {
  contextOf(res).route = path;
  const allowed = Object.keys(methods).join(', ');
  res.set('Allow', allowed);
  return new ScimError(405, undefined, `${req.path} does not take ${req.method}. It takes ${allowed}.`);
}
