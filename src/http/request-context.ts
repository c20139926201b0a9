import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';

/** What the log line and the metrics of a request need; filled in on its way. */
export interface RequestContext {
  /** Ours, not the client's: it is stored in the audit log and must be unique. */
  readonly requestId: string;
  /** The route as it was declared, never the path: ids would make metrics grow without end. */
  route: string;
  /** `directory/client`; empty until authenticated. */
  client: string;
}

/** Gives each request its id, and when it is answered one log line and one count. */
export function trackRequests(log: Log, metrics: Metrics): RequestHandler {
  return (req: Request, res: Response, next: NextFunction) => {
    const context: RequestContext = { requestId: randomUUID(), route: 'none', client: '' };
    res.locals['context'] = context;
    res.set('X-Request-Id', context.requestId);
    const startedAt = performance.now();
    res.once('close', () => {
      const durationMs = performance.now() - startedAt;
      metrics.requestAnswered(req.method, res.statusCode, durationMs, context);
      logRequest(log, req.method, res, durationMs);
    });
    next();
  };
}

export function contextOf(res: Response): RequestContext {
  return res.locals['context'] as RequestContext;
}

/** Reads that went well are too many to be of use. */
function logRequest(log: Log, method: string, res: Response, durationMs: number): void {
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
