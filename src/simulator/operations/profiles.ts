import { z } from 'zod';
import { resourceNotFound } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import { byPosition, page } from '../wire/paging.ts';
import type { RoutingProfile } from '../instance/records.ts';
import {
  type InstanceCall,
  lastModified,
  listPage,
  parseBody,
  searchPage,
  searchPaging,
} from '../wire/request.ts';
import { criteria, matchesTagFilter, tagFilter } from './search-criteria.ts';
import { resourceLeaves, searched, summary } from './resources.ts';

const searchBody = (cap: number) =>
  z.object({
    InstanceId: z.string(),
    ...searchPaging(cap),
    SearchFilter: z.object({ TagFilter: tagFilter.optional() }).optional(),
    SearchCriteria: criteria.optional(),
  });

export function listSecurityProfiles(call: InstanceCall) {
  const { items, NextToken } = page(call.instance.securityProfiles.values(), listPage(call, 1000));
  return { SecurityProfileSummaryList: items.map((one) => summary(call.instance, one)), NextToken };
}

/** The members are named differently from those of the list (botocore model, SecurityProfileSearchSummary). */
export function searchSecurityProfiles(call: InstanceCall) {
  const body = parseBody(searchBody(100), call);
  const found = searched(call.instance.securityProfiles.values(), body.SearchCriteria, resourceLeaves).filter(
    ({ tags }) => matchesTagFilter(tags, body.SearchFilter?.TagFilter ?? {}),
  );
  const { items, NextToken } = page(found, searchPage(call, body, 100));
  const SecurityProfiles = items.map(({ id, arn, name, tags }) => ({
    Id: id,
    OrganizationResourceId: call.instance.id,
    Arn: arn,
    SecurityProfileName: name,
    Tags: tags,
  }));
  return { SecurityProfiles, NextToken, ApproximateTotalCount: found.length };
}

export function listSecurityProfilePermissions(call: InstanceCall) {
  const profile = call.instance.securityProfiles.get(idOf(call.labels['SecurityProfileId'] ?? ''));
  if (!profile) throw resourceNotFound();
  const { items, NextToken } = page(byPosition(profile.permissions), listPage(call, 1000));
  const Permissions = items.map(({ value }) => value);
  return { Permissions, NextToken, ...lastModified(call.instance, profile.lastModifiedMs) };
}

export function listRoutingProfiles(call: InstanceCall) {
  const { items, NextToken } = page(call.instance.routingProfiles.values(), listPage(call, 1000));
  return { RoutingProfileSummaryList: items.map((one) => summary(call.instance, one)), NextToken };
}

export function searchRoutingProfiles(call: InstanceCall) {
  const body = parseBody(searchBody(500), call);
  const leaves = {
    fields: {
      ...resourceLeaves.fields,
      associatedqueueids: ({ queues }: RoutingProfile) => queues.map(({ id }) => id),
    },
  };
  const found = searched(call.instance.routingProfiles.values(), body.SearchCriteria, leaves).filter(
    ({ tags }) => matchesTagFilter(tags, body.SearchFilter?.TagFilter ?? {}),
  );
  const { items, NextToken } = page(found, searchPage(call, body, 500));
  const RoutingProfiles = items.map((profile) => ({
    InstanceId: call.instance.id,
    Name: profile.name,
    RoutingProfileArn: profile.arn,
    RoutingProfileId: profile.id,
    Tags: profile.tags,
    NumberOfAssociatedQueues: profile.queues.length,
    AssociatedQueueIds: profile.queues.map(({ id }) => id),
    ...lastModified(call.instance, profile.lastModifiedMs),
  }));
  return { RoutingProfiles, NextToken, ApproximateTotalCount: found.length };
}

export function listRoutingProfileQueues(call: InstanceCall) {
  const profile = call.instance.routingProfiles.get(idOf(call.labels['RoutingProfileId'] ?? ''));
  if (!profile) throw resourceNotFound();
  const { items, NextToken } = page(byPosition(profile.queues), listPage(call, 100));
  const RoutingProfileQueueConfigSummaryList = items.map(({ value: { id, arn, name } }) => ({
    QueueId: id,
    QueueArn: arn,
    QueueName: name,
    Priority: 1,
    Delay: 0,
    Channel: 'VOICE',
  }));
  return {
    RoutingProfileQueueConfigSummaryList,
    NextToken,
    ...lastModified(call.instance, profile.lastModifiedMs),
  };
}
