import type { Connect } from '@aws-sdk/client-connect';
import type { CatalogContents } from './catalog.ts';
import { Connection, type ConnectionOptions, type Turn } from './api/connection.ts';
import { missingMember } from './error.ts';
import type { ConnectOperation } from './operation.ts';
import { forgottenPassword } from './api/password.ts';
import { listUserProficiencies, proficiencyMembers } from './api/proficiencies.ts';
import { quickConnectsTo } from './api/quick-connects.ts';
import { readCatalog } from './api/read-catalog.ts';
import { findUserByUsername, type ListedUser, listUsers, searchUsers } from './api/read-users.ts';
import type {
  ActualUser,
  ConnectUserId,
  DesiredUser,
  IdentityManagementType,
  QuickConnect,
  UserProficiency,
  UserTags,
} from './user.ts';
import {
  createUserMembers,
  type IdentityFields,
  identityInfo,
  type PhoneFields,
  phoneConfig,
  userFields,
} from './api/user-shape.ts';

export interface InstanceDescription {
  readonly id: string;
  readonly arn: string;
  /** The instance's own alias, part of its address; empty when it has none. */
  readonly alias: string;
  readonly identityManagementType: IdentityManagementType;
}

/** What never changes about an instance: read once, shared by all its views. */
interface Facts {
  description?: InstanceDescription;
}

/** Opens nothing: the first call connects. Calls wait behind all other lanes until `inLane` names one. */
export function createConnectInstance(options: ConnectionOptions): ConnectInstance {
  return new ConnectInstance(new Connection(options), { lane: Number.MAX_SAFE_INTEGER }, {});
}

/**
 * A Connect instance, one method for each API operation. Every method throws ConnectError, or the reason of the
 * signal given to `inLane` when that aborts before the call is made.
 */
export class ConnectInstance {
  readonly #connection: Connection;
  readonly #turn: Turn;
  readonly #facts: Facts;

  constructor(connection: Connection, turn: Turn, facts: Facts) {
    this.#connection = connection;
    this.#turn = turn;
    this.#facts = facts;
  }

  /** Whether calls get through; the gate of all its views. */
  get gate(): Pick<Connection['gate'], 'outage' | 'state'> {
    return this.#connection.gate;
  }

  /**
   * The same instance, its calls waiting for their tokens in this lane.
   *
   * @param lane 0 is served first
   * @param signal ends the wait for a token; a call that is under way is not cut off
   */
  inLane(lane: number, signal?: AbortSignal): ConnectInstance {
    return new ConnectInstance(this.#connection, { lane, signal }, this.#facts);
  }

  async describeInstance(): Promise<InstanceDescription> {
    const { Instance } = await this.#call('DescribeInstance', (api, InstanceId) =>
      api.describeInstance({ InstanceId }),
    );
    if (!Instance?.Id || !Instance.Arn || !Instance.IdentityManagementType) {
      throw missingMember('DescribeInstance', 'Id, Arn or IdentityManagementType');
    }
    this.#facts.description = {
      id: Instance.Id,
      arn: Instance.Arn,
      alias: Instance.InstanceAlias ?? '',
      identityManagementType: Instance.IdentityManagementType,
    };
    return this.#facts.description;
  }

  /**
   * CreateUser with everything that `fields` has. CONNECT_MANAGED gets a password that nobody knows.
   *
   * There is no idempotency token: after an ambiguous failure, or a duplicate, look the user up first.
   */
  async createUser(user: DesiredUser & { readonly tags: UserTags }): Promise<ConnectUserId> {
    const { identityManagementType: type } = await this.#description();
    const { UserId } = await this.#call('CreateUser', (api, InstanceId) =>
      api.createUser({
        InstanceId,
        Username: user.username,
        ...createUserMembers(user.fields, type),
        ...(type === 'EXISTING_DIRECTORY' && user.directoryUserId
          ? { DirectoryUserId: user.directoryUserId }
          : {}),
        ...(type === 'CONNECT_MANAGED' ? { Password: forgottenPassword() } : {}),
        ...(Object.keys(user.tags).length === 0 ? {} : { Tags: user.tags }),
      }),
    );
    if (!UserId) throw missingMember('CreateUser', 'UserId');
    return UserId as ConnectUserId;
  }

  /** Strongly consistent, unlike searches. */
  async describeUser(id: ConnectUserId): Promise<ActualUser> {
    const { User } = await this.#call('DescribeUser', (api, InstanceId) =>
      api.describeUser({ InstanceId, UserId: id }),
    );
    if (!User?.Id || !User.Username) throw missingMember('DescribeUser', 'User');
    return { id, username: User.Username, fields: userFields(User), tags: User.Tags ?? {} };
  }

  /** By exact name; null does not prove that there is none, `listUsers` does. See `api/read-users.ts`. */
  findUserByUsername(username: string): Promise<ConnectUserId | null> {
    return findUserByUsername(this.#connection, this.#turn, username);
  }

  /** Every user. Throws in the middle when a page fails: what was yielded is then not the whole. */
  listUsers(): AsyncGenerator<ListedUser, void> {
    return listUsers(this.#connection, this.#turn);
  }

  /** Every user with most fields, as the search index has them: some seconds behind. */
  searchUsers(): AsyncGenerator<ActualUser, void> {
    return searchUsers(this.#connection, this.#turn);
  }

  /**
   * Object-wide: give every identity field the user is to have, not only the changed ones.
   *
   * @param from what the user has now, so that a field is cleared only where there is something to clear
   */
  async updateUserIdentityInfo(id: ConnectUserId, to: IdentityFields, from: IdentityFields): Promise<void> {
    const { identityManagementType } = await this.#description();
    const IdentityInfo = identityInfo(to, from, identityManagementType);
    await this.#call('UpdateUserIdentityInfo', (api, InstanceId) =>
      api.updateUserIdentityInfo({ InstanceId, UserId: id, IdentityInfo }),
    );
  }

  /** Object-wide: give every phone field the user is to have. After-contact work is set for all channels. */
  async updateUserPhoneConfig(id: ConnectUserId, to: PhoneFields): Promise<void> {
    await this.#call('UpdateUserPhoneConfig', (api, InstanceId) =>
      api.updateUserPhoneConfig({ InstanceId, UserId: id, PhoneConfig: phoneConfig(to) }),
    );
  }

  async updateUserRoutingProfile(id: ConnectUserId, routingProfileId: string): Promise<void> {
    await this.#call('UpdateUserRoutingProfile', (api, InstanceId) =>
      api.updateUserRoutingProfile({ InstanceId, UserId: id, RoutingProfileId: routingProfileId }),
    );
  }

  /** Replaces the whole set. @param securityProfileIds 1–10 */
  async updateUserSecurityProfiles(id: ConnectUserId, securityProfileIds: readonly string[]): Promise<void> {
    await this.#call('UpdateUserSecurityProfiles', (api, InstanceId) =>
      api.updateUserSecurityProfiles({ InstanceId, UserId: id, SecurityProfileIds: [...securityProfileIds] }),
    );
  }

  /** @param hierarchyGroupId empty takes the user out of the hierarchy */
  async updateUserHierarchy(id: ConnectUserId, hierarchyGroupId: string): Promise<void> {
    await this.#call('UpdateUserHierarchy', (api, InstanceId) =>
      api.updateUserHierarchy({ InstanceId, UserId: id, HierarchyGroupId: hierarchyGroupId || undefined }),
    );
  }

  async putUserStatus(id: ConnectUserId, agentStatusId: string): Promise<void> {
    await this.#call('PutUserStatus', (api, InstanceId) =>
      api.putUserStatus({ InstanceId, UserId: id, AgentStatusId: agentStatusId }),
    );
  }

  /** Cannot be taken back. Quick connects to the user are left without a target. */
  async deleteUser(id: ConnectUserId): Promise<void> {
    await this.#call('DeleteUser', (api, InstanceId) => api.deleteUser({ InstanceId, UserId: id }));
  }

  /** Adds the tags or overwrites them by key; other keys stay. */
  async tagResource(id: ConnectUserId, tags: UserTags): Promise<void> {
    const resourceArn = await this.#userArn(id);
    await this.#call('TagResource', (api) => api.tagResource({ resourceArn, tags }));
  }

  async untagResource(id: ConnectUserId, tagKeys: readonly string[]): Promise<void> {
    const resourceArn = await this.#userArn(id);
    await this.#call('UntagResource', (api) => api.untagResource({ resourceArn, tagKeys: [...tagKeys] }));
  }

  quickConnectsTo(id: ConnectUserId): Promise<readonly QuickConnect[]> {
    return quickConnectsTo(this.#connection, this.#turn, id);
  }

  /** Lets a quick connect lead to another user. */
  async updateQuickConnectConfig({ id, contactFlowId }: QuickConnect, userId: ConnectUserId): Promise<void> {
    const UserConfig = { UserId: userId, ContactFlowId: contactFlowId };
    await this.#call('UpdateQuickConnectConfig', (api, InstanceId) =>
      api.updateQuickConnectConfig({
        InstanceId,
        QuickConnectId: id,
        QuickConnectConfig: { QuickConnectType: 'USER', UserConfig },
      }),
    );
  }

  async deleteQuickConnect(id: string): Promise<void> {
    await this.#call('DeleteQuickConnect', (api, InstanceId) =>
      api.deleteQuickConnect({ InstanceId, QuickConnectId: id }),
    );
  }

  listUserProficiencies(id: ConnectUserId): Promise<readonly UserProficiency[]> {
    return listUserProficiencies(this.#connection, this.#turn, id);
  }

  /** Refused as a whole when the user has one of them already. */
  async associateUserProficiencies(id: ConnectUserId, add: readonly UserProficiency[]): Promise<void> {
    const UserProficiencies = add.map(proficiencyMembers);
    await this.#call('AssociateUserProficiencies', (api, InstanceId) =>
      api.associateUserProficiencies({ InstanceId, UserId: id, UserProficiencies }),
    );
  }

  /** Sets levels; the user must have all of them. */
  async updateUserProficiencies(id: ConnectUserId, to: readonly UserProficiency[]): Promise<void> {
    const UserProficiencies = to.map(proficiencyMembers);
    await this.#call('UpdateUserProficiencies', (api, InstanceId) =>
      api.updateUserProficiencies({ InstanceId, UserId: id, UserProficiencies }),
    );
  }

  async disassociateUserProficiencies(id: ConnectUserId, gone: readonly UserProficiency[]): Promise<void> {
    const UserProficiencies = gone.map(proficiencyMembers).map(({ Level: _level, ...key }) => key);
    await this.#call('DisassociateUserProficiencies', (api, InstanceId) =>
      api.disassociateUserProficiencies({ InstanceId, UserId: id, UserProficiencies }),
    );
  }

  async listSecurityProfilePermissions(securityProfileId: string): Promise<readonly string[]> {
    const InstanceId = this.#connection.instanceId;
    const input = { InstanceId, SecurityProfileId: securityProfileId, MaxResults: 1_000 };
    return this.#connection.all(
      'ListSecurityProfilePermissions',
      this.#turn,
      (api, NextToken) => api.listSecurityProfilePermissions({ ...input, NextToken }),
      (page) => page.Permissions,
    );
  }

  /** @returns the names of the queues; one that is served on several channels is there once for each */
  async listRoutingProfileQueues(routingProfileId: string): Promise<readonly string[]> {
    const InstanceId = this.#connection.instanceId;
    const input = { InstanceId, RoutingProfileId: routingProfileId, MaxResults: 100 };
    const queues = await this.#connection.all(
      'ListRoutingProfileQueues',
      this.#turn,
      (api, NextToken) => api.listRoutingProfileQueues({ ...input, NextToken }),
      (page) => page.RoutingProfileQueueConfigSummaryList,
    );
    return queues.map(({ QueueName, QueueId }) => QueueName ?? QueueId ?? '');
  }

  /** Six operations, each paged to its end. */
  async readCatalog(): Promise<CatalogContents> {
    const { identityManagementType } = await this.#description();
    return readCatalog(this.#connection, this.#turn, identityManagementType);
  }

  /** Closes idle sockets, of all views. */
  close(): void {
    this.#connection.close();
  }

  async #description(): Promise<InstanceDescription> {
    return this.#facts.description ?? (await this.describeInstance());
  }

  async #userArn(id: ConnectUserId): Promise<string> {
    return `${(await this.#description()).arn}/agent/${id}`;
  }

  #call<T>(operation: ConnectOperation, run: (api: Connect, instanceId: string) => Promise<T>): Promise<T> {
    return this.#connection.call(operation, this.#turn, (api) => run(api, this.#connection.instanceId));
  }
}
