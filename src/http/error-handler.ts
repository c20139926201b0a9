import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../log.ts';
import { errorBody } from '../scim/error.ts';
import { asScimError } from './as-scim-error.ts';
import { contextOf } from './request-context.ts';

export const SCIM_CONTENT_TYPE = 'application/scim+json; charset=utf-8';

/** The one place where a SCIM request that failed gets its reply. */
export function errorHandler(log: Log) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _req: Request, res: Response, _next: NextFunction): void => {
    const scimError = asScimError(error);
    if (scimError.status >= 500) log.error({ ...contextOf(res), err: error }, 'request failed');
    if (res.headersSent) {
      // Half a list must not look like a whole one.
      res.destroy();
      return;
    }
    if (scimError.status === 503) res.set('Retry-After', '1');
    if (scimError.status === 401) res.set('WWW-Authenticate', 'Bearer realm="SCIM"');
    res
      .status(scimError.status)
      .set('Content-Type', SCIM_CONTENT_TYPE)
      .send(JSON.stringify(errorBody(scimError)));
  };
}
