import { z } from 'zod';
import { invalidParameter, invalidRequest, resourceNotFound } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import type { Instance } from '../instance/instance.ts';
import { page } from '../wire/paging.ts';
import { type AgentContact, contactStates, type UserRecord } from '../instance/records.ts';
import { calledUser, epochSeconds, type InstanceCall, listPage, parseBody } from '../wire/request.ts';
import { hierarchyPath } from './hierarchy.ts';
import { summary } from './resources.ts';

const agentStatusTypes = ['ROUTABLE', 'CUSTOM', 'OFFLINE'];

/** `AgentStatusTypes` repeats in the query, in upper camel case unlike the paging members (botocore model). */
export function listAgentStatuses(call: InstanceCall) {
  const types = call.query.getAll('AgentStatusTypes');
  if (types.length > 3 || types.some((type) => !agentStatusTypes.includes(type))) {
    throw invalidParameter(`AgentStatusTypes ${types.join(',')}`);
  }
  const wanted = [...call.instance.agentStatuses.values()].filter(
    ({ type }) => types.length === 0 || types.includes(type),
  );
  const { items, NextToken } = page(wanted, listPage(call, 1000));
  const AgentStatusSummaryList = items.map((one) => ({ ...summary(call.instance, one), Type: one.type }));
  return { AgentStatusSummaryList, NextToken };
}

const ids = z.array(z.string()).min(1).max(100).optional();
const userDataBody = z.object({
  Filters: z.object({
    Queues: ids,
    RoutingProfiles: ids,
    Agents: ids,
    UserHierarchyGroups: z.array(z.string()).min(1).max(1).optional(),
    ContactFilter: z.object({ ContactStates: z.array(z.enum(contactStates)).max(9).optional() }).optional(),
  }),
  NextToken: z.string().optional(),
  MaxResults: z.int().min(1).max(100).optional(),
});
type Filters = z.output<typeof userDataBody>['Filters'];

/** Agents who are signed in: those with a status or a contact. */
export function getCurrentUserData(call: InstanceCall) {
  const body = parseBody(userDataBody, call);
  const { Queues, RoutingProfiles, Agents, UserHierarchyGroups } = body.Filters;
  if (!Queues && !RoutingProfiles && !Agents && !UserHierarchyGroups) {
    throw invalidRequest('Filters must name queues, routing profiles, agents or a hierarchy group.');
  }
  const found = [...call.instance.users.all()].filter(
    (user) => (user.status || user.contacts.length > 0) && matchesFilters(call.instance, user, body.Filters),
  );
  const scope = `${call.operation} ${call.instance.id}`;
  const request = { scope, maxResults: body.MaxResults ?? 100, nextToken: body.NextToken };
  const { items, NextToken } = page(found, request);
  const UserDataList = items.map((user) => userData(call, user, body.Filters));
  return { UserDataList, NextToken, ApproximateTotalCount: found.length };
}

/** Only a contact that is over can be dismissed (API reference, DismissUserContact). */
export function dismissUserContact(call: InstanceCall) {
  const user = calledUser(call);
  const { ContactId } = parseBody(z.object({ ContactId: z.string().min(1).max(256) }), call);
  const contact = user.contacts.find(({ contactId }) => contactId === ContactId);
  if (!contact) throw resourceNotFound();
  if (!['MISSED', 'ERROR', 'ENDED', 'REJECTED'].includes(contact.state)) {
    throw invalidRequest(`The contact is ${contact.state}.`);
  }
  const contacts = user.contacts.filter((one) => one !== contact);
  call.instance.users.put({ ...user, contacts }, call.nowMs);
  return {};
}

function matchesFilters(instance: Instance, user: UserRecord, filters: Filters): boolean {
  const has = (wanted: string[] | undefined, actual: readonly string[]) =>
    !wanted || wanted.map(idOf).some((id) => actual.includes(id));
  const queues = instance.routingProfiles.get(user.routingProfileId)?.queues ?? [];
  const states = filters.ContactFilter?.ContactStates;
  return (
    has(filters.Agents, [user.id]) &&
    has(filters.RoutingProfiles, [user.routingProfileId]) &&
    has(
      filters.Queues,
      queues.map(({ id }) => id),
    ) &&
    has(
      filters.UserHierarchyGroups,
      hierarchyPath(instance, user.hierarchyGroupId).map(([, { id }]) => id),
    ) &&
    (!states?.length || user.contacts.some(({ state }) => states.includes(state)))
  );
}

function userData({ instance, nowMs }: InstanceCall, user: UserRecord, filters: Filters) {
  const states = filters.ContactFilter?.ContactStates ?? [];
  const path = hierarchyPath(instance, user.hierarchyGroupId);
  const routingProfile = instance.routingProfiles.get(user.routingProfileId);
  return {
    User: { Id: user.id, Arn: user.arn },
    RoutingProfile: { Id: user.routingProfileId, Arn: routingProfile?.arn },
    HierarchyPath: Object.fromEntries(
      path.map(([level, { id, arn }]) => [level, { Id: id, Arn: arn }]),
    ) as Record<string, unknown>,
    Status: statusReference(instance, user),
    Contacts: user.contacts
      .filter(({ state }) => states.length === 0 || states.includes(state))
      .map((contact) => contactReference(contact, nowMs)),
  };
}

function statusReference(instance: Instance, { status }: UserRecord) {
  const agentStatus = status && instance.agentStatuses.get(status.agentStatusId);
  if (!agentStatus) return undefined;
  return {
    StatusStartTimestamp: epochSeconds(status.sinceMs),
    StatusArn: agentStatus.arn,
    StatusName: agentStatus.name,
  };
}

const contactReference = (contact: AgentContact, nowMs: number) => ({
  ContactId: contact.contactId,
  Channel: contact.channel,
  InitiationMethod: 'INBOUND',
  AgentContactState: contact.state,
  StateStartTimestamp: epochSeconds(nowMs),
});
