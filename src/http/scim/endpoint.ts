import type { IncomingHttpHeaders } from 'node:http';
import type { DirectoryRuntime, Runtime } from '../../sync/runtime.ts';
import type { PageMemory } from './lists/page-memory.ts';
import type { VerdictBreaker } from './verdict/breaker.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A path below `/scim/v2`, with what each method does. A method that is missing is answered 405. */
export interface Endpoint {
  /** In express syntax; `id` is the only parameter. */
  readonly path: string;
  readonly methods: Partial<Readonly<Record<Method, Handler>>>;
}

/** @throws ScimError, StoreError: the error handler makes the reply */
export type Handler = (request: ScimRequest) => Promise<ScimReply>;

/** An authenticated request. */
export interface ScimRequest {
  readonly runtime: Runtime;
  readonly directory: DirectoryRuntime;
  /** The directory's. */
  readonly breaker: VerdictBreaker;
  /** The directory's. */
  readonly pages: PageMemory;
  /** Alias of the provisioning client. */
  readonly client: string;
  readonly requestId: string;
  /** Where this directory's endpoints are, as the client reaches them, without a trailing slash. */
  readonly baseUrl: string;
  /** The `:id` of the path; empty where it has none. */
  readonly id: string;
  /** Id of the resource that a POST makes. */
  readonly newId: string;
  /** A parameter that is given twice is a list. */
  readonly query: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers: Pick<IncomingHttpHeaders, 'if-match' | 'if-none-match'>;
  /** Empty when none was sent. */
  readonly body: Uint8Array;
}

export interface ScimReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, whole or in pieces that are sent as they come. */
  readonly body?: string | AsyncIterable<string>;
}
