import { ScimError, badRequest } from './error.ts';
import type { JsonObject, JsonValue } from './resource.ts';
import { isJsonObject } from './resource.ts';

const BULK_RESPONSE_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

export interface BulkLimits {
  readonly maxOperations: number;
}

export interface BulkRequest {
  /** Stop after this many errors; undefined means never. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/Users`, `/Users/{id}` or `/Groups/bulkId:{bulkId}`, relative to the directory. */
  readonly path: string;
  /** Given for every POST. */
  readonly bulkId: string | undefined;
  /** An ETag that the resource must still have. */
  readonly version: string | undefined;
  readonly data: JsonValue | undefined;
}

/**
 * The operations of a BulkRequest (RFC 7644 §3.7) in order.
 *
 * @throws ScimError 400 invalidSyntax naming the operation, 413 when there are too many
 */
export function parseBulk(body: unknown, limits: BulkLimits): BulkRequest {
  const sent = isJsonObject(body) ? body['Operations'] : undefined;
  if (!isJsonObject(body) || !Array.isArray(sent)) {
    throw badRequest('invalidSyntax', 'A BulkRequest needs a list "Operations".');
  }
  if (sent.length > limits.maxOperations) {
    throw new ScimError(
      413,
      undefined,
      `${sent.length} operations are too many. At most ${limits.maxOperations}.`,
    );
  }
  const operations = sent.map((operation: JsonValue, index) =>
    bulkOperation(operation, `Operations[${index}]`),
  );
  refuseRepeatedBulkIds(operations);
  return { failOnErrors: failOnErrors(body['failOnErrors']), operations };
}

/**
 * The operation with every `bulkId:x` in its path and data replaced by an id. Circular references need no order
 * of work: ids of all POSTs are chosen before the first one is carried out.
 *
 * @param ids id by bulkId, of every POST that has not failed
 * @throws ScimError 409 when it refers to a bulkId without an id
 */
export function resolveBulkIds(operation: BulkOperation, ids: ReadonlyMap<string, string>): BulkOperation {
  const path = operation.path
    .split('/')
    .map((segment) => resolvedText(segment, ids))
    .join('/');
  return {
    ...operation,
    path,
    data: operation.data === undefined ? undefined : resolved(operation.data, ids),
  };
}

export interface BulkResult {
  readonly method: BulkOperation['method'];
  readonly bulkId?: string;
  readonly version?: string;
  readonly location?: string;
  /** HTTP status of the operation. */
  readonly status: number;
  /** The error body, when it failed. */
  readonly response?: JsonObject;
}

/** The BulkResponse: `status` is a string (RFC 7644 §3.7.3). */
export function bulkResponse(results: readonly BulkResult[]): JsonObject {
  return {
    schemas: [BULK_RESPONSE_SCHEMA],
    Operations: results.map((result) => ({ ...result, status: String(result.status) })),
  };
}

function bulkOperation(sent: JsonValue, where: string): BulkOperation {
  if (!isJsonObject(sent)) throw badRequest('invalidSyntax', `${where} is not an object.`);
  const method = typeof sent['method'] === 'string' ? sent['method'].toUpperCase() : '';
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') {
    throw badRequest('invalidSyntax', `${where}.method must be POST, PUT, PATCH or DELETE.`);
  }
  const path = optionalText(sent, 'path', where);
  const bulkId = optionalText(sent, 'bulkId', where);
  if (!path?.startsWith('/')) throw badRequest('invalidSyntax', `${where}.path must begin with "/".`);
  if (method === 'POST' && !bulkId) throw badRequest('invalidSyntax', `${where}: POST needs a bulkId.`);
  if (method !== 'DELETE' && !isJsonObject(sent['data'])) {
    throw badRequest('invalidSyntax', `${where}.data must be an object.`);
  }
  return { method, path, bulkId, version: optionalText(sent, 'version', where), data: sent['data'] };
}

function optionalText(sent: JsonObject, name: string, where: string): string | undefined {
  const value = sent[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest('invalidSyntax', `${where}.${name} must be a string.`);
  return value;
}

function failOnErrors(value: JsonValue | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw badRequest('invalidValue', 'failOnErrors must be a whole number from 1.');
}

function refuseRepeatedBulkIds(operations: readonly BulkOperation[]): void {
  const seen = new Set<string>();
  for (const { method, bulkId } of operations) {
    if (method !== 'POST' || bulkId === undefined) continue;
    if (seen.has(bulkId))
      throw badRequest('invalidSyntax', `bulkId "${bulkId.slice(0, 100)}" is given twice.`);
    seen.add(bulkId);
  }
}

function resolved(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === 'string') return resolvedText(value, ids);
  if (Array.isArray(value)) return value.map((element: JsonValue) => resolved(element, ids));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolved(inner, ids)]));
}

/** Only a whole value refers: `bulkId:1` must not be found in `bulkId:12`. */
function resolvedText(text: string, ids: ReadonlyMap<string, string>): string {
  if (!text.startsWith('bulkId:')) return text;
  const id = ids.get(text.slice('bulkId:'.length));
  if (id !== undefined) return id;
  throw new ScimError(
    409,
    undefined,
    `"${text.slice(0, 100)}" refers to no POST of this request that succeeded.`,
  );
}
