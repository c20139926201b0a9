import { z } from 'zod';
import { invalidParameter, invalidRequest, missingParameter, resourceNotFound } from './errors.ts';
import type { Instance } from '../instance/instance.ts';
import type { PageRequest } from './paging.ts';
import type { UserRecord } from '../instance/records.ts';

/** A request to an operation, decoded from the wire; the body is not checked yet. */
export interface AccountCall {
  readonly operation: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly nowMs: number;
  /** The instances of the caller's account and Region. */
  readonly instances: readonly Instance[];
}

export interface InstanceCall extends AccountCall {
  readonly instance: Instance;
}

/**
 * The body as `schema` has it. Clients check next to nothing (the JS SDK nothing but path labels), so all of it
 * is done here. Members with other names are ignored, as Connect does, so that a member in the wrong case counts
 * as missing.
 *
 * @throws InvalidRequestException for a missing member, InvalidParameterException for a value out of bounds
 */
export function parseBody<T>(schema: z.ZodType<T>, call: AccountCall): T {
  const result = schema.safeParse(call.body ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) throw invalidRequest('The request body is not valid.');
  const name = issue.path.join('.');
  if (valueAt(call.body, issue.path) === undefined) throw missingParameter(name);
  throw invalidParameter(`${name} ${issue.message}`.trim());
}

/** @throws ResourceNotFoundException, or InvalidParameterException for an empty id */
export function calledUser(call: InstanceCall): UserRecord {
  const value = call.labels['UserId'] ?? '';
  if (value === '') throw invalidParameter('');
  const user = call.instance.user(value);
  if (!user) throw resourceNotFound();
  return user;
}

/** Paging of a List operation: lower camel case in the query (botocore model). */
export function listPage(call: AccountCall, cap: number): PageRequest {
  const text = call.query.get('maxResults');
  const maxResults = text === null ? Math.min(cap, defaultPageSize) : Number(text);
  if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > cap) {
    throw invalidParameter(`MaxResults ${text}`);
  }
  const nextToken = call.query.get('nextToken') || undefined;
  return { scope: pageScope(call), maxResults, nextToken };
}

/** Paging members of a Search operation's body. */
export const searchPaging = (cap: number) => ({
  MaxResults: z.int().min(1).max(cap).optional(),
  NextToken: z.string().min(1).max(2500).optional(),
});

export function searchPage(
  call: InstanceCall,
  body: { MaxResults?: number | undefined; NextToken?: string | undefined },
  cap: number,
): PageRequest {
  const maxResults = body.MaxResults ?? Math.min(cap, defaultPageSize);
  return { scope: pageScope(call), maxResults, nextToken: body.NextToken };
}

/** Connect's timestamps are epoch seconds; the JS SDK fails on anything else. */
export const epochSeconds = (ms: number): number => ms / 1000;

/** The pair that Connect adds to nearly everything it returns. */
export const lastModified = (instance: Instance, ms: number) => ({
  LastModifiedTime: epochSeconds(ms),
  LastModifiedRegion: instance.region,
});

/** What ListUsers returns unasked (API reference); the others are not documented. */
const defaultPageSize = 100;

function pageScope(call: AccountCall & { readonly instance?: Instance }): string {
  return `${call.operation} ${call.instance?.id ?? ''}`;
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    body,
  );
}
