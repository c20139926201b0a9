import type { JsonObject, JsonValue } from '../resource.ts';
import type { DirectorySchema, ResourceSchema } from '../schema.ts';
import type { SchemaDefinition } from './core.ts';

/** The documents of `/Schemas` (RFC 7643 §7), each with its location under the directory's base URL. */
export function schemaDocuments(schema: DirectorySchema, baseUrl: string): readonly JsonObject[] {
  const definitions = [schema.user, schema.group].flatMap((resource) => [
    resource.definition,
    ...[...resource.extensions.values()].map((extension) => extension.definition),
  ]);
  return definitions.map((definition) => schemaDocument(definition, baseUrl));
}

/** The documents of `/ResourceTypes` (RFC 7643 §6). */
export function resourceTypeDocuments(schema: DirectorySchema, baseUrl: string): readonly JsonObject[] {
  return [schema.user, schema.group].map((resource) => resourceTypeDocument(resource, baseUrl));
}

export interface ServiceProviderOptions {
  readonly baseUrl: string;
  readonly documentationUri: string;
  /** Limits of `/Bulk`; undefined where it is not served. */
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSizeBytes: number } | undefined;
  readonly sort: boolean;
  readonly etag: boolean;
  /** Paging by cursor (RFC 9865). */
  readonly cursor: boolean;
  /** Resources per page. */
  readonly maxResults: number;
  readonly defaultPageSize: number;
}

/** The document of `/ServiceProviderConfig` (RFC 7643 §5, `pagination` of RFC 9865 §4). */
export function serviceProviderConfig(options: ServiceProviderOptions): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    documentationUri: options.documentationUri,
    patch: { supported: true },
    bulk: {
      supported: options.bulk !== undefined,
      maxOperations: options.bulk?.maxOperations ?? 0,
      maxPayloadSize: options.bulk?.maxPayloadSizeBytes ?? 0,
    },
    filter: { supported: true, maxResults: options.maxResults },
    changePassword: { supported: false },
    sort: { supported: options.sort },
    etag: { supported: options.etag },
    pagination: {
      cursor: options.cursor,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: options.defaultPageSize,
      maxPageSize: options.maxResults,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${options.baseUrl}/ServiceProviderConfig` },
  };
}

function schemaDocument(definition: SchemaDefinition, baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: definition.id,
    name: definition.name,
    description: definition.description,
    attributes: definition.attributes as unknown as JsonValue,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${definition.id}` },
  };
}

function resourceTypeDocument(resource: ResourceSchema, baseUrl: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: resource.resourceType,
    name: resource.resourceType,
    description: resource.definition.description,
    endpoint: resource.endpoint,
    schema: resource.urn,
    schemaExtensions: [...resource.extensions.values()].map(({ urn }) => ({ schema: urn, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${resource.resourceType}` },
  };
}
