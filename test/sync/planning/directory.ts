import { parseBridgeConfig } from '../../../src/config/bridge-config.ts';
import { loadMapping } from '../../../src/config/mapping-config.ts';
import { createCatalog } from '../../../src/connect/catalog.ts';
import type { ConnectUserId } from '../../../src/connect/user.ts';
import type { LinkedUser } from '../../../src/plan/plan.ts';
import type { Link } from '../../../src/store/links.ts';
import type { PlannedDirectory, PlanningContext } from '../../../src/sync/planning/context.ts';

export const INSTANCES = ['uk', 'us'] as const;

/** Under which a member of Sales is wanted in both instances. */
export const MAPPING = `version: 1
username: { value: 'user.userName.split("@")[0]' }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules:
  - { name: sales, when: { group: Sales }, set: { routingProfile: Sales, securityProfiles: [Agent] } }
  - { name: leeds, when: 'user.title == "Lead"', set: { securityProfiles: [Lead], routingProfile: Leads } }
`;

/** A directory that feeds two instances, both read, without a store. */
export function planningContext(mappingText: string | null = MAPPING) {
  const config = parseBridgeConfig(BRIDGE, 'bridge.yaml', { HASH: '0'.repeat(64) });
  const mapping = mappingText === null ? null : loadMapping(mappingText, 'mapping.yaml');
  const directory: PlannedDirectory = {
    alias: 'main',
    config: config.directories['main']!,
    mapping: mapping && { version: 1, mapping },
  };
  const context: PlanningContext = {
    config,
    clock: { now: () => 1_000 },
    directories: new Map([['main', directory]]),
    instances: new Map(
      INSTANCES.map((alias) => [
        alias,
        {
          alias,
          config: config.instances[alias]!,
          catalog: createCatalog(CATALOG),
          permissions: new Map(),
          suspend: { securityProfileId: 'none', routingProfileId: 'parked', agentStatusId: null },
        },
      ]),
    ),
  };
  return { context: { ...context, config }, directory };
}

const named = (...names: readonly string[]) => names.map((name) => ({ id: name.toLowerCase(), name }));

const CATALOG = {
  identityManagementType: 'SAML',
  securityProfiles: named('Agent', 'Lead', 'None'),
  routingProfiles: named('Sales', 'Leads', 'Parked'),
  hierarchyGroups: [],
  agentStatuses: [],
  readAt: 0,
} as const;

const LEAVERS = '{ deleteAfterDays: 30, suspend: { securityProfile: None, routingProfile: Parked } }';
const instance = (id: string) => `{ region: eu-west-2, instanceId: ${id}, mode: live, leavers: ${LEAVERS} }`;

const BRIDGE = `version: 1
bridgeId: acme
server: { listen: '127.0.0.1:0', publicUrl: 'http://bridge.test' }
storage: { url: 'sqlite:./never-opened.db' }
instances:
  uk: ${instance('11111111-1111-4111-8111-111111111111')}
  us: ${instance('22222222-2222-4222-8222-222222222222')}
directories:
  main: { instances: [uk, us], mapping: mapping.yaml, clients: { idp: { tokenHash: env:HASH } } }
`;

/** A link whose user has been in Connect with one security profile. */
export function linkOf(
  key: Pick<Link, 'userId' | 'instance'>,
  { username, lifecycle }: Pick<LinkedUser, 'username' | 'lifecycle'>,
  scimDeletedAt: number | null,
): Link {
  const fields = {
    firstName: 'Ana',
    lastName: 'Lima',
    securityProfileIds: ['agent'],
    routingProfileId: 'sales',
  };
  return {
    ...key,
    directory: 'main',
    userName: username,
    linked: {
      userId: `connect-${key.instance}-${key.userId}` as ConnectUserId,
      username,
      lifecycle,
      lastApplied: fields,
      actual: fields,
      tags: { applied: {}, actual: {} },
      proficiencies: { applied: [], actual: [] },
      snapshot: null,
      agentStatusId: null,
      retiring: null,
    },
    creating: null,
    sync: 'synced',
    reason: null,
    scimDeletedAt,
    syncedAt: 0,
  };
}
