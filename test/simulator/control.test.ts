import {
  CreateUserCommand,
  DescribeUserCommand,
  ListRoutingProfilesCommand,
  ListSecurityProfilesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-connect';
import { describe, expect, test } from 'vitest';
import type { InstanceSnapshot, JournalEntry } from '../../src/simulator/simulator.ts';
import { acmeSeed, errorName, instanceId, startAcme } from './acme.ts';

const annSeed = `identityManagementType: SAML
users: [{ username: ann, firstName: Ann, lastName: Archer, routingProfile: Sales, securityProfiles: [Agent], tags: { team: blue } }]`;

async function startControlled() {
  const acme = await startAcme({ seed: acmeSeed(annSeed) });
  const send = async (method: string, path: string, body?: unknown) => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return fetch(`${acme.url}/_control${path}`, { method, ...(body === undefined ? {} : json) });
  };
  const snapshot = async () => (await (await send('GET', '/instances/acme')).json()) as InstanceSnapshot;
  return { ...acme, send, snapshot };
}

describe('the control interface', () => {
  test('reads and clears the journal', async () => {
    const { connect, send } = await startControlled();
    await connect.send(new ListUsersCommand({ InstanceId: instanceId }));
    const journal = (await (await send('GET', '/journal')).json()) as JournalEntry[];
    expect(journal).toMatchObject([{ operation: 'ListUsers', status: 200, instanceId }]);
    expect((await send('DELETE', '/journal')).status).toBe(204);
    expect(await (await send('GET', '/journal')).json()).toEqual([]);
  });

  test('gives a user whom an operator makes no id of a user who is gone', async () => {
    const { connect, simulator } = await startControlled();
    const cy = { username: 'cy', routingProfile: 'Basic', securityProfiles: ['Agent'] };
    const { SecurityProfileSummaryList = [] } = await connect.send(
      new ListSecurityProfilesCommand({ InstanceId: instanceId }),
    );
    const { RoutingProfileSummaryList = [] } = await connect.send(
      new ListRoutingProfilesCommand({ InstanceId: instanceId }),
    );
    const { UserId } = await connect.send(
      new CreateUserCommand({
        InstanceId: instanceId,
        Username: 'cy',
        IdentityInfo: { FirstName: 'Cy', LastName: 'Young' },
        PhoneConfig: { PhoneType: 'SOFT_PHONE' },
        SecurityProfileIds: [SecurityProfileSummaryList[0]!.Id!],
        RoutingProfileId: RoutingProfileSummaryList[0]!.Id,
      }),
    );
    simulator.operator.deleteUser('acme', 'cy');
    expect(simulator.operator.createUser('acme', cy)).not.toBe(UserId);
  });

  test('sets and clears faults', async () => {
    const { connect, send } = await startControlled();
    const list = async () => errorName(connect.send(new ListUsersCommand({ InstanceId: instanceId })));
    const fault = { kind: 'serverError', operation: 'ListUsers', count: 2 };
    expect((await send('POST', '/faults', fault)).status).toBe(204);
    expect(await list()).toBe('InternalServiceException');
    expect((await send('DELETE', '/faults')).status).toBe(204);
    expect(await list()).toBe('none');
  });

  test('shows an instance with names instead of ids', async () => {
    const { snapshot } = await startControlled();
    expect(await snapshot()).toMatchObject({
      id: instanceId,
      securityProfiles: ['Admin', 'Agent', 'No Access'],
      routingProfiles: ['Basic', 'Sales', 'Parked'],
      users: [
        {
          username: 'ann',
          firstName: 'Ann',
          routingProfile: 'Sales',
          securityProfiles: ['Agent'],
          hierarchy: [],
          phone: { type: 'SOFT_PHONE', autoAccept: false, afterContactWorkSeconds: 0 },
          tags: { team: 'blue' },
        },
      ],
    });
  });

  test('creates, edits and deletes users as an operator does', async () => {
    const { connect, send, snapshot } = await startControlled();
    const bo = { username: 'bo', firstName: 'Bo', routingProfile: 'Basic', securityProfiles: ['Agent'] };
    const created = await send('POST', '/instances/acme/users', bo);
    const { id } = (await created.json()) as { id: string };
    const edit = {
      lastName: 'Baker',
      routingProfile: 'Sales',
      securityProfiles: ['Admin'],
      hierarchy: ['EMEA', 'Leeds', 'Sales'],
      phone: { type: 'DESK_PHONE', number: '+441130000000' },
      tags: { a: 'b' },
    };
    expect((await send('PATCH', '/instances/acme/users/bo', edit)).status).toBe(204);
    const { User } = await connect.send(new DescribeUserCommand({ InstanceId: instanceId, UserId: id }));
    expect(User).toMatchObject({ Username: 'bo', IdentityInfo: { FirstName: 'Bo', LastName: 'Baker' } });
    const { firstName, ...rest } = { ...bo, ...edit };
    expect((await snapshot()).users[1]).toMatchObject({ ...rest, firstName });
    expect((await send('DELETE', '/instances/acme/users/ann')).status).toBe(204);
    expect((await snapshot()).users.map(({ username }) => username)).toEqual(['bo']);
  });

  test('deletes a profile once its users are moved to another', async () => {
    const { send, snapshot } = await startControlled();
    const refused = await send('DELETE', '/instances/acme/routing-profiles/Sales');
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { message: '"Sales" is in use by 1 users (ann). Say which profile to move them to.' },
    ]);
    await send('DELETE', '/instances/acme/routing-profiles/Sales?moveUsersTo=Basic');
    await send('DELETE', '/instances/acme/security-profiles/Agent?moveUsersTo=No%20Access');
    await send('DELETE', '/instances/acme/security-profiles/Admin');
    expect(await snapshot()).toMatchObject({
      securityProfiles: ['No Access'],
      routingProfiles: ['Basic', 'Parked'],
      users: [{ username: 'ann', routingProfile: 'Basic', securityProfiles: ['No Access'] }],
    });
  });

  test.each([
    { method: 'GET', path: '/instances/nowhere', body: undefined, status: 409 },
    { method: 'PATCH', path: '/instances/acme/users/nobody', body: {}, status: 409 },
    { method: 'PATCH', path: '/instances/acme/users/ann', body: { routingProfile: 'Sailing' }, status: 409 },
    { method: 'PATCH', path: '/instances/acme/users/ann', body: { nickname: 'A' }, status: 400 },
    { method: 'POST', path: '/faults', body: { kind: 'fire', operation: '*' }, status: 400 },
    {
      method: 'PUT',
      path: '/instances/acme/predefined-attributes/Product',
      body: { values: [] },
      status: 400,
    },
    {
      method: 'PUT',
      path: '/instances/acme/predefined-attributes/Product',
      body: { values: ['A'] },
      status: 204,
    },
    { method: 'DELETE', path: '/instances/acme/predefined-attributes/Product', body: undefined, status: 204 },
    { method: 'PUT', path: '/instances/acme/user-quota', body: { userQuota: 1 }, status: 204 },
  ])('$method $path with $body gives $status', async ({ method, path, body, status }) => {
    const { send } = await startControlled();
    expect((await send(method, path, body)).status).toBe(status);
  });

  test('is not throttled', async () => {
    const { simulator, send } = await startControlled();
    simulator.addFault({ kind: 'throttle', operation: '*', count: 100 });
    expect((await send('GET', '/instances/acme')).status).toBe(200);
  });
});
