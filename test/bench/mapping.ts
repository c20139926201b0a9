import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { createCatalog } from '../../src/connect/catalog.ts';

import { desiredUser } from '../../src/mapping/desired-user.ts';
import type { UserGroup } from '../../src/mapping/user-group.ts';
import { NO_LIMITS } from '../../src/mapping/grants.ts';

export interface MappingRate {
  /** Twice the same users: nothing but a little of the first pass may be left in memory. */
  readonly pass: 'first' | 'again';
  /** Of CPU time, garbage collection included, so that other work on the machine does not count. */
  readonly usersPerSecond: number;
  readonly mapped: number;
  /** Used heap after the pass and a collection of garbage, in MiB. */
  readonly heapMiB: number;
}

/** How many users a second a file of forty rules decides on, on one core; users are made as they are asked for. */
export function measureMapping(users: number): readonly MappingRate[] {
  const mapping = loadMapping(FILE, 'mapping.yaml');
  decide(mapping, 2_000, WARM_UP);
  return (['first', 'again'] as const).map((pass) => {
    const start = process.cpuUsage();
    const mapped = decide(mapping, users, 0);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    return { pass, usersPerSecond: Math.round(users / seconds), mapped, heapMiB: heapMiB() };
  });
}

/** Numbers of the users that only make the engine warm: none of those that are measured. */
const WARM_UP = 10_000_000;

/** @returns how many of them the rules want in Connect */
function decide(mapping: ReturnType<typeof loadMapping>, users: number, from: number): number {
  let mapped = 0;
  for (let index = from; index < from + users; index++) {
    const { kind } = desiredUser({ user: userOf(index), groups: groupsOf(index), mapping, ...SURROUNDINGS });
    if (kind === 'mapped') mapped += 1;
  }
  return mapped;
}

function heapMiB(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

/** As Entra sends them: a mobile number of his own, a department, an address. */
function userOf(index: number) {
  const digits = String(index % 1_000_000).padStart(6, '0');
  return {
    userName: `user${index}@acme.test`,
    name: { givenName: `Ana${index % 997}`, familyName: 'Lima' },
    title: index % 50 === 0 ? 'Head of Sales' : 'Agent',
    emails: [{ value: `user${index}@acme.test`, type: 'work', primary: true }],
    phoneNumbers: [{ value: `07700 ${digits}`, type: 'mobile' }],
    addresses: [{ type: 'work', locality: index % 3 === 0 ? 'Leeds' : 'London' }],
    active: true,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: `D${index % 40}` },
  };
}

const GROUPS: readonly UserGroup[] = Array.from({ length: 60 }, (_, index) => ({
  id: `g${index}`,
  displayName: `Connect Team ${index}`,
  externalId: `x${index}`,
}));

/** Six groups, of which rules name some. */
function groupsOf(index: number): readonly UserGroup[] {
  return [1, 7, 11, 13, 17, 19].map((step) => GROUPS[(index * step) % GROUPS.length] as UserGroup);
}

/** Thirty rules over groups, ten in CEL, a table. */
const RULES = Array.from({ length: 40 }, (_, index) => {
  const set = `{ routingProfile: R${index}, securityProfiles: [S${index % 8}], hierarchy: [EMEA, Site${index % 5}] }`;
  if (index % 4 !== 3) return `  - { name: r${index}, when: { group: Connect Team ${index} }, set: ${set} }`;
  const when =
    index % 8 === 3
      ? `user.enterprise.department == "D${index}" && "Connect Team ${index}" in groups`
      : `user.title.startsWith("Head") || user.addresses.exists(a, a.locality == "Town ${index}")`;
  return `  - { name: r${index}, when: '${when}', set: ${set} }`;
});

const FILE = `version: 1
username: { value: user.userName }
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
  secondaryEmail: primary(user.emails)
  mobile: e164(phone(user, "mobile"), "GB")
rules:
${RULES.join('\n')}
`;

const named = (prefix: string, length: number) =>
  Array.from({ length }, (_, index) => ({ id: `${prefix}-${index}`, name: `${prefix}${index}` }));

const SURROUNDINGS = {
  instance: { alias: 'uk', identityManagementType: 'SAML' },
  catalog: createCatalog({
    identityManagementType: 'SAML',
    securityProfiles: named('S', 8),
    routingProfiles: named('R', 40),
    hierarchyGroups: named('Site', 5).map(({ id, name }) => ({ id, path: ['EMEA', name] })),
    agentStatuses: [],
    readAt: 0,
  }),
  ceiling: { limits: NO_LIMITS, permissions: new Map<string, readonly string[]>() },
} as const;
