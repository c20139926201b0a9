import type { ContactHandling } from './contact-handling.ts';
import type { Ordered } from '../wire/paging.ts';

export type Tags = Readonly<Record<string, string>>;

/** Anything in an instance that has an id, a name and tags. */
export interface Resource extends Ordered {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly tags: Tags;
  readonly lastModifiedMs: number;
}

export interface SecurityProfile extends Resource {
  readonly permissions: readonly string[];
}

interface Queue {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

export interface RoutingProfile extends Resource {
  readonly queues: readonly Queue[];
}

export interface HierarchyGroup extends Resource {
  /** Group ids from level one down to this group itself. */
  readonly path: readonly string[];
}

export interface AgentStatus extends Resource {
  readonly type: 'ROUTABLE' | 'CUSTOM' | 'OFFLINE';
}

export type QuickConnectConfig =
  | {
      readonly QuickConnectType: 'USER';
      readonly UserConfig: { readonly UserId: string; readonly ContactFlowId: string };
    }
  | { readonly QuickConnectType: 'PHONE_NUMBER'; readonly PhoneConfig: { readonly PhoneNumber: string } };

export interface QuickConnect extends Resource {
  readonly config: QuickConnectConfig;
}

export interface PredefinedAttribute extends Ordered {
  readonly name: string;
  readonly values: readonly string[];
  readonly lastModifiedMs: number;
}

/** As on the wire (API reference, UserIdentityInfo). */
export interface IdentityInfo {
  readonly FirstName?: string | undefined;
  readonly LastName?: string | undefined;
  readonly Email?: string | undefined;
  readonly SecondaryEmail?: string | undefined;
  readonly Mobile?: string | undefined;
}

export interface Proficiency {
  readonly AttributeName: string;
  readonly AttributeValue: string;
  readonly Level: number;
}

/** What an agent has in hand (API reference, AgentContactReference). */
export interface AgentContact {
  readonly contactId: string;
  readonly channel: 'VOICE' | 'CHAT' | 'TASK' | 'EMAIL';
  readonly state: ContactState;
}

type ContactState = (typeof contactStates)[number];

export const contactStates = [
  'INCOMING',
  'PENDING',
  'CONNECTING',
  'CONNECTED',
  'CONNECTED_ONHOLD',
  'MISSED',
  'ERROR',
  'ENDED',
  'REJECTED',
] as const;

/** Never changed in place, so that the search index can keep older ones. */
export interface UserRecord extends Resource {
  readonly directoryUserId?: string | undefined;
  readonly identity: IdentityInfo;
  readonly contactHandling: ContactHandling;
  readonly securityProfileIds: readonly string[];
  readonly routingProfileId: string;
  readonly hierarchyGroupId?: string | undefined;
  readonly proficiencies: readonly Proficiency[];
  readonly proficienciesModifiedMs: number;
  /** Absent until the agent signs in or gets a status. */
  readonly status?: { readonly agentStatusId: string; readonly sinceMs: number } | undefined;
  readonly contacts: readonly AgentContact[];
}
