import { ScimError } from '../../scim/error.ts';
import { DEFAULT_COUNT, MAX_COUNT, listResponse } from '../../scim/list.ts';
import type { JsonObject } from '../../scim/resource.ts';
import {
  resourceTypeDocuments,
  schemaDocuments,
  serviceProviderConfig,
} from '../../scim/schema/discovery.ts';
import { BODY_LIMIT_BYTES, MAX_BULK_OPERATIONS } from '../limits.ts';
import type { Endpoint, ScimRequest } from './endpoint.ts';

type Documents = (request: ScimRequest) => readonly JsonObject[];

/** What describes the server: RFC 7644 §4. */
export const discovery: readonly Endpoint[] = [
  ...documentEndpoints('/Schemas', ({ directory, baseUrl }) => schemaDocuments(directory.schema, baseUrl)),
  ...documentEndpoints('/ResourceTypes', ({ directory, baseUrl }) =>
    resourceTypeDocuments(directory.schema, baseUrl),
  ),
  {
    path: '/ServiceProviderConfig',
    methods: {
      GET: async (request) => {
        refuseFilter(request);
        return { status: 200, body: JSON.stringify(configOf(request)) };
      },
    },
  },
];

function configOf({ baseUrl }: ScimRequest): JsonObject {
  return serviceProviderConfig({
    baseUrl,
    documentationUri: 'https://www.rfc-editor.org/info/rfc7644',
    bulk: { maxOperations: MAX_BULK_OPERATIONS, maxPayloadSizeBytes: BODY_LIMIT_BYTES },
    sort: true,
    etag: true,
    cursor: true,
    maxResults: MAX_COUNT,
    defaultPageSize: DEFAULT_COUNT,
  });
}

/** The list and the single document; paging and sorting are to be ignored here. */
function documentEndpoints(path: string, documents: Documents): readonly Endpoint[] {
  return [
    {
      path,
      methods: {
        GET: async (request) => {
          refuseFilter(request);
          const resources = documents(request).map((document) => JSON.stringify(document));
          return {
            status: 200,
            body: listResponse({ resources, totalResults: resources.length, startIndex: 1 }),
          };
        },
      },
    },
    {
      path: `${path}/:id`,
      methods: { GET: async (request) => ({ status: 200, body: JSON.stringify(named(request, documents)) }) },
    },
  ];
}

/** RFC 7644 §4: a filter would be a client's mistake that a full list hides. */
function refuseFilter({ query }: ScimRequest): void {
  if (query['filter'] !== undefined) {
    throw new ScimError(403, undefined, 'This endpoint takes no filter (RFC 7644 §4). Leave it out.');
  }
}

function named(request: ScimRequest, documents: Documents): JsonObject {
  const all = documents(request);
  const found = all.find(({ id }) => typeof id === 'string' && id.toLowerCase() === request.id.toLowerCase());
  if (found) return found;
  throw new ScimError(
    404,
    undefined,
    `There is no ${JSON.stringify(request.id.slice(0, 100))}. There are ${JSON.stringify(all.map(({ id }) => id))}.`,
  );
}
