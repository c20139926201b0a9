import type { Instance } from './instance/instance.ts';
import type { AgentContact, Proficiency, Resource, Tags, UserRecord } from './instance/records.ts';

/** A user as a person would describe it: names instead of ids. */
interface UserSnapshot {
  readonly id: string;
  readonly username: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
  readonly secondaryEmail?: string | undefined;
  readonly mobile?: string | undefined;
  readonly routingProfile: string;
  /** In the order in which they were assigned. */
  readonly securityProfiles: readonly string[];
  /** From level one down; empty outside the hierarchy. */
  readonly hierarchy: readonly string[];
  readonly phone: {
    readonly type: string;
    readonly number?: string | undefined;
    readonly autoAccept: boolean;
    readonly afterContactWorkSeconds: number;
  };
  readonly proficiencies: readonly Proficiency[];
  readonly tags: Tags;
  readonly status?: string | undefined;
  readonly contacts: readonly AgentContact[];
}

export interface InstanceSnapshot {
  readonly id: string;
  readonly alias: string;
  readonly account: string;
  readonly region: string;
  readonly identityManagementType: string;
  readonly userQuota: number;
  readonly securityProfiles: readonly string[];
  readonly routingProfiles: readonly string[];
  readonly quickConnects: readonly { readonly name: string; readonly userId?: string }[];
  /** By username. */
  readonly users: readonly UserSnapshot[];
}

/** The truth, without index lag. */
export function instanceSnapshot(instance: Instance): InstanceSnapshot {
  return {
    id: instance.id,
    alias: instance.alias,
    account: instance.account,
    region: instance.region,
    identityManagementType: instance.identityManagementType,
    userQuota: instance.userQuota,
    securityProfiles: [...instance.securityProfiles.values()].map(({ name }) => name),
    routingProfiles: [...instance.routingProfiles.values()].map(({ name }) => name),
    quickConnects: [...instance.quickConnects.values()].map(({ name, config }) => ({
      name,
      ...(config.QuickConnectType === 'USER' ? { userId: config.UserConfig.UserId } : {}),
    })),
    users: [...instance.users.all()]
      .map((user) => userSnapshot(instance, user))
      .sort((a, b) => (a.username < b.username ? -1 : 1)),
  };
}

function userSnapshot(instance: Instance, user: UserRecord): UserSnapshot {
  const { identity, contactHandling } = user;
  const group = instance.hierarchyGroups.get(user.hierarchyGroupId ?? '');
  return {
    id: user.id,
    username: user.name,
    firstName: identity.FirstName,
    lastName: identity.LastName,
    email: identity.Email,
    secondaryEmail: identity.SecondaryEmail,
    mobile: identity.Mobile,
    routingProfile: nameIn(instance.routingProfiles, user.routingProfileId),
    securityProfiles: user.securityProfileIds.map((id) => nameIn(instance.securityProfiles, id)),
    hierarchy: instance.groupNames(group?.path ?? []),
    phone: {
      type: contactHandling.phoneType,
      number: contactHandling.phoneNumber,
      autoAccept: contactHandling.channels.VOICE.autoAccept,
      afterContactWorkSeconds: contactHandling.channels.VOICE.acwSeconds,
    },
    proficiencies: user.proficiencies,
    tags: user.tags,
    status: user.status && nameIn(instance.agentStatuses, user.status.agentStatusId),
    contacts: user.contacts,
  };
}

const nameIn = (resources: ReadonlyMap<string, Resource>, id: string): string =>
  resources.get(id)?.name ?? id;
