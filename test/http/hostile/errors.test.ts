import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { replyToError } from '../../../src/http/error-handler.ts';
import { createTracking } from '../../../src/http/request-context.ts';
import { createLog } from '../../../src/log.ts';
import { ScimError } from '../../../src/scim/error.ts';

const errors = [
  { error: new ScimError(400, 'invalidValue', 'x'), status: 400, calls: 0 },
  { error: new ScimError(501, undefined, 'x'), status: 501, calls: 0 },
  { error: new ScimError(503, undefined, 'x'), status: 503, calls: 0 },
  { error: new Error('x'), status: 500, calls: 1 },
];
it.each(errors)('an answer $status calls a person $calls times', async ({ error, status, calls }) => {
  const logged: unknown[] = [];
  const log = { ...createLog('silent'), info: () => {}, error: (line: unknown) => void logged.push(line) };
  const metrics = { contentType: '', requestAnswered: () => {}, render: async () => '' };
  const track = createTracking(log, metrics);
  const server = createServer((req, res) => {
    track(req, res);
    replyToError(log, error, res);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(reply.status).toBe(status);
  expect(logged).toHaveLength(calls);
});
