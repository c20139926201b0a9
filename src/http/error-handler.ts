import type { ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import { errorBody } from '../scim/error.ts';
import { asScimError } from './as-scim-error.ts';
import { contextOf } from './request-context.ts';

export const SCIM_CONTENT_TYPE = 'application/scim+json; charset=utf-8';

/** The one place where a SCIM request that failed gets its reply. */
export function replyToError(log: Log, error: unknown, res: ServerResponse): void {
  const scimError = asScimError(error);
  // An answer meant for the client, such as 501 at /Me, needs nobody to act.
  if (scimError.status >= 500 && scimError !== error)
    log.error({ ...contextOf(res), err: error }, 'request failed');
  if (res.headersSent) {
    // Half a list must not look like a whole one.
    res.destroy();
    return;
  }
  if (scimError.status === 503) res.setHeader('Retry-After', '1');
  if (scimError.status === 401) res.setHeader('WWW-Authenticate', 'Bearer realm="SCIM"');
  res.setHeader('Content-Type', SCIM_CONTENT_TYPE);
  res.statusCode = scimError.status;
  res.end(JSON.stringify(errorBody(scimError)));
}
