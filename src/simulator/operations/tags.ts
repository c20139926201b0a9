import { z } from 'zod';
import { ConnectServiceError, invalidParameter, invalidRequest, resourceNotFound } from '../wire/errors.ts';
import { parseArn } from '../instance/identifiers.ts';
import type { Instance } from '../instance/instance.ts';
import { byPosition, page } from '../wire/paging.ts';
import type { Resource, Tags } from '../instance/records.ts';
import { type InstanceCall, parseBody, searchPage, searchPaging } from '../wire/request.ts';
import { comparison, compareText } from './search-criteria.ts';
import { tagMap } from '../instance/user-rules.ts';

/** Tags per resource; system tags (`aws:`) do not count, and the simulator has none (API reference). */
const maxTags = 50;

/** Merges by key. The member is `tags`, in lower case, unlike every other operation's. */
export function tagResource(call: InstanceCall): undefined {
  const resource = calledResource(call);
  const { tags } = parseBody(z.object({ tags: tagMap }), call);
  const merged = { ...resource.tags, ...tags };
  if (Object.keys(merged).length > maxTags) throw invalidRequest(`A resource can have ${maxTags} tags.`);
  writeTags(call, resource, merged);
}

/** `tagKeys` repeats in the query; keys that are not there are no error. */
export function untagResource(call: InstanceCall): undefined {
  const resource = calledResource(call);
  const keys = call.query.getAll('tagKeys');
  if (keys.length < 1 || keys.length > 50) throw invalidParameter('tagKeys');
  const kept = Object.entries(resource.tags).filter(([key]) => !keys.includes(key));
  writeTags(call, resource, Object.fromEntries(kept));
}

export const listTagsForResource = (call: InstanceCall) => ({ tags: calledResource(call).tags });

const searchBody = z.object({
  InstanceId: z.string(),
  ResourceTypes: z.array(z.string()).optional(),
  ...searchPaging(100),
  SearchCriteria: z
    .object({
      TagSearchCondition: z
        .object({
          tagKey: z.string().max(128).optional(),
          tagValue: z.string().max(256).optional(),
          tagKeyComparisonType: comparison.optional(),
          tagValueComparisonType: comparison.optional(),
        })
        .optional(),
    })
    .optional(),
});

/** The distinct tags in use. */
export function searchResourceTags(call: InstanceCall) {
  const body = parseBody(searchBody, call);
  const condition = body.SearchCriteria?.TagSearchCondition ?? {};
  const found = new Map<string, { key: string; value: string }>();
  for (const resource of resourcesOf(call.instance, body.ResourceTypes)) {
    for (const [key, value] of Object.entries(resource.tags)) {
      const matches =
        compareText(key, condition.tagKey, condition.tagKeyComparisonType) &&
        compareText(value, condition.tagValue, condition.tagValueComparisonType);
      if (matches) found.set(`${key}\0${value}`, { key, value });
    }
  }
  if (found.size > 1000) throw tooManyTags();
  const { items, NextToken } = page(byPosition([...found.values()]), searchPage(call, body, 100));
  return { Tags: items.map(({ value }) => value), NextToken };
}

/** Text from the model's own documentation. */
const tooManyTags = () =>
  new ConnectServiceError(
    'MaximumResultReturnedException',
    400,
    'Maximum number (1000) of tags have been returned with current request. Consider changing request parameters to get more tags.',
  );

function calledResource(call: InstanceCall): Resource {
  const { type, id } = parseArn(call.labels['resourceArn'] ?? '')?.resource ?? {};
  const resource = type && id ? taggable(call.instance, type)?.get(id) : undefined;
  if (!resource) throw resourceNotFound();
  return resource;
}

interface ResourceTable {
  get(id: string): Resource | undefined;
  put(resource: Resource, nowMs: number): void;
  all(): Iterable<Resource>;
}

const searchableTypes = [
  'agent',
  'agent-state',
  'routing-profile',
  'security-profile',
  'transfer-destination',
];

/** @param types none or empty for all of them (API reference, SearchResourceTags) */
function* resourcesOf(instance: Instance, types: readonly string[] = []): Iterable<Resource> {
  for (const type of types.length > 0 ? types : searchableTypes) {
    yield* taggable(instance, type)?.all() ?? [];
  }
}

function taggable(instance: Instance, type: string): ResourceTable | undefined {
  switch (type) {
    case 'agent':
      return instance.users;
    case 'agent-group':
      return tableOf(instance.hierarchyGroups);
    case 'agent-state':
      return tableOf(instance.agentStatuses);
    case 'routing-profile':
      return tableOf(instance.routingProfiles);
    case 'security-profile':
      return tableOf(instance.securityProfiles);
    case 'transfer-destination':
      return tableOf(instance.quickConnects);
    default:
      return undefined;
  }
}

function tableOf<T extends Resource>(map: Map<string, T>): ResourceTable {
  return {
    get: (id) => map.get(id),
    put: (resource) => map.set(resource.id, resource as T),
    all: () => map.values(),
  };
}

/** Counts as a change of the resource (inferred: Connect's clocks move on every write). */
function writeTags(call: InstanceCall, resource: Resource, tags: Tags): void {
  const type = parseArn(resource.arn)?.resource?.type ?? '';
  taggable(call.instance, type)?.put({ ...resource, tags, lastModifiedMs: call.nowMs }, call.nowMs);
}
