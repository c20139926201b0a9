import { etagOf } from '../../scim/etag.ts';
import type { Meta, ResourceType } from '../../scim/resource.ts';
import type { ScimRequest } from './endpoint.ts';

interface Stored {
  readonly id: string;
  readonly version: number;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** The `meta` of a stored resource, with its address as this client reaches it. */
export function metaOf({ baseUrl }: ScimRequest, resourceType: ResourceType, stored: Stored): Meta {
  const created = new Date(stored.createdAt).toISOString();
  const isAsCreated = stored.modifiedAt === stored.createdAt;
  return {
    resourceType,
    created,
    lastModified: isAsCreated ? created : new Date(stored.modifiedAt).toISOString(),
    location: `${baseUrl}/${resourceType}s/${stored.id}`,
    version: etagOf(stored.version),
  };
}

/** The same as JSON text. Only the address can hold what JSON escapes, and the quotes of the version. */
export function metaText(request: ScimRequest, resourceType: ResourceType, stored: Stored): string {
  const { created, lastModified, location } = metaOf(request, resourceType, stored);
  return `{"resourceType":"${resourceType}","created":"${created}","lastModified":"${lastModified}","location":${JSON.stringify(location)},"version":"W/\\"${stored.version}\\""}`;
}
