import {
  type AgentStatusSummary,
  ConnectClient,
  CreateUserCommand,
  type CreateUserCommandInput,
  DescribeUserCommand,
  ListAgentStatusesCommand,
  ListRoutingProfilesCommand,
  ListSecurityProfilesCommand,
  ListUserHierarchyGroupsCommand,
} from '@aws-sdk/client-connect';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { createSimulator, parseSeed, type Simulator } from '../../src/simulator/simulator.ts';

export const instanceId = '11111111-2222-3333-4444-555555555555';
/** An id that nothing has. */
export const unknownId = '99999999-9999-9999-9999-999999999999';
export const instanceArn = `arn:aws:connect:eu-west-2:123456789012:instance/${instanceId}`;

/** A small instance; `extra` lines are appended to it, indented by four spaces. */
export const acmeSeed = (extra = 'identityManagementType: SAML') => `
region: eu-west-2
instances:
  - alias: acme
    id: ${instanceId}
    securityProfiles:
      - { name: Admin, permissions: [Users.Create, Users.Edit] }
      - { name: Agent, permissions: [BasicAgentAccess] }
      - { name: No Access }
    routingProfiles:
      - { name: Basic, queues: [BasicQueue] }
      - { name: Sales, queues: [Sales, BasicQueue] }
      - { name: Parked }
    hierarchy:
      levels: [Region, Site, Team]
      groups: { EMEA: { London: { Sales: {} }, Leeds: { Sales: {} } } }
    agentStatuses:
      - { name: Available, type: ROUTABLE }
      - { name: Offline, type: OFFLINE }
      - { name: Lunch, type: CUSTOM }
    predefinedAttributes: [{ name: Product, values: [CRM, Billing] }]
    ${extra.replaceAll('\n', '\n    ')}
`;

export interface Acme {
  readonly simulator: Simulator;
  readonly url: string;
  readonly connect: ConnectClient;
}

/** A simulator on a free port and an unmodified SDK client for it, both closed when the test ends. */
export async function startAcme(
  options: { seed?: string; clock?: Clock; perSecond?: number } = {},
): Promise<Acme> {
  const { seed = acmeSeed(), clock = systemClock, perSecond = 1000 } = options;
  const rate = { perSecond, burst: perSecond === 1000 ? 1000 : 5 };
  const simulator = createSimulator({ clock, seed: parseSeed(seed), rate });
  const { url } = await simulator.listen();
  const connect = clientFor(url);
  onTestFinished(async () => {
    connect.destroy();
    await simulator.close();
  });
  return { simulator, url, connect };
}

/** One attempt, so that an error is seen when it happens. */
export const clientFor = (endpoint: string, region = 'eu-west-2'): ConnectClient =>
  new ConnectClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });

/** The exception's name, or the given result's when nothing failed. */
export async function errorName(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}

/** Ids by name, as a client finds them. */
export async function catalogOf(connect: ConnectClient) {
  const [security, routing, statuses, groups] = await Promise.all([
    connect.send(new ListSecurityProfilesCommand({ InstanceId: instanceId })),
    connect.send(new ListRoutingProfilesCommand({ InstanceId: instanceId })),
    connect.send(new ListAgentStatusesCommand({ InstanceId: instanceId })),
    connect.send(new ListUserHierarchyGroupsCommand({ InstanceId: instanceId })),
  ]);
  const ids = (items: { Id?: string; Name?: string }[] | AgentStatusSummary[] | undefined) =>
    Object.fromEntries((items ?? []).map(({ Id = '', Name = '' }) => [Name, Id]));
  return {
    security: ids(security.SecurityProfileSummaryList),
    routing: ids(routing.RoutingProfileSummaryList),
    statuses: ids(statuses.AgentStatusSummaryList),
    groups: ids(groups.UserHierarchyGroupSummaryList),
  };
}

/** With `ann`, a user that can be created, and the ids of the profiles. */
export async function acmeWithCatalog(seed = acmeSeed(), clock: Clock = systemClock) {
  const acme = await startAcme({ seed, clock });
  const { security, routing } = await catalogOf(acme.connect);
  const ann: CreateUserCommandInput = {
    InstanceId: instanceId,
    Username: 'ann@acme.test',
    IdentityInfo: { FirstName: 'Ann', LastName: 'Archer', SecondaryEmail: 'ann@acme.test' },
    SecurityProfileIds: [security['Agent'] ?? ''],
    RoutingProfileId: routing['Basic'] ?? '',
  };
  return { ...acme, security, routing, ann };
}

export async function create(
  { connect }: Pick<Acme, 'connect'>,
  input: CreateUserCommandInput,
): Promise<string> {
  const { UserId = '' } = await connect.send(new CreateUserCommand(input));
  return UserId;
}

export async function describeUser({ connect }: Pick<Acme, 'connect'>, UserId: string) {
  const { User } = await connect.send(new DescribeUserCommand({ InstanceId: instanceId, UserId }));
  return User;
}

/** With the user `ann`, a quick connect to her and one to a phone. */
export const annSeed = `identityManagementType: SAML
users:
  - { username: ann, firstName: Ann, lastName: Archer, routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, London, Sales], tags: { team: blue } }
quickConnects:
  - { name: Ann, user: ann }
  - { name: Front desk, phoneNumber: "+442071234567" }`;

export async function startWithAnn() {
  const acme = await startAcme({ seed: acmeSeed(annSeed) });
  const ann = acme.simulator.operator.snapshot('acme').users[0]?.id ?? '';
  return {
    ...acme,
    ann,
    target: { InstanceId: instanceId, UserId: ann },
    arn: `${instanceArn}/agent/${ann}`,
  };
}
