import {
  CreateUserCommand,
  DescribeInstanceCommand,
  DescribeUserCommand,
  ListUsersCommand,
  UpdateUserConfigCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../virtual-clock.ts';
import { type Acme, acmeSeed, catalogOf, clientFor, errorName, instanceId, startAcme } from './acme.ts';

const annSeed = `identityManagementType: SAML
users: [{ username: ann, firstName: Ann, lastName: Archer, routingProfile: Sales, securityProfiles: [Agent] }]`;
const instance = { InstanceId: instanceId };
const list = async ({ connect }: Pick<Acme, 'connect'>) =>
  errorName(connect.send(new ListUsersCommand(instance)));

function virtualClock(): VirtualClock {
  const clock = new VirtualClock();
  onTestFinished(() => {
    clock.stop();
  });
  return clock;
}

describe('on the wire', () => {
  const unknown = `/users/${instanceId}/99999999-9999-9999-9999-999999999999`;

  test('an error has its type in a header and its message in the body', async () => {
    const { url } = await startAcme();
    const response = await fetch(`${url}${unknown}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ Message: 'Resource not found' });
  });

  test('an operation without output answers 200 with nothing', async () => {
    const { url, simulator } = await startAcme({ seed: acmeSeed(annSeed) });
    const id = simulator.operator.snapshot('acme').users[0]?.id;
    const response = await fetch(`${url}/users/${instanceId}/${id}`, { method: 'DELETE' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test.each([
    { path: '/nothing/here', method: 'GET', status: 404, type: 'UnknownOperationException' },
    {
      path: `/users/${instanceId}`,
      method: 'PUT',
      body: '{"Username":',
      status: 400,
      type: 'SerializationException',
    },
    { path: `/users-summary/${instanceId}?nextToken=`, method: 'GET', status: 200, type: null },
    { path: '/users-summary//', method: 'GET', status: 404, type: 'UnknownOperationException' },
    { path: '/users-summary/', method: 'GET', status: 400, type: 'InvalidParameterException' },
  ])('$method $path gives $status $type', async ({ path, method, body, status, type }) => {
    const { url } = await startAcme();
    const response = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body }) });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, type]);
  });

  test('members in another case are ignored, so a required one is missing', async () => {
    const { url } = await startAcme();
    const body = JSON.stringify({ username: 'ann' });
    const response = await fetch(`${url}/users/${instanceId}`, { method: 'PUT', body });
    expect(await response.json()).toEqual({ Message: 'Required parameter missing: Username' });
  });
});

describe('the throttle', () => {
  test('admits a burst of 5 and then 2 each second, per operation', async () => {
    const acme = await startAcme({ clock: virtualClock(), perSecond: 2 });
    const burst = [];
    for (let i = 0; i < 7; i += 1) burst.push(await list(acme));
    expect(burst).toEqual([
      ...Array<string>(5).fill('none'),
      'TooManyRequestsException',
      'TooManyRequestsException',
    ]);
    expect(await errorName(acme.connect.send(new DescribeInstanceCommand(instance)))).toBe('none');
  });

  test('gives a token back every 500 ms', async () => {
    const clock = virtualClock();
    const acme = await startAcme({ clock, perSecond: 2 });
    for (let i = 0; i < 5; i += 1) await list(acme);
    await clock.sleep(499);
    expect(await list(acme)).toBe('TooManyRequestsException');
    await clock.sleep(1);
    expect(await list(acme)).toBe('none');
    for (let i = 0; i < 10; i += 1) {
      await clock.sleep(500);
      expect(await list(acme)).toBe('none');
    }
  });

  test('is 429 with a message in lower case, or ThrottlingException if the seed says so', async () => {
    const seed = acmeSeed().replace('region:', 'throttleError: ThrottlingException\nregion:');
    const { url, simulator } = await startAcme({ seed });
    simulator.addFault({ kind: 'throttle', operation: '*' });
    const response = await fetch(`${url}/users-summary/${instanceId}`);
    expect(response.status).toBe(429);
    expect(response.headers.get('x-amzn-errortype')).toBe('ThrottlingException');
    expect(await response.json()).toEqual({ message: 'Rate exceeded' });
  });

  test('counts accounts and Regions apart, and instances of one account together', async () => {
    const profile = 'securityProfiles: [{ name: Agent }]\n    routingProfiles: [{ name: Basic }]';
    const other = (alias: string, more: string) => `  - alias: ${alias}\n    ${profile}\n    ${more}\n`;
    const seed = `${acmeSeed().trimEnd()}\n${other('twin', 'userQuota: 9')}${other('foreign', 'account: "210987654321"')}${other('us', 'region: us-east-1')}`;
    const acme = await startAcme({ seed, clock: virtualClock(), perSecond: 2 });
    const us = clientFor(acme.url, 'us-east-1');
    onTestFinished(() => us.destroy());
    const at = async (alias: string, connect = acme.connect) =>
      errorName(
        connect.send(new ListUsersCommand({ InstanceId: acme.simulator.operator.snapshot(alias).id })),
      );
    for (let i = 0; i < 5; i += 1) await at('acme');
    expect(await at('twin')).toBe('TooManyRequestsException');
    expect(await at('foreign')).toBe('none');
    expect(await at('us', us)).toBe('none');
    expect(await at('us')).toBe('TooManyRequestsException');
  });
});

test('an instance is not found from another Region', async () => {
  const acme = await startAcme();
  const us = clientFor(acme.url, 'us-east-1');
  onTestFinished(() => us.destroy());
  expect(await list({ connect: us })).toBe('ResourceNotFoundException');
});

describe('a fault', () => {
  async function startWithAnn() {
    const acme = await startAcme({ seed: acmeSeed(annSeed) });
    const { security, routing } = await catalogOf(acme.connect);
    const bo = new CreateUserCommand({
      ...instance,
      Username: 'bo',
      IdentityInfo: { FirstName: 'Bo', LastName: 'Baker' },
      SecurityProfileIds: [security['Agent'] ?? ''],
      RoutingProfileId: routing['Basic'],
    });
    const usernames = () => acme.simulator.operator.snapshot('acme').users.map(({ username }) => username);
    acme.simulator.clearJournal();
    return { ...acme, bo, usernames };
  }

  test('hits the operation it names as often as it says', async () => {
    const acme = await startWithAnn();
    acme.simulator.addFault({ kind: 'throttle', operation: 'ListUsers', count: 2 });
    expect(await errorName(acme.connect.send(new DescribeInstanceCommand(instance)))).toBe('none');
    expect([await list(acme), await list(acme), await list(acme)]).toEqual([
      'TooManyRequestsException',
      'TooManyRequestsException',
      'none',
    ]);
  });

  test('hits the user it names', async () => {
    const acme = await startWithAnn();
    acme.simulator.addFault({ kind: 'serverError', operation: '*', username: 'ann' });
    const UserId = acme.simulator.operator.snapshot('acme').users[0]?.id;
    expect(await list(acme)).toBe('none');
    expect(await errorName(acme.connect.send(new DescribeUserCommand({ ...instance, UserId })))).toBe(
      'InternalServiceException',
    );
  });

  test.each([
    { when: 'beforeCommit', usernames: ['ann'], retry: 'none' },
    { when: 'afterCommit', usernames: ['ann', 'bo'], retry: 'DuplicateResourceException' },
  ] as const)(
    'of the server $when leaves $usernames, and a retry gives $retry',
    async ({ when, usernames, retry }) => {
      const acme = await startWithAnn();
      acme.simulator.addFault({ kind: 'serverError', operation: 'CreateUser', when });
      expect(await errorName(acme.connect.send(acme.bo))).toBe('InternalServiceException');
      expect(acme.usernames()).toEqual(usernames);
      expect(await errorName(acme.connect.send(acme.bo))).toBe(retry);
    },
  );

  test.each([
    { when: 'beforeCommit', usernames: ['ann'] },
    { when: 'afterCommit', usernames: ['ann', 'bo'] },
  ] as const)('resets the connection $when', async ({ when, usernames }) => {
    const acme = await startWithAnn();
    acme.simulator.addFault({ kind: 'reset', operation: 'CreateUser', when });
    await expect(acme.connect.send(acme.bo)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(acme.usernames()).toEqual(usernames);
    expect(acme.simulator.journal()).toMatchObject([
      { operation: 'CreateUser', status: 0, errorType: 'ConnectionReset' },
    ]);
  });

  test('denies access, or fails a condition', async () => {
    const acme = await startWithAnn();
    acme.simulator.addFault({ kind: 'accessDenied', operation: 'ListUsers' });
    await expect(acme.connect.send(new ListUsersCommand(instance))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::123456789012:.* is not authorized to perform: connect:ListUsers on resource: arn:aws:connect:/,
      ) as string,
    });
    acme.simulator.addFault({ kind: 'conditionalOperationFailed', operation: 'UpdateUserConfig' });
    const UserId = acme.simulator.operator.snapshot('acme').users[0]?.id;
    expect(await errorName(acme.connect.send(new UpdateUserConfigCommand({ ...instance, UserId })))).toBe(
      'ConditionalOperationFailedException',
    );
  });

  test('slows a call down in the clock’s time, and no longer once it is cleared', async () => {
    const clock = virtualClock();
    const acme = await startAcme({ clock });
    acme.simulator.addFault({ kind: 'slow', operation: 'ListUsers', ms: 60_000, count: 2 });
    const before = clock.now();
    expect(await list(acme)).toBe('none');
    expect(clock.now() - before).toBe(60_000);
    acme.simulator.clearFaults();
    expect(await list(acme)).toBe('none');
    expect(clock.now() - before).toBe(60_000);
  });
});

test('the journal has each call with its outcome, and no operator’s action', async () => {
  const clock = virtualClock();
  const acme = await startAcme({ seed: acmeSeed(annSeed), clock });
  const UserId = acme.simulator.operator.snapshot('acme').users[0]?.id;
  await acme.connect.send(new DescribeUserCommand({ ...instance, UserId }));
  acme.simulator.operator.deleteUser('acme', 'ann');
  await errorName(acme.connect.send(new DescribeUserCommand({ ...instance, UserId })));
  const call = {
    at: clock.now(),
    account: '123456789012',
    region: 'eu-west-2',
    operation: 'DescribeUser',
    instanceId,
    requestId: expect.any(String) as string,
  };
  expect(acme.simulator.journal()).toEqual([
    { ...call, userId: UserId, username: 'ann', status: 200 },
    { ...call, userId: UserId, status: 404, errorType: 'ResourceNotFoundException' },
  ]);
  acme.simulator.clearJournal();
  expect(acme.simulator.journal()).toEqual([]);
});
