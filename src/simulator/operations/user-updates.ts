import { z } from 'zod';
import { withChannelConfigs, withPhoneConfig } from '../instance/contact-handling.ts';
import { invalidRequest, resourceNotFound } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import type { Instance } from '../instance/instance.ts';
import type { IdentityInfo, UserRecord } from '../instance/records.ts';
import { calledUser, type InstanceCall, parseBody } from '../wire/request.ts';
import * as rules from '../instance/user-rules.ts';

/**
 * Whether members that are left out are kept or cleared is not documented. They are cleared here, so that a
 * client that relies on merging is found out; CloudFormation and Terraform always send everything.
 */
export function updateUserIdentityInfo(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { IdentityInfo } = parseBody(z.object({ IdentityInfo: rules.identityInfo }), call);
  rules.checkIdentity(call.instance, IdentityInfo);
  write(call, user, { identity: updatedIdentity(call.instance, user.identity, IdentityInfo) });
}

export function updateUserPhoneConfig(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { PhoneConfig } = parseBody(z.object({ PhoneConfig: rules.phoneConfig }), call);
  rules.checkPhone(PhoneConfig.PhoneType, PhoneConfig.DeskPhoneNumber, 'DeskPhoneNumber');
  write(call, user, { contactHandling: withPhoneConfig(user.contactHandling, PhoneConfig) });
}

export function updateUserConfig(call: InstanceCall): undefined {
  const user = calledUser(call);
  const configs = parseBody(z.object(rules.channelConfigs), call);
  rules.checkChannelConfigs(configs);
  write(call, user, { contactHandling: withChannelConfigs(user.contactHandling, configs) });
}

export function updateUserRoutingProfile(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { RoutingProfileId } = parseBody(z.object({ RoutingProfileId: z.string() }), call);
  rules.checkAssignments(call.instance, { routingProfileId: RoutingProfileId });
  write(call, user, { routingProfileId: idOf(RoutingProfileId) });
}

/** Replaces the whole set (API reference). */
export function updateUserSecurityProfiles(call: InstanceCall): undefined {
  const user = calledUser(call);
  const body = parseBody(z.object({ SecurityProfileIds: rules.securityProfileIds }), call);
  rules.checkAssignments(call.instance, { securityProfileIds: body.SecurityProfileIds });
  write(call, user, { securityProfileIds: [...new Set(body.SecurityProfileIds.map(idOf))] });
}

/** Without a group the user leaves the hierarchy: Terraform clears it this way. */
export function updateUserHierarchy(call: InstanceCall): undefined {
  const user = calledUser(call);
  const { HierarchyGroupId } = parseBody(z.object({ HierarchyGroupId: z.string().optional() }), call);
  rules.checkAssignments(call.instance, { hierarchyGroupId: HierarchyGroupId });
  write(call, user, {
    hierarchyGroupId: HierarchyGroupId === undefined ? undefined : idOf(HierarchyGroupId),
  });
}

/** A status is the agent's, not configuration: it leaves LastModifiedTime alone. */
export function putUserStatus(call: InstanceCall) {
  const user = calledUser(call);
  const { AgentStatusId } = parseBody(z.object({ AgentStatusId: z.string() }), call);
  const agentStatusId = idOf(AgentStatusId);
  if (!call.instance.agentStatuses.has(agentStatusId)) throw resourceNotFound();
  const status = { agentStatusId, sinceMs: call.nowMs };
  call.instance.users.put({ ...user, status }, call.nowMs);
  return {};
}

function write(call: InstanceCall, user: UserRecord, change: Partial<UserRecord>): void {
  call.instance.users.put({ ...user, ...change, lastModifiedMs: call.nowMs }, call.nowMs);
}

/** In an existing directory these three belong to the directory (API reference, UserIdentityInfo). */
function updatedIdentity(instance: Instance, current: IdentityInfo, wanted: IdentityInfo): IdentityInfo {
  if (instance.identityManagementType !== 'EXISTING_DIRECTORY') return wanted;
  const owned = [wanted.FirstName, wanted.LastName, wanted.Email];
  if (owned.some((value) => value !== undefined)) {
    throw invalidRequest('FirstName, LastName and Email are owned by the directory.');
  }
  const { FirstName, LastName, Email } = current;
  return { FirstName, LastName, Email, SecondaryEmail: wanted.SecondaryEmail, Mobile: wanted.Mobile };
}
