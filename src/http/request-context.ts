import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What the log line and the metrics of a request need; filled in on its way. */
export interface RequestContext {
  /** Ours, not the client's: it is stored in the audit log and must be unique. */
  readonly requestId: string;
  /** The route as it was declared, never the path: ids would make metrics grow without end. */
  route: string;
  /** `directory/client`; empty until authenticated. */
  client: string;
}

/** Gives a request its id, and when it is answered one log line and one count. */
export type TrackRequest = (req: IncomingMessage, res: ServerResponse) => RequestContext;

export function createTracking(log: Log, metrics: Metrics): TrackRequest {
  return (req, res) => {
    const context: RequestContext = { requestId: randomUUID(), route: 'none', client: '' };
    contexts.set(res, context);
    const startedAt = performance.now();
    res.once('close', () => {
      const durationMs = performance.now() - startedAt;
      metrics.requestAnswered(req.method ?? '', res.statusCode, durationMs, context);
      logRequest(log, req.method, res, durationMs);
    });
    return context;
  };
}

const contexts = new WeakMap<ServerResponse, RequestContext>();

export function contextOf(res: ServerResponse): RequestContext {
  return contexts.get(res)!;
}

/** What every reply has, names and values in turn, as `writeHead` takes them. */
export function commonHeaders(res: ServerResponse): string[] {
  return ['X-Request-Id', contextOf(res).requestId, ...SECURITY_HEADERS];
}

/** The same, for replies that are made by others. */
export function setCommonHeaders(res: ServerResponse): void {
  const headers = commonHeaders(res);
  for (let at = 0; at < headers.length; at += 2) res.setHeader(headers[at]!, headers[at + 1]!);
}

/** Reads that went well are too many to be of use. */
function logRequest(log: Log, method: string | undefined, res: ServerResponse, durationMs: number): void {
  const isPlainRead = method === 'GET' && res.statusCode < 400;
  const line = {
    ...contextOf(res),
    method,
    status: res.writableFinished ? res.statusCode : 'aborted',
    durationMs: Math.round(durationMs),
  };
  if (isPlainRead) log.debug(line, 'request');
  else log.info(line, 'request');
}
