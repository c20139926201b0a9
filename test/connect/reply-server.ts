import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { type Budget, createBudget } from '../../src/connect/budget.ts';
import { type ConnectInstance, createConnectInstance } from '../../src/connect/instance.ts';
import { createFakeClock } from './fake-clock.ts';

export const UK_ID = '11111111-1111-1111-1111-111111111111';

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** JSON as Connect sends it, an error when it has a type. */
export function json(status: number, body: unknown, errorType?: string): Reply {
  return (response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
    });
    response.end(JSON.stringify(body));
  };
}

/**
 * An instance behind a real HTTP server of one test, which answers with `replies` in their order, the last one for
 * ever. What the simulator never does on purpose is tried with it.
 */
export async function instanceBehind(...replies: Reply[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    (replies.length > 1 ? replies.shift() : replies[0])?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = createFakeClock();
  const budget = createBudget({ clock, perSecond: 2, burst: 4 });
  const instance = instanceAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    clock,
    budget,
  });
  onTestFinished(() => {
    instance.close();
    server.closeAllConnections();
    server.close();
  });
  return { instance, requests, clock, budget };
}

interface Surroundings {
  readonly clock?: Clock;
  readonly budget?: Budget;
  readonly alias?: string;
  readonly instanceId?: string;
}

export function instanceAt(endpoint: string, surroundings: Surroundings = {}): ConnectInstance {
  const { clock = createFakeClock(), alias = 'uk', instanceId = UK_ID } = surroundings;
  const { budget = createBudget({ clock, perSecond: 2, burst: 4 }) } = surroundings;
  return createConnectInstance({
    alias,
    region: 'eu-west-2',
    instanceId,
    endpoint,
    budget,
    clock,
    // Two tests wait for it; a busy machine must not meet it in the others.
    requestTimeoutMs: 750,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}
