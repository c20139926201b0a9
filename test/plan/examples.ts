import type { ConnectUserId, FieldOwnership } from '../../src/connect/user.ts';
import type { LinkedUser, PlanInput, SuspendTarget } from '../../src/plan/plan.ts';

/** The default ownership of design: who decides after creation. */
export const OWNERSHIP: FieldOwnership = {
  firstName: 'enforce',
  lastName: 'enforce',
  email: 'enforce',
  secondaryEmail: 'enforce',
  mobile: 'enforce',
  securityProfileIds: 'enforce',
  routingProfileId: 'follow',
  hierarchyGroupId: 'follow',
  phoneType: 'follow',
  deskPhoneNumber: 'follow',
  autoAccept: 'follow',
  afterContactWorkTimeLimit: 'follow',
  persistentConnection: 'follow',
};

export const SUSPEND: SuspendTarget = {
  securityProfileId: 'no-access',
  routingProfileId: 'parked',
  agentStatusId: 'offline',
};

export const FIELDS = {
  firstName: 'Ana',
  lastName: 'Diaz',
  securityProfileIds: ['agent'],
  routingProfileId: 'sales',
} as const;

export const ANA = { username: 'ana', fields: FIELDS };
export const OWN_TAGS = { 'scim-bridge:id': 'acme', 'scim-bridge:user': 'scim-ana' };
export const ANA_ID = 'u-ana' as ConnectUserId;

export function linked(over: Partial<LinkedUser> = {}): LinkedUser {
  return {
    userId: ANA_ID,
    username: 'ana',
    lifecycle: 'active',
    lastApplied: FIELDS,
    actual: FIELDS,
    snapshot: null,
    agentStatusId: null,
    retiring: null,
    tags: { applied: {}, actual: OWN_TAGS },
    proficiencies: { applied: [], actual: [] },
    ...over,
  };
}

export function suspendedLink(over: Partial<LinkedUser> = {}): LinkedUser {
  return linked({
    lifecycle: 'suspended',
    actual: { ...FIELDS, securityProfileIds: ['no-access'], routingProfileId: 'parked' },
    snapshot: FIELDS,
    agentStatusId: 'offline',
    ...over,
  });
}

export function planInput(over: Partial<PlanInput> = {}): PlanInput {
  return {
    wanted: { kind: 'active', user: ANA },
    link: linked(),
    ownership: OWNERSHIP,
    identityManagementType: 'SAML',
    suspend: SUSPEND,
    tags: OWN_TAGS,
    sensitive: { all: [], unapproved: [] },
    withhold: [],
    ...over,
  };
}
