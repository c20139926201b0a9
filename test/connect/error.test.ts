import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createBudget } from '../../src/connect/budget.ts';
import { ConnectError, type ConnectErrorKind } from '../../src/connect/error.ts';
import { type ConnectInstance, createConnectInstance } from '../../src/connect/instance.ts';
import type { ConnectUserId } from '../../src/connect/user.ts';
import { createFakeClock } from './fake-clock.ts';
import { instanceAt, instanceBehind, json, type Reply } from './reply-server.ts';

const ANA = '22222222-2222-2222-2222-222222222222' as ConnectUserId;

const READ = (instance: ConnectInstance) => instance.describeUser(ANA);
const WRITE = (instance: ConnectInstance) => instance.putUserStatus(ANA, 'any');

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
}

interface Case {
  readonly name: string;
  readonly reply: Reply;
  readonly code: string;
  readonly read: ConnectErrorKind;
  readonly write: ConnectErrorKind;
}

const error = (status: number, type: string, message = 'No.') => json(status, { Message: message }, type);
const html =
  (status: number): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<html>502 Bad Gateway</html>');
  };
const same = (kind: ConnectErrorKind) => ({ read: kind, write: kind });
const unknown = { read: 'retryable', write: 'ambiguous' } as const;

const refusals: Case[] = [
  {
    name: 'throttled, as modelled',
    reply: error(429, 'ThrottlingException'),
    code: 'ThrottlingException',
    ...same('throttled'),
  },
  {
    name: 'throttled, as seen',
    reply: error(429, 'TooManyRequestsException'),
    code: 'TooManyRequestsException',
    ...same('throttled'),
  },
  { name: '429 without a type', reply: json(429, {}), code: 'http429', ...same('throttled') },
  { name: '429 of a proxy', reply: html(429), code: 'unreadableReply', ...same('throttled') },
  {
    name: 'quota full',
    reply: error(429, 'LimitExceededException'),
    code: 'LimitExceededException',
    ...same('quotaFull'),
  },
  {
    name: 'quota full, 402',
    reply: error(402, 'ServiceQuotaExceededException'),
    code: 'ServiceQuotaExceededException',
    ...same('quotaFull'),
  },
  {
    name: 'duplicate',
    reply: error(409, 'DuplicateResourceException'),
    code: 'DuplicateResourceException',
    ...same('duplicate'),
  },
  {
    name: 'edits that meet',
    reply: error(409, 'ResourceConflictException'),
    code: 'ResourceConflictException',
    ...same('retryable'),
  },
  {
    name: 'not found',
    reply: error(404, 'ResourceNotFoundException'),
    code: 'ResourceNotFoundException',
    ...same('notFound'),
  },
  {
    name: 'denied by IAM',
    reply: error(403, 'AccessDeniedException'),
    code: 'AccessDeniedException',
    ...same('denied'),
  },
  {
    name: 'expired token',
    reply: error(403, 'ExpiredTokenException'),
    code: 'credentials',
    ...same('outage'),
  },
  {
    name: 'unknown key',
    reply: error(403, 'UnrecognizedClientException'),
    code: 'credentials',
    ...same('outage'),
  },
  {
    name: 'wrong secret',
    reply: error(403, 'InvalidSignatureException'),
    code: 'credentials',
    ...same('outage'),
  },
  {
    name: 'invalid parameter',
    reply: error(400, 'InvalidParameterException'),
    code: 'InvalidParameterException',
    ...same('permanent'),
  },
  {
    name: 'invalid request',
    reply: error(400, 'InvalidRequestException'),
    code: 'InvalidRequestException',
    ...same('permanent'),
  },
  {
    name: 'type in the body',
    reply: json(400, { __type: 'com.aws#InvalidRequestException' }),
    code: 'InvalidRequestException',
    ...same('permanent'),
  },
];

const unknownOutcomes: Case[] = [
  {
    name: 'internal error',
    reply: error(500, 'InternalServiceException'),
    code: 'InternalServiceException',
    ...unknown,
  },
  { name: 'empty 503', reply: (response) => response.writeHead(503).end(), code: 'http503', ...unknown },
  { name: 'HTML 502', reply: html(502), code: 'unreadableReply', ...unknown },
  {
    name: 'connection reset',
    reply: (response) => void response.socket?.resetAndDestroy(),
    code: 'disconnected',
    ...unknown,
  },
  {
    name: 'connection closed',
    reply: (response) => void response.socket?.destroy(),
    code: 'disconnected',
    ...unknown,
  },
  { name: 'no reply in time', reply: () => undefined, code: 'timeout', ...unknown },
  {
    name: 'reply cut short',
    reply: (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{');
      setTimeout(() => response.socket?.destroy(), 10);
    },
    code: 'unreadableReply',
    ...unknown,
  },
  {
    name: 'reply that stalls',
    reply: (response) => void response.writeHead(200, { 'content-length': 100 }).write('{'),
    code: 'unreadableReply',
    ...unknown,
  },
];

describe('an error of Connect or the network', () => {
  test.each([...refusals, ...unknownOutcomes])('is known for what it means: $name', async (expected) => {
    const { instance, requests } = await instanceBehind(expected.reply);
    const [read, write] = await Promise.all([failure(READ(instance)), failure(WRITE(instance))]);
    expect(read).toMatchObject({ code: expected.code, kind: expected.read, operation: 'DescribeUser' });
    expect(write).toMatchObject({ code: expected.code, kind: expected.write, operation: 'PutUserStatus' });
    expect(requests, 'one call is one request').toHaveLength(2);
  });

  test('is an outage, also for a write, when no connection came about', async () => {
    const error = await failure(WRITE(instanceAt(await addressWithoutListener())));
    expect(error).toMatchObject({ code: 'unreachable', kind: 'outage' });
    expect(error.message).toMatch(/ECONNREFUSED.*Nothing was changed/);
  });

  test('is an outage, as a matter of credentials, when there are none', async () => {
    const clock = createFakeClock();
    const instance = createConnectInstance({
      alias: 'uk',
      region: 'eu-west-2',
      instanceId: 'any',
      endpoint: 'http://127.0.0.1:9',
      budget: createBudget({ clock, perSecond: 2, burst: 4 }),
      clock,
      requestTimeoutMs: 150,
      credentials: () => {
        throw Object.assign(new Error('Could not load credentials from any providers'), {
          name: 'CredentialsProviderError',
        });
      },
    });
    const error = await failure(WRITE(instance));
    expect(error).toMatchObject({ code: 'credentials', kind: 'outage' });
    expect(error.message).toBe(
      'PutUserStatus: CredentialsProviderError: Could not load credentials from any providers. Expected credentials from the default chain: environment, shared config files, web identity, container or instance role. Renew them; work waits and goes on by itself.',
    );
  });

  test('says what was found and what to do, and keeps its cause', async () => {
    const denied = error(403, 'AccessDeniedException', 'User: arn:aws:sts::1:bridge is not authorized');
    const { instance } = await instanceBehind(denied);
    const found = await failure(WRITE(instance));
    expect(found.message).toBe(
      "PutUserStatus: answered with HTTP 403 AccessDeniedException: User: arn:aws:sts::1:bridge is not authorized. Allow connect:PutUserStatus to the bridge's role; docs/iam-policy.json holds all that it needs.",
    );
    expect(found.cause).toMatchObject({ name: 'AccessDeniedException' });
  });

  test('is an unreadable reply when a success lacks what it must have, or is a web page', async () => {
    const { instance } = await instanceBehind(json(200, {}), html(200));
    expect(await failure(READ(instance))).toMatchObject({ code: 'unreadableReply', kind: 'retryable' });
    expect(await failure(READ(instance))).toMatchObject({ code: 'unreadableReply', kind: 'retryable' });
  });
});

test('a throttled call slows the bucket of its operation, any other failure does not', async () => {
  const throttled = error(429, 'TooManyRequestsException');
  const { instance, budget } = await instanceBehind(throttled, error(400, 'InvalidRequestException'));
  await failure(READ(instance));
  await failure(WRITE(instance));
  expect(budget.levels()).toMatchObject([
    { scope: 'default/eu-west-2', operation: 'DescribeUser', tokens: 0, perSecond: 1 },
    { scope: 'default/eu-west-2', operation: 'PutUserStatus', tokens: 3, perSecond: 2 },
  ]);
});

async function addressWithoutListener(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
