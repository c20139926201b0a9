import { execFile, spawnSync } from 'node:child_process';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createSimulator, type Fault, parseSeed } from '../../src/simulator/simulator.ts';
import { acmeSeed, catalogOf, clientFor, instanceArn, instanceId } from '../simulator/acme.ts';

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;
const leftOut = hasAwsCli
  ? ''
  : ' [left out: the AWS CLI against the simulator; to run it, install the AWS CLI, e.g. apt-get install awscli]';

const seed = acmeSeed(`identityManagementType: CONNECT_MANAGED
indexLagMs: 0
userQuota: 4
users:
  - { username: ann, firstName: Ann, lastName: Archer, routingProfile: Sales, securityProfiles: [Agent], tags: { team: blue } }
  - { username: bo, firstName: Bo, lastName: Baker, routingProfile: Sales, securityProfiles: [Agent] }
quickConnects: [{ name: Bo, user: bo }]`);

const simulator = createSimulator({
  clock: systemClock,
  seed: parseSeed(seed),
  // The CLI takes a second to start, so most of the session runs at once: Connect's rate has its own tests.
  rate: { perSecond: 1000, burst: 1000 },
});
let url = '';

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * `aws connect ...` with nothing but an endpoint and made-up credentials; one attempt, to see each error. Only
 * options and commands of 2022 are used, as distributions package old CLIs.
 */
async function aws(...args: string[]): Promise<Result> {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_DEFAULT_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  return new Promise((resolve) => {
    execFile(
      'aws',
      ['connect', ...args, '--endpoint-url', url, '--output', 'json'],
      { env },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await aws(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
}

const errorOf = ({ stderr }: Result) => /An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr;

const instance = ['--instance-id', instanceId];
const uk = () => simulator.operator.snapshot('acme');
const userId = (username: string) => uk().users.find((user) => user.username === username)?.id ?? '';
const user = (username: string) => [...instance, '--user-id', userId(username)];

// Each call starts a Python program; on a busy machine many at once take their time.
describe.skipIf(!hasAwsCli)(`the AWS CLI, unmodified${leftOut}`, { timeout: 120_000 }, () => {
  const catalog = { agent: '', admin: '', basic: '', sales: '', offline: '', group: '' };

  beforeAll(async () => {
    ({ url } = await simulator.listen());
    const connect = clientFor(url);
    const { security, routing, statuses, groups } = await catalogOf(connect);
    connect.destroy();
    catalog.agent = security['Agent'] ?? '';
    catalog.admin = security['Admin'] ?? '';
    catalog.basic = routing['Basic'] ?? '';
    catalog.sales = routing['Sales'] ?? '';
    catalog.offline = statuses['Offline'] ?? '';
    catalog.group = groups['Leeds'] ?? '';
  });

  afterAll(async () => simulator.close());

  const newUser = (username: string) => [
    'create-user',
    '--username',
    username,
    '--password',
    'Passw0rd',
    '--identity-info',
    'FirstName=Cy,LastName=Carter,Email=cy@acme.test',
    '--phone-config',
    'PhoneType=SOFT_PHONE,AutoAccept=true,AfterContactWorkTimeLimit=30',
    '--security-profile-ids',
    catalog.agent,
    '--routing-profile-id',
    catalog.basic,
    ...instance,
  ];

  test('creates, describes, searches, lists, updates, tags and deletes a user', async () => {
    const created = await json(...newUser('cy'), '--tags', 'team=red');
    expect(created).toEqual({ UserId: userId('cy'), UserArn: `${instanceArn}/agent/${userId('cy')}` });
    const cy = user('cy');
    const exact = '{"StringCondition":{"FieldName":"Username","Value":"cy","ComparisonType":"EXACT"}}';
    const [described, found, first] = await Promise.all([
      json('describe-user', ...cy),
      json('search-users', ...instance, '--search-criteria', exact),
      json('list-users', ...instance, '--page-size', '2'),
    ]);
    expect(described['User']).toMatchObject({
      Username: 'cy',
      IdentityInfo: { FirstName: 'Cy', LastName: 'Carter', Email: 'cy@acme.test' },
      PhoneConfig: { PhoneType: 'SOFT_PHONE', AutoAccept: true, AfterContactWorkTimeLimit: 30 },
      Tags: { team: 'red' },
    });
    expect(found['Users']).toMatchObject([
      { Username: 'cy', PhoneConfig: { AfterContactWorkTimeLimit: 30_000 } },
    ]);
    expect(first['UserSummaryList']).toMatchObject([
      { Username: 'ann' },
      { Username: 'bo' },
      { Username: 'cy' },
    ]);

    const arn = ['--resource-arn', `${instanceArn}/agent/${userId('cy')}`];
    const changes = await Promise.all([
      json('update-user-identity-info', ...cy, '--identity-info', 'FirstName=Cyan,LastName=Carter'),
      json(
        'update-user-phone-config',
        ...cy,
        '--phone-config',
        'PhoneType=DESK_PHONE,DeskPhoneNumber=+441130000000',
      ),
      json('update-user-routing-profile', ...cy, '--routing-profile-id', catalog.sales),
      json('update-user-security-profiles', ...cy, '--security-profile-ids', catalog.agent, catalog.admin),
      json('update-user-hierarchy', ...cy, '--hierarchy-group-id', catalog.group),
      json('put-user-status', ...cy, '--agent-status-id', catalog.offline),
      json('tag-resource', ...arn, '--tags', 'scim-bridge:id=acme'),
      json('untag-resource', ...arn, '--tag-keys', 'team', 'absent'),
    ]);
    expect(changes).toEqual(changes.map(() => ({})));
    expect(uk().users.find(({ username }) => username === 'cy')).toMatchObject({
      firstName: 'Cyan',
      routingProfile: 'Sales',
      securityProfiles: ['Agent', 'Admin'],
      hierarchy: ['EMEA', 'Leeds'],
      phone: { type: 'DESK_PHONE', number: '+441130000000' },
      tags: { 'scim-bridge:id': 'acme' },
      status: 'Offline',
    });

    expect(await json('delete-user', ...cy)).toEqual({});
    expect(userId('cy')).toBe('');
  });

  test('reads the rest of the instance, by ids and by ARNs', async () => {
    const results = await Promise.all([
      json('describe-instance', '--instance-id', instanceArn),
      json(
        'describe-user',
        '--instance-id',
        instanceArn,
        '--user-id',
        `${instanceArn}/agent/${userId('ann')}`,
      ),
      json('list-routing-profile-queues', ...instance, '--routing-profile-id', catalog.sales),
      json('list-quick-connects', ...instance, '--quick-connect-types', 'USER'),
      json('list-instances'),
    ]);
    expect(results).toMatchObject([
      { Instance: { Id: instanceId, IdentityManagementType: 'CONNECT_MANAGED' } },
      { User: { Username: 'ann' } },
      { RoutingProfileQueueConfigSummaryList: [{ QueueName: 'Sales' }, { QueueName: 'BasicQueue' }] },
      { QuickConnectSummaryList: [{ Name: 'Bo', QuickConnectType: 'USER' }] },
      { InstanceSummaryList: [{ InstanceAlias: 'acme' }] },
    ]);
  });

  test('sees each documented error by its name', async () => {
    const unknown = [...instance, '--user-id', '99999999-9999-9999-9999-999999999999'];
    const withoutPassword = newUser('dee').filter((word) => word !== '--password' && word !== 'Passw0rd');
    simulator.operator.setUserQuota('acme', 2);
    const cases: { readonly args: string[]; readonly error: string; readonly fault?: Fault['kind'] }[] = [
      { args: ['describe-user', ...unknown], error: 'ResourceNotFoundException' },
      { args: ['list-users', '--instance-id', 'acme'], error: 'InvalidParameterException' },
      { args: withoutPassword, error: 'InvalidRequestException' },
      { args: newUser('dee'), error: 'LimitExceededException' },
      { args: newUser('ann'), error: 'DuplicateResourceException' },
      {
        args: ['list-quick-connects', ...instance],
        error: 'TooManyRequestsException',
        fault: 'throttle',
      },
      {
        args: ['update-user-hierarchy', ...user('ann')],
        error: 'ConditionalOperationFailedException',
        fault: 'conditionalOperationFailed',
      },
      { args: ['delete-user', ...user('ann')], error: 'AccessDeniedException', fault: 'accessDenied' },
      {
        args: ['list-tags-for-resource', '--resource-arn', instanceArn],
        error: 'InternalServiceException',
        fault: 'serverError',
      },
    ];
    for (const { args, fault } of cases) {
      if (fault && fault !== 'slow')
        simulator.addFault({ kind: fault, operation: operationOf(args[0] ?? '') });
    }
    const outcomes = await Promise.all(cases.map(async ({ args }) => errorOf(await aws(...args))));
    expect(outcomes).toEqual(cases.map(({ error }) => error));
  });
});

/** `list-tags-for-resource` → `ListTagsForResource`. */
const operationOf = (command: string): string =>
  command.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
