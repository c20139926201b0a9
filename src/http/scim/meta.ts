import { etagOf } from '../../scim/etag.ts';
import type { Meta, ResourceType } from '../../scim/resource.ts';
import type { ScimRequest } from './endpoint.ts';

/** The `meta` of a stored resource, with its address as this client reaches it. */
export function metaOf(
  { baseUrl }: ScimRequest,
  resourceType: ResourceType,
  stored: {
    readonly id: string;
    readonly version: number;
    readonly createdAt: number;
    readonly modifiedAt: number;
  },
): Meta {
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
