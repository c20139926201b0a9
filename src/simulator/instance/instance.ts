import { withPhoneConfig } from './contact-handling.ts';
import { idOf, type ResourceType, uuidFromNames } from './identifiers.ts';
import type {
  AgentStatus,
  HierarchyGroup,
  PredefinedAttribute,
  QuickConnect,
  Resource,
  RoutingProfile,
  SecurityProfile,
  UserRecord,
} from './records.ts';
import type { HierarchyTree, InstanceSeed, UserSeed } from '../seed.ts';
import { UserTable } from './user-table.ts';

export interface InstanceOptions {
  readonly account: string;
  readonly region: string;
  readonly indexLagMs: number;
  readonly nowMs: number;
}

/** A Connect instance: its settings, and what operations and operators read and change in it. */
export class Instance {
  readonly id: string;
  readonly arn: string;
  readonly alias: string;
  readonly account: string;
  readonly region: string;
  readonly createdMs: number;
  readonly identityManagementType: InstanceSeed['identityManagementType'];
  readonly usernameRules: InstanceSeed['usernameRules'];
  /** Changed by AWS on request only; here by the operator. */
  userQuota: number;
  readonly securityProfiles = new Map<string, SecurityProfile>();
  readonly routingProfiles = new Map<string, RoutingProfile>();
  readonly hierarchyLevels: readonly string[];
  readonly hierarchyGroups = new Map<string, HierarchyGroup>();
  readonly agentStatuses = new Map<string, AgentStatus>();
  readonly quickConnects = new Map<string, QuickConnect>();
  readonly predefinedAttributes = new Map<string, PredefinedAttribute>();
  readonly users: UserTable;
  #lastOrder = 0;

  constructor(seed: InstanceSeed, options: InstanceOptions) {
    this.alias = seed.alias;
    this.account = options.account;
    this.region = options.region;
    this.createdMs = options.nowMs;
    this.id = seed.id ?? uuidFromNames(seed.alias, options.region, 'instance');
    this.arn = `arn:aws:connect:${this.region}:${this.account}:instance/${this.id}`;
    this.identityManagementType = seed.identityManagementType;
    this.usernameRules = seed.usernameRules;
    this.userQuota = seed.userQuota;
    this.hierarchyLevels = seed.hierarchy?.levels ?? [];
    this.users = new UserTable(options.indexLagMs);
    this.#fill(seed);
  }

  /** The id of a new user: the same from run to run, and another one when a username is used again. */
  newUserId(username: string): string {
    return this.newId('agent', `${username} ${this.nextOrder()}`);
  }

  newId(type: ResourceType, name: string): string {
    return uuidFromNames(this.alias, type, name);
  }

  nextOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /** @param value an id or a full ARN */
  user(value: string): UserRecord | undefined {
    return this.users.get(idOf(value));
  }

  resourceArn(type: ResourceType, id: string): string {
    return `${this.arn}/${type}/${id}`;
  }

  /** A user described by names, from the seed or from an operator. */
  addUser(seed: UserSeed, nowMs: number): UserRecord {
    const resource = this.#resource('agent', { name: seed.username, id: seed.id, tags: seed.tags });
    const user: UserRecord = {
      ...resource,
      lastModifiedMs: Math.max(nowMs, this.createdMs),
      directoryUserId: directoryUserId(this, resource.id),
      identity: {
        FirstName: seed.firstName,
        LastName: seed.lastName,
        Email: seed.email,
        SecondaryEmail: seed.secondaryEmail,
        Mobile: seed.mobile,
      },
      contactHandling: withPhoneConfig(undefined, {
        PhoneType: seed.phone.type,
        DeskPhoneNumber: seed.phone.number,
      }),
      securityProfileIds: seed.securityProfiles.map((name) => named(this.securityProfiles, name).id),
      routingProfileId: named(this.routingProfiles, seed.routingProfile).id,
      hierarchyGroupId: this.groupAt(seed.hierarchy)?.id,
      proficiencies: [],
      proficienciesModifiedMs: this.createdMs,
      contacts: [],
    };
    this.users.put(user, nowMs);
    return user;
  }

  /** The group at a path of names, from level one down. */
  groupAt(names: readonly string[] | undefined): HierarchyGroup | undefined {
    if (!names) return undefined;
    return [...this.hierarchyGroups.values()].find(
      ({ path }) => path.length === names.length && this.groupNames(path).every((n, i) => n === names[i]),
    );
  }

  groupNames(path: readonly string[]): string[] {
    return path.map((id) => this.hierarchyGroups.get(id)?.name ?? id);
  }

  #fill(seed: InstanceSeed): void {
    for (const { permissions, ...profile } of seed.securityProfiles) {
      this.#add(this.securityProfiles, { ...this.#resource('security-profile', profile), permissions });
    }
    for (const { queues, ...profile } of seed.routingProfiles) {
      const resource = this.#resource('routing-profile', profile);
      this.#add(this.routingProfiles, { ...resource, queues: queues.map((name) => this.#queue(name)) });
    }
    for (const { type, ...status } of seed.agentStatuses) {
      this.#add(this.agentStatuses, { ...this.#resource('agent-state', status), type });
    }
    this.#addGroups(seed.hierarchy?.groups ?? {}, [], []);
    for (const { name, values } of seed.predefinedAttributes) {
      const order = this.nextOrder();
      this.predefinedAttributes.set(name, { name, values, order, lastModifiedMs: this.createdMs });
    }
    for (const user of seed.users) this.addUser(user, Number.NEGATIVE_INFINITY);
    for (const connect of seed.quickConnects) this.#addQuickConnect(connect);
  }

  #add<T extends Resource>(map: Map<string, T>, resource: T): void {
    map.set(resource.id, resource);
  }

  #resource(
    type: ResourceType,
    seed: { name: string; id?: string | undefined; tags?: Record<string, string> },
    key = seed.name,
  ): Resource {
    const id = seed.id ?? this.newId(type, key);
    const arn = this.resourceArn(type, id);
    const order = this.nextOrder();
    return { id, arn, name: seed.name, order, tags: seed.tags ?? {}, lastModifiedMs: this.createdMs };
  }

  #queue(name: string) {
    const id = this.newId('queue', name);
    return { id, arn: this.resourceArn('queue', id), name };
  }

  #addGroups(tree: HierarchyTree, names: readonly string[], path: readonly string[]): void {
    for (const [name, children] of Object.entries(tree)) {
      const groupNames = [...names, name];
      const group = this.#resource('agent-group', { name }, groupNames.join(' > '));
      const groupPath = [...path, group.id];
      this.#add(this.hierarchyGroups, { ...group, path: groupPath });
      this.#addGroups(children, groupNames, groupPath);
    }
  }

  #addQuickConnect(seed: InstanceSeed['quickConnects'][number]): void {
    const resource = this.#resource('transfer-destination', seed);
    if ('phoneNumber' in seed) {
      const PhoneConfig = { PhoneNumber: seed.phoneNumber };
      this.#add(this.quickConnects, {
        ...resource,
        config: { QuickConnectType: 'PHONE_NUMBER', PhoneConfig },
      });
      return;
    }
    const ContactFlowId = this.newId('contact-flow', 'Default agent transfer');
    const UserConfig = { UserId: this.users.named(seed.user)?.id ?? '', ContactFlowId };
    this.#add(this.quickConnects, { ...resource, config: { QuickConnectType: 'USER', UserConfig } });
  }
}

/**
 * Terraform's acceptance tests see a DirectoryUserId on CONNECT_MANAGED users that were created without one; an
 * existing directory has one by its nature.
 */
export function directoryUserId(instance: Instance, userId: string): string | undefined {
  if (instance.identityManagementType === 'SAML') return undefined;
  return uuidFromNames(instance.alias, 'directory', userId);
}

/** @throws Error when nothing has that name: for names that were checked, or that an operator typed */
export function named<T extends { readonly name: string }>(items: Map<string, T>, name: string): T {
  const found = [...items.values()].find((item) => item.name === name);
  if (!found)
    throw new Error(
      `There is no "${name}". There are: ${[...items.values()].map((item) => item.name).join(', ')}`,
    );
  return found;
}
