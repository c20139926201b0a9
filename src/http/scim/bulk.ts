import { randomUUID } from 'node:crypto';
import type { BulkOperation, BulkResult } from '../../scim/bulk.ts';
import { bulkResponse, parseBulk, resolveBulkIds } from '../../scim/bulk.ts';
import { ScimError, errorBody } from '../../scim/error.ts';
import { asScimError } from '../as-scim-error.ts';
import { MAX_BULK_OPERATIONS } from '../limits.ts';
import type { Endpoint, Handler, ScimReply, ScimRequest } from './endpoint.ts';
import { jsonBody } from './json-body.ts';
import { group, groups } from './groups/groups.ts';
import { user, users } from './users/users.ts';

export const bulk: Endpoint = { path: '/Bulk', methods: { POST: postBulk } };

/** RFC 7644 §3.7. Each operation is a request of its own: those before one that fails stay done. */
async function postBulk(request: ScimRequest): Promise<ScimReply> {
  const { operations, failOnErrors } = parseBulk(await jsonBody(request), {
    maxOperations: MAX_BULK_OPERATIONS,
  });
  const ids = new Map(
    operations.flatMap(({ method, bulkId }) => (method === 'POST' && bulkId ? [[bulkId, randomUUID()]] : [])),
  );
  const results: BulkResult[] = [];
  let errors = 0;
  for (const operation of operations) {
    if (failOnErrors !== undefined && errors >= failOnErrors) break;
    const result = await carriedOut(request, operation, ids);
    results.push(result);
    if (result.status < 400) continue;
    errors += 1;
    if (operation.method === 'POST' && operation.bulkId) ids.delete(operation.bulkId);
  }
  return { status: 200, body: JSON.stringify(bulkResponse(results)) };
}

async function carriedOut(
  request: ScimRequest,
  operation: BulkOperation,
  ids: ReadonlyMap<string, string>,
): Promise<BulkResult> {
  const { method, bulkId } = operation;
  let named: Omit<BulkResult, 'status'> = { method, ...(bulkId !== undefined && { bulkId }) };
  try {
    const { path, data, version } = resolveBulkIds(operation, ids);
    // RFC 7644 §3.7.3 asks for it of a failure too, but not of one to create.
    if (method !== 'POST') named = { ...named, location: request.baseUrl + path };
    const { handler, id } = target(method, path);
    const newId = (bulkId && ids.get(bulkId)) || randomUUID();
    const { status, headers } = await handler({
      ...request,
      id,
      newId,
      query: {},
      headers: version === undefined ? {} : { 'if-match': version },
      body: Buffer.from(JSON.stringify(data ?? null)),
    });
    const location = headers?.['Location'];
    const made = { ...(location && { location }), ...(headers?.['ETag'] && { version: headers['ETag'] }) };
    return { ...named, ...made, status };
  } catch (error) {
    const scimError = asScimError(error);
    if (scimError.status >= 500) {
      request.runtime.log.error({ requestId: request.requestId, err: error }, 'bulk operation failed');
    }
    return { ...named, status: scimError.status, response: errorBody(scimError) };
  }
}

const ENDPOINTS: Readonly<Record<string, { readonly list: Endpoint; readonly one: Endpoint }>> = {
  Users: { list: users, one: user },
  Groups: { list: groups, one: group },
};

function target(
  method: BulkOperation['method'],
  path: string,
): { readonly handler: Handler; readonly id: string } {
  const [, type = '', id = '', ...rest] = path.split('/');
  const endpoint = Object.hasOwn(ENDPOINTS, type) ? ENDPOINTS[type] : undefined;
  const handler = (id === '' ? endpoint?.list : endpoint?.one)?.methods[method];
  if (handler && rest.length === 0) return { handler, id };
  throw new ScimError(404, undefined, `Bulk has no ${method} ${JSON.stringify(path.slice(0, 100))}.`);
}
