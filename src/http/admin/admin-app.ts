import type { NextFunction, Request, Response } from 'express';
import express from 'express';
import { ZodError, prettifyError } from 'zod';
import type { Log } from '../../log.ts';
import { AdminError } from '../../sync/admin.ts';
import { BODY_LIMIT_BYTES } from '../limits.ts';
import type { AdminContext } from './route.ts';
import { routes } from './routes.ts';

/**
 * What operators may do, behind the CLI. It is served on a Unix socket of mode 0600 alone, so who speaks is
 * the account that runs the bridge, or root.
 */
export function adminApp(context: AdminContext): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(express.json({ type: () => true, limit: BODY_LIMIT_BYTES }));
  for (const { method, path, handle } of routes) {
    app[method](`/admin/v1${path}`, async (req: Request, res: Response) => {
      const { query, body } = req as { query: unknown; body: unknown };
      res.json(
        await handle({
          ...context,
          params: req.params as Record<string, string>,
          query: { ...(query as object) },
          body,
        }),
      );
    });
  }
  app.use((req) => {
    throw new AdminError(
      404,
      'noSuchRoute',
      `The admin API has no ${req.method} ${req.path}.`,
      'Use the command line of the same version as the running bridge.',
    );
  });
  app.use(problemHandler(context.runtime.log));
  return app;
}

/** RFC 9457, with the remedy that the command line prints. */
function problemHandler(log: Log) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req: Request, res: Response, _next: NextFunction): void => {
    const { status, code, message, remedy } = asAdminError(error);
    if (status >= 500) log.error({ err: error, method: req.method, route: req.path }, 'admin request failed');
    res
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ code, detail: message, remedy }));
  };
}

function asAdminError(error: unknown): AdminError {
  if (error instanceof AdminError) return error;
  if (error instanceof ZodError) {
    return new AdminError(400, 'badRequest', prettifyError(error), 'Correct what the message names.');
  }
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return new AdminError(error.status, 'badRequest', error.message, 'Correct the request.');
  }
  return new AdminError(
    500,
    'internal',
    'The bridge failed to handle this request.',
    'Its log has the cause.',
  );
}
