import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Runtime } from '../../sync/runtime.ts';
import { replyToError } from '../error-handler.ts';
import { BODY_LIMIT_BYTES, URL_LIMIT_BYTES } from '../limits.ts';
import { plainBody } from '../read-body.ts';
import type { TrackRequest } from '../request-context.ts';
import { commonHeaders, setCommonHeaders } from '../request-context.ts';
import type { Served } from './answer.ts';
import { admit, answer } from './answer.ts';
import type { Endpoint, Handler, Method, ScimRequest } from './endpoint.ts';
import { group, groups } from './groups/groups.ts';
import { user, users } from './users/users.ts';

/** Takes a request, or leaves it untouched and says false. */
export type Direct = (req: IncomingMessage, res: ServerResponse) => boolean;

export interface DirectOptions {
  readonly runtime: Runtime;
  readonly track: TrackRequest;
  readonly servedAt: ServedAt;
}

/** What is served now below a path such as `/scim/v2`. */
export type ServedAt = (mount: string) => Served | undefined;

/**
 * Serves what identity providers ask all day, users and groups under their plain addresses, without the way through
 * Express, which takes longer than the lookup. Whatever is unusual about a request leaves it to Express: the two
 * answer alike.
 */
export function directScim({ runtime, track, servedAt }: DirectOptions): Direct {
  return (req, res) => {
    const origin = isPlain(req) ? originOf(runtime, req) : undefined;
    const target = origin === undefined ? undefined : targetOf(req, servedAt);
    if (!target) return false;
    track(req, res);
    serve(target, origin + target.mount, { req, res }).catch((error: unknown) => {
      if (!res.headersSent) setCommonHeaders(res);
      replyToError(runtime.log, error, res);
    });
    return true;
  };
}

/** Undefined where it depends on what a proxy says. */
function originOf({ config }: Runtime, { headers }: IncomingMessage): string | undefined {
  const { publicUrl, trustProxy } = config.server;
  if (publicUrl !== null) return publicUrl;
  return trustProxy === 0 && headers.host ? `http://${headers.host}` : undefined;
}

/** The headers that may not be given twice, and those that say that the body is not what it seems. */
const SINGLE = new Set(['host', 'authorization', 'content-type', 'content-length']);

function isPlain({ headers, rawHeaders, url = '' }: IncomingMessage): boolean {
  if (url.length > URL_LIMIT_BYTES || NOT_PLAIN.test(url)) return false;
  if (headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined) return false;
  if (Number(headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return false;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (SINGLE.has(name) && seen.size === seen.add(name).size) return false;
  }
  return true;
}

/** Express reads an address with one of these in another way. */
const NOT_PLAIN = /[^!-~]|#/;

interface Target extends Pick<ScimRequest, 'id' | 'query'> {
  readonly served: Served;
  readonly mount: string;
  readonly endpoint: Endpoint;
  readonly handler: Handler;
}

const LISTS: ReadonlyMap<string, Endpoint> = new Map([
  ['Users', users],
  ['Groups', groups],
]);
const ONES: ReadonlyMap<string, Endpoint> = new Map([
  ['Users', user],
  ['Groups', group],
]);
/** Nothing in it is decoded, and it is no `.search`. */
const PLAIN_ID = /^[\w-]+$/;

function targetOf({ url = '', method }: IncomingMessage, servedAt: ServedAt): Target | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? {} : parse(url.slice(mark + 1));
  const [lead, last] = cut(path);
  const list = LISTS.get(last);
  const [mount, type] = list ? [lead, last] : cut(lead);
  const endpoint = list ?? ONES.get(type);
  const handler = endpoint?.methods[method as Method];
  const served = servedAt(mount);
  if (!endpoint || !handler || !served || !PLAIN_ID.test(last)) return undefined;
  return { served, mount, endpoint, handler, id: list ? '' : last, query };
}

/** Before and after the last slash. */
function cut(path: string): readonly [string, string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
}

const NO_BODY = Buffer.alloc(0);

async function serve(
  { served, endpoint, handler, id, query }: Target,
  baseUrl: string,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
): Promise<void> {
  const client = admit(served, req, res);
  const body = req.headers['content-length'] === undefined ? NO_BODY : await plainBody(req);
  const admitted = { endpoint, handler, client, baseUrl, id, query, body };
  await answer(admitted, served, { req, res, common: commonHeaders(res) });
}
