import { ScimError } from './error.ts';

/** The weak ETag of a resource (RFC 7644 §3.14); `meta.version` has the same text. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * Whether an `If-Match` or `If-None-Match` header names the ETag: by weak comparison, as ours are weak. `*`
 * names any.
 */
export function etagMatches(header: string, etag: string): boolean {
  const opaque = opaqueTag(etag);
  return header
    .split(',')
    .some((candidate) => candidate.trim() === '*' || opaqueTag(candidate.trim()) === opaque);
}

/**
 * @param ifMatch the header of a PUT, PATCH or DELETE, or the `version` of a Bulk operation
 * @throws ScimError 412 when the resource is not the one that the client read
 */
export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined || etagMatches(ifMatch, etag)) return;
  throw new ScimError(
    412,
    undefined,
    `The resource is now ${etag}, not ${ifMatch.slice(0, 100)}. Read it again and repeat the change.`,
  );
}

function opaqueTag(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag;
}
