import type { HierarchyGroup } from '@aws-sdk/client-connect';
import type { CatalogContents, Named, PredefinedAttribute } from '../catalog.ts';
import type { Connection, Turn } from './connection.ts';
import { ConnectError, missingMember } from '../error.ts';
import type { ConnectOperation } from '../operation.ts';
import type { IdentityManagementType } from '../user.ts';

/**
 * Names and ids of all that an instance offers to its users, each list in the order of its ids.
 *
 * @throws ConnectError when any page fails, never a part of the catalog; only predefined attributes that the role may
 *   not read are left out
 */
export async function readCatalog(
  connection: Connection,
  turn: Turn,
  identityManagementType: IdentityManagementType,
): Promise<CatalogContents> {
  const [securityProfiles, routingProfiles, hierarchyGroups, agentStatuses, attributes] = await Promise.all([
    readSecurityProfiles(connection, turn),
    readRoutingProfiles(connection, turn),
    readHierarchyGroups(connection, turn),
    readAgentStatuses(connection, turn),
    readPredefinedAttributes(connection, turn),
  ]);
  return {
    identityManagementType,
    securityProfiles: securityProfiles.sort(byId),
    routingProfiles: routingProfiles.sort(byId),
    hierarchyGroups: hierarchyGroups.sort(byId),
    agentStatuses: agentStatuses.sort(byId),
    ...(attributes && { predefinedAttributes: attributes }),
    readAt: connection.clock.now(),
  };
}

/** Connect promises no order; two readings of the same catalog must be equal. */
function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

async function readSecurityProfiles(connection: Connection, turn: Turn): Promise<Named[]> {
  const items = await connection.all(
    'ListSecurityProfiles',
    turn,
    (api, NextToken) =>
      api.listSecurityProfiles({ InstanceId: connection.instanceId, MaxResults: 1_000, NextToken }),
    (page) => page.SecurityProfileSummaryList,
  );
  return items.map((item) => named(item, 'ListSecurityProfiles'));
}

async function readRoutingProfiles(connection: Connection, turn: Turn): Promise<Named[]> {
  const items = await connection.all(
    'ListRoutingProfiles',
    turn,
    (api, NextToken) =>
      api.listRoutingProfiles({ InstanceId: connection.instanceId, MaxResults: 1_000, NextToken }),
    (page) => page.RoutingProfileSummaryList,
  );
  return items.map((item) => named(item, 'ListRoutingProfiles'));
}

async function readAgentStatuses(connection: Connection, turn: Turn): Promise<Named[]> {
  const items = await connection.all(
    'ListAgentStatuses',
    turn,
    (api, NextToken) =>
      api.listAgentStatuses({ InstanceId: connection.instanceId, MaxResults: 1_000, NextToken }),
    (page) => page.AgentStatusSummaryList,
  );
  return items.map((item) => named(item, 'ListAgentStatuses'));
}

/**
 * By search, since ListPredefinedAttributes has names only: with it every attribute would cost a call of its own. An
 * instance has 150 (admin guide, service limits), so this is two calls at most.
 *
 * @returns null when the role may not: bridges have run with a policy without it, and only proficiencies need it
 */
async function readPredefinedAttributes(
  connection: Connection,
  turn: Turn,
): Promise<readonly PredefinedAttribute[] | null> {
  try {
    const attributes = await connection.all(
      'SearchPredefinedAttributes',
      turn,
      (api, NextToken) =>
        api.searchPredefinedAttributes({ InstanceId: connection.instanceId, MaxResults: 100, NextToken }),
      (page) => page.PredefinedAttributes,
    );
    return attributes
      .map(({ Name, Values }) => {
        if (Name === undefined) throw missingMember('SearchPredefinedAttributes', 'Name');
        return { name: Name, values: [...(Values?.StringList ?? [])].sort() };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof ConnectError && error.kind === 'denied') return null;
    throw error;
  }
}

/** By search, since ListUserHierarchyGroups has no parents: with it every group would cost a call of its own. */
async function readHierarchyGroups(connection: Connection, turn: Turn) {
  const groups = await connection.all(
    'SearchUserHierarchyGroups',
    turn,
    (api, NextToken) =>
      api.searchUserHierarchyGroups({ InstanceId: connection.instanceId, MaxResults: 100, NextToken }),
    (page) => page.UserHierarchyGroups,
  );
  // Level 0 is the invisible root (API reference, SearchUserHierarchyGroups).
  return groups.filter(({ LevelId }) => LevelId !== '0').map(hierarchyGroup);
}

function hierarchyGroup(group: HierarchyGroup): { readonly id: string; readonly path: readonly string[] } {
  const { id, name } = named(group, 'SearchUserHierarchyGroups');
  const { LevelOne, LevelTwo, LevelThree, LevelFour, LevelFive } = group.HierarchyPath ?? {};
  const path = [LevelOne, LevelTwo, LevelThree, LevelFour, LevelFive].flatMap((level) => level?.Name ?? []);
  if (path.at(-1) !== name) throw missingMember('SearchUserHierarchyGroups', `HierarchyPath of "${name}"`);
  return { id, path };
}

function named(item: { Id?: string | undefined; Name?: string | undefined }, operation: ConnectOperation) {
  if (item.Id === undefined) throw missingMember(operation, 'Id');
  if (item.Name === undefined) throw missingMember(operation, 'Name');
  return { id: item.Id, name: item.Name };
}
