import { ScimError } from '../../scim/error.ts';
import { etagMatches, etagOf, requireMatch } from '../../scim/etag.ts';
import type { ResourceType } from '../../scim/resource.ts';
import type { ScimReply, ScimRequest } from './endpoint.ts';

interface Versioned {
  readonly version: number;
}

/** @throws ScimError 412 when the client's If-Match names another version */
export function checkIfMatch({ headers }: ScimRequest, stored: Versioned): void {
  requireMatch(headers['if-match'], etagOf(stored.version));
}

/** The 304 for a client whose If-None-Match names this version; undefined when it has to be sent. */
export function notModified({ headers }: ScimRequest, stored: Versioned): ScimReply | undefined {
  const known = headers['if-none-match'];
  const etag = etagOf(stored.version);
  return known !== undefined && etagMatches(known, etag)
    ? { status: 304, headers: { ETag: etag } }
    : undefined;
}

export function notFound(resourceType: ResourceType, id: string): ScimError {
  return new ScimError(
    404,
    undefined,
    `There is no ${resourceType} with id ${JSON.stringify(id.slice(0, 100))}. It was deleted, or it is in another directory.`,
  );
}

/** Two processes on one database met in one resource; the client's own retry settles it. */
export function changedMeanwhile(): ScimError {
  return new ScimError(503, undefined, 'The resource changed during this request. Repeat the request.');
}
