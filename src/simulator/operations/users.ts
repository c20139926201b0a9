import { z } from 'zod';
import {
  describedContactHandling,
  withChannelConfigs,
  withPhoneConfig,
} from '../instance/contact-handling.ts';
import { duplicateResource, limitExceeded } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import { directoryUserId } from '../instance/instance.ts';
import { page } from '../wire/paging.ts';
import type { UserRecord } from '../instance/records.ts';
import { calledUser, type InstanceCall, lastModified, listPage, parseBody } from '../wire/request.ts';
import * as rules from '../instance/user-rules.ts';

const createUserBody = z.object({
  Username: z.string().min(1).max(100),
  Password: z.string().optional(),
  IdentityInfo: rules.identityInfo.optional(),
  PhoneConfig: rules.phoneConfig.optional(),
  DirectoryUserId: z.string().optional(),
  SecurityProfileIds: rules.securityProfileIds,
  RoutingProfileId: z.string(),
  HierarchyGroupId: z.string().optional(),
  Tags: rules.tagMap.optional(),
  ...rules.channelConfigs,
});
type CreateUserBody = z.output<typeof createUserBody>;

export function createUser(call: InstanceCall) {
  const { instance } = call;
  const body = parseBody(createUserBody, call);
  checkNewUser(call, body);
  if (instance.users.named(body.Username)) {
    throw duplicateResource(`A user with the username ${body.Username} already exists.`);
  }
  if (instance.users.size >= instance.userQuota) {
    throw limitExceeded(`The limit of ${instance.userQuota} users is reached.`);
  }
  const user = newUser(call, body);
  instance.users.put(user, call.nowMs);
  return { UserId: user.id, UserArn: user.arn };
}

/** Strongly consistent, unlike SearchUsers (Terraform reads it right after each write). */
export function describeUser(call: InstanceCall) {
  const user = calledUser(call);
  return {
    User: {
      Id: user.id,
      Arn: user.arn,
      Username: user.name,
      IdentityInfo: user.identity,
      DirectoryUserId: user.directoryUserId,
      SecurityProfileIds: user.securityProfileIds,
      RoutingProfileId: user.routingProfileId,
      HierarchyGroupId: user.hierarchyGroupId,
      Tags: user.tags,
      ...describedContactHandling(user.contactHandling, 1),
      ...lastModified(call.instance, user.lastModifiedMs),
    },
  };
}

export function listUsers(call: InstanceCall) {
  const { items, NextToken } = page(call.instance.users.all(), listPage(call, 1000));
  const UserSummaryList = items.map((user) => ({
    Id: user.id,
    Arn: user.arn,
    Username: user.name,
    ...lastModified(call.instance, user.lastModifiedMs),
  }));
  return { UserSummaryList, NextToken };
}

/** Leaves quick connects to the user orphaned (API reference, DeleteUser). */
export function deleteUser(call: InstanceCall): undefined {
  call.instance.users.delete(calledUser(call), call.nowMs);
}

function checkNewUser({ instance }: InstanceCall, body: CreateUserBody): void {
  rules.checkCredentials(instance, body);
  rules.checkIdentity(instance, body.IdentityInfo ?? {});
  rules.checkUsername(instance, body.Username);
  rules.checkPhoneForms(body.PhoneConfig, body);
  rules.checkPhone(body.PhoneConfig?.PhoneType, body.PhoneConfig?.DeskPhoneNumber, 'DeskPhoneNumber');
  rules.checkChannelConfigs(body);
  rules.checkAssignments(instance, {
    securityProfileIds: body.SecurityProfileIds,
    routingProfileId: body.RoutingProfileId,
    hierarchyGroupId: body.HierarchyGroupId,
  });
}

function newUser({ instance, nowMs }: InstanceCall, body: CreateUserBody): UserRecord {
  const order = instance.nextOrder();
  const id = instance.newUserId(body.Username);
  return {
    id,
    arn: instance.resourceArn('agent', id),
    name: body.Username,
    order,
    directoryUserId: body.DirectoryUserId ?? directoryUserId(instance, id),
    identity: body.IdentityInfo ?? {},
    contactHandling: withChannelConfigs(withPhoneConfig(undefined, body.PhoneConfig ?? {}), body),
    securityProfileIds: [...new Set(body.SecurityProfileIds.map(idOf))],
    routingProfileId: idOf(body.RoutingProfileId),
    hierarchyGroupId: body.HierarchyGroupId === undefined ? undefined : idOf(body.HierarchyGroupId),
    tags: body.Tags ?? {},
    lastModifiedMs: nowMs,
    proficiencies: [],
    proficienciesModifiedMs: nowMs,
    contacts: [],
  };
}
