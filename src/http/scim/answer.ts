import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import { badRequest, ScimError } from '../../scim/error.ts';
import { authenticate } from '../authenticate.ts';
import { SCIM_CONTENT_TYPE } from '../error-handler.ts';
import type { RateLimit } from '../rate-limit.ts';
import { contextOf } from '../request-context.ts';
import type { Endpoint, Handler, ScimReply, ScimRequest } from './endpoint.ts';

/** What all requests to a directory have in common. */
export interface Served extends Pick<ScimRequest, 'runtime' | 'directory' | 'breaker' | 'pages'> {
  readonly rateLimit: RateLimit;
}

/** Who is not authenticated learns nothing of the endpoints. @throws ScimError 401, 429 */
export function admit({ directory, rateLimit }: Served, req: IncomingMessage, res: ServerResponse): string {
  const { client } = authenticate(directory, req.headers.authorization);
  const credential = `${directory.alias}/${client}`;
  contextOf(res).client = credential;
  refuseExcess(res, rateLimit(credential, directory.config.clients[client]!.rateLimit));
  return client;
}

/** What was found out about an admitted request. */
export interface Admitted extends Pick<ScimRequest, 'client' | 'baseUrl' | 'id' | 'query' | 'body'> {
  readonly endpoint: Endpoint;
  readonly handler: Handler;
}

/** @param common headers that the reply has in any case, names and values in turn */
export async function answer(
  { endpoint, handler, ...request }: Admitted,
  { runtime, directory, breaker, pages }: Served,
  { req, res, common }: { req: IncomingMessage; res: ServerResponse; common: string[] },
): Promise<void> {
  const context = contextOf(res);
  context.route = endpoint.path;
  refuseBrokenText(request.query, req.url ?? '');
  const { requestId } = context;
  const { headers } = req;
  const whole = { runtime, directory, breaker, pages, requestId, newId: randomUUID(), headers, ...request };
  await send(res, await handler(whole), common);
}

function refuseExcess(res: ServerResponse, retryAfterSeconds: number): void {
  if (retryAfterSeconds === 0) return;
  // Okta waits exactly this long; anything but an integer makes it wait five minutes.
  res.setHeader('Retry-After', String(retryAfterSeconds));
  throw new ScimError(
    429,
    undefined,
    'Too many requests with this token: repeat this one after Retry-After.',
  );
}

/** Where the bytes are no UTF-8, decoding puts U+FFFD; who means that character sends it. @throws ScimError 400 */
function refuseBrokenText(query: ScimRequest['query'], url: string): void {
  for (const name in query) {
    if (!String(query[name]).includes('\uFFFD') || /%EF%BF%BD/i.test(url)) continue;
    throw badRequest(
      'invalidValue',
      `The value of ${name.slice(0, 50)} in the URL is not UTF-8 once it is decoded.`,
    );
  }
}

async function send(
  res: ServerResponse,
  { status, headers, body }: ScimReply,
  head: string[],
): Promise<void> {
  for (const name in headers) head.push(name, headers[name]!);
  if (body === undefined) {
    res.writeHead(status, head).end();
    return;
  }
  head.push('Content-Type', SCIM_CONTENT_TYPE);
  if (typeof body !== 'string') {
    res.writeHead(status, head);
    return sendPieces(res, body);
  }
  // With the headers written at once, Node would not count it.
  const bytes = Buffer.byteLength(body);
  head.push('Content-Length', String(bytes));
  // What is ASCII is the same in Latin-1, which is written faster.
  res.writeHead(status, head).end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** Waits for a slow client, so that a large group is never in memory as a whole. */
async function sendPieces(res: ServerResponse, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (res.destroyed) return;
    if (!res.write(piece)) await drained(res);
    // What makes the pieces may never wait for anything.
    await nextLoopTurn();
  }
  res.end();
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}
