import {
  SearchUserHierarchyGroupsCommand,
  SearchUsersCommand,
  type SearchUsersCommandInput,
} from '@aws-sdk/client-connect';
import { expect, onTestFinished, test } from 'vitest';
import { createSimulator, parseSeed } from '../../src/simulator/simulator.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Acme, acmeSeed, catalogOf, clientFor, errorName, instanceId, startAcme } from './acme.ts';

const threeUsers = `identityManagementType: SAML
indexLagMs: 3000
users:
  - { username: ann, firstName: Ann, lastName: Archer, email: ann@acme.test, routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, London, Sales], tags: { team: blue, site: london } }
  - { username: bo, firstName: Bo, lastName: Baker, routingProfile: Basic, securityProfiles: [Agent, Admin], hierarchy: [EMEA, Leeds], tags: { team: blue } }
  - { username: cy, firstName: Cy, lastName: Carter, routingProfile: Basic, securityProfiles: [Admin], tags: { team: Blue } }`;

const instance = { InstanceId: instanceId };

async function search({ connect }: Pick<Acme, 'connect'>, input: Partial<SearchUsersCommandInput> = {}) {
  const { Users = [] } = await connect.send(new SearchUsersCommand({ ...instance, ...input }));
  return Users.map(({ Username }) => Username);
}

const string = (
  FieldName: string,
  Value: string,
  ComparisonType: 'EXACT' | 'STARTS_WITH' | 'CONTAINS' = 'EXACT',
) => ({
  StringCondition: { FieldName, Value, ComparisonType },
});

const searches: { name: string; input: Partial<SearchUsersCommandInput>; found: string[] }[] = [
  { name: 'nothing', input: {}, found: ['ann', 'bo', 'cy'] },
  { name: 'an exact username', input: { SearchCriteria: string('Username', 'bo') }, found: ['bo'] },
  { name: 'a username in another case', input: { SearchCriteria: string('username', 'BO') }, found: ['bo'] },
  {
    name: 'the start of a last name',
    input: { SearchCriteria: string('LastName', 'car', 'STARTS_WITH') },
    found: ['cy'],
  },
  {
    name: 'either of two',
    input: { SearchCriteria: { OrConditions: [string('Username', 'ann'), string('FirstName', 'Cy')] } },
    found: ['ann', 'cy'],
  },
  {
    name: 'both of two',
    input: { SearchCriteria: { AndConditions: [string('Username', 'ann'), string('FirstName', 'Cy')] } },
    found: [],
  },
  {
    name: 'a tag with its value, which is case sensitive',
    input: { SearchFilter: { TagFilter: { TagCondition: { TagKey: 'team', TagValue: 'blue' } } } },
    found: ['ann', 'bo'],
  },
  {
    name: 'two tags at once',
    input: {
      SearchFilter: {
        UserAttributeFilter: {
          AndCondition: { TagConditions: [{ TagKey: 'team', TagValue: 'blue' }, { TagKey: 'site' }] },
        },
      },
    },
    found: ['ann'],
  },
];

test('SearchUsers finds by criteria and filters', async () => {
  const acme = await startAcme({ seed: acmeSeed(threeUsers) });
  const results = await Promise.all(searches.map(async ({ input }) => search(acme, input)));
  expect(results).toEqual(searches.map(({ found }) => found));
});

test('SearchUsers finds by profile and by hierarchy group, with or without the groups below', async () => {
  const acme = await startAcme({ seed: acmeSeed(threeUsers) });
  const { security, routing } = await catalogOf(acme.connect);
  expect(
    await search(acme, { SearchCriteria: string('SecurityProfileId', security['Admin'] ?? '') }),
  ).toEqual(['bo', 'cy']);
  expect(await search(acme, { SearchCriteria: string('RoutingProfileId', routing['Sales'] ?? '') })).toEqual([
    'ann',
  ]);
  const { Users } = await acme.connect.send(new SearchUsersCommand(instance));
  const inGroup = async (Value: string | undefined, HierarchyGroupMatchType: 'EXACT' | 'WITH_CHILD_GROUPS') =>
    search(acme, { SearchCriteria: { HierarchyGroupCondition: { Value, HierarchyGroupMatchType } } });
  const leeds = Users?.find(({ Username }) => Username === 'bo')?.HierarchyGroupId;
  expect(await inGroup(leeds, 'EXACT')).toEqual(['bo']);
  const { UserHierarchyGroups } = await groups(acme);
  const emea = UserHierarchyGroups?.find(({ Name }) => Name === 'EMEA')?.Id;
  expect(await inGroup(emea, 'EXACT')).toEqual([]);
  expect(await inGroup(emea, 'WITH_CHILD_GROUPS')).toEqual(['ann', 'bo']);
});

test('SearchUsers shows names only, and after-contact work in milliseconds', async () => {
  const acme = await startAcme({ seed: acmeSeed(threeUsers.replace('indexLagMs: 3000', 'indexLagMs: 0')) });
  acme.simulator.operator.editUser('acme', 'ann', {
    phone: { type: 'SOFT_PHONE', afterContactWorkSeconds: 30 },
  });
  const { Users, ApproximateTotalCount } = await acme.connect.send(new SearchUsersCommand(instance));
  const ann = Users?.find(({ Username }) => Username === 'ann');
  expect(ApproximateTotalCount).toBe(3);
  expect(ann?.IdentityInfo).toEqual({ FirstName: 'Ann', LastName: 'Archer' });
  expect(ann).not.toHaveProperty('LastModifiedTime');
  expect(ann?.PhoneConfig?.AfterContactWorkTimeLimit).toBe(30_000);
});

test.each([
  {
    name: 'an unknown field',
    input: { SearchCriteria: string('Email', 'a') },
    error: 'InvalidRequestException',
  },
  {
    name: 'both filters',
    input: { SearchFilter: { TagFilter: {}, UserAttributeFilter: {} } },
    error: 'AccessDeniedException',
  },
  { name: 'more than 500 to a page', input: { MaxResults: 501 }, error: 'InvalidParameterException' },
  { name: 'a made-up token', input: { NextToken: 'x' }, error: 'InvalidParameterException' },
  { name: 'no instance', input: { InstanceId: undefined }, error: 'InvalidRequestException' },
])('SearchUsers refuses $name', async ({ input, error }) => {
  const acme = await startAcme({ seed: acmeSeed(threeUsers) });
  expect(await errorName(search(acme, input))).toBe(error);
});

test('SearchUsers is behind creates, updates and deletes by the index lag', async () => {
  const clock = new VirtualClock();
  onTestFinished(() => {
    clock.stop();
  });
  const acme = await startAcme({ seed: acmeSeed(threeUsers), clock });
  const { operator } = acme.simulator;
  operator.createUser('acme', { username: 'di', routingProfile: 'Basic', securityProfiles: ['Agent'] });
  operator.editUser('acme', 'bo', { lastName: 'Brown' });
  operator.deleteUser('acme', 'cy');
  await clock.sleep(2999);
  expect(await search(acme)).toEqual(['ann', 'bo', 'cy']);
  expect(await search(acme, { SearchCriteria: string('LastName', 'Brown') })).toEqual([]);
  await clock.sleep(1);
  expect(await search(acme)).toEqual(['ann', 'bo', 'di']);
  expect(await search(acme, { SearchCriteria: string('LastName', 'Brown') })).toEqual(['bo']);
});

test('a simulator at 10 times the speed indexes and refills its throttle 10 times as fast', async () => {
  const clock = new VirtualClock();
  const simulator = createSimulator({ clock, seed: parseSeed(acmeSeed(threeUsers)), speed: 10 });
  const { url } = await simulator.listen();
  const connect = clientFor(url);
  onTestFinished(async () => {
    clock.stop();
    connect.destroy();
    await simulator.close();
  });
  simulator.operator.deleteUser('acme', 'cy');
  await clock.sleep(300);
  expect(await search({ connect })).toEqual(['ann', 'bo']);
  for (let i = 0; i < 4; i += 1) await search({ connect });
  expect(await errorName(search({ connect }))).toBe('TooManyRequestsException');
  await clock.sleep(50);
  expect(await errorName(search({ connect }))).toBe('none');
});

async function groups({ connect }: Pick<Acme, 'connect'>) {
  return connect.send(new SearchUserHierarchyGroupsCommand(instance));
}
