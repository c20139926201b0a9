import { z } from 'zod';
import { resourceNotFound } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import type { Instance } from '../instance/instance.ts';
import { page } from '../wire/paging.ts';
import type { HierarchyGroup } from '../instance/records.ts';
import { type InstanceCall, listPage, parseBody, searchPage, searchPaging } from '../wire/request.ts';
import { lastModified } from '../wire/request.ts';
import { attributeFilter, matchesAttributeFilter, resourceLeaves, searched, summary } from './resources.ts';
import { criteria } from './search-criteria.ts';

const levelNames = ['LevelOne', 'LevelTwo', 'LevelThree', 'LevelFour', 'LevelFive'] as const;

/** Flat: parents and levels need DescribeUserHierarchyGroup (botocore model). */
export function listUserHierarchyGroups(call: InstanceCall) {
  const { items, NextToken } = page(call.instance.hierarchyGroups.values(), listPage(call, 1000));
  return { UserHierarchyGroupSummaryList: items.map((one) => summary(call.instance, one)), NextToken };
}

export function describeUserHierarchyGroup(call: InstanceCall) {
  const group = call.instance.hierarchyGroups.get(idOf(call.labels['HierarchyGroupId'] ?? ''));
  if (!group) throw resourceNotFound();
  return { HierarchyGroup: described(call.instance, group) };
}

export function describeUserHierarchyStructure({ instance }: InstanceCall) {
  const levels = instance.hierarchyLevels.map((name, index) => {
    const id = levelId(instance, index);
    const arn = instance.resourceArn('agent-group-level', id);
    return [
      levelNames[index],
      { Id: id, Arn: arn, Name: name, ...lastModified(instance, instance.createdMs) },
    ];
  });
  return { HierarchyStructure: Object.fromEntries(levels) as Record<string, unknown> };
}

export function searchUserHierarchyGroups(call: InstanceCall) {
  const { instance } = call;
  const body = parseBody(
    z.object({
      InstanceId: z.string(),
      ...searchPaging(100),
      SearchFilter: z.object({ AttributeFilter: attributeFilter.optional() }).optional(),
      SearchCriteria: criteria.optional(),
    }),
    call,
  );
  const leaves = {
    fields: {
      ...resourceLeaves.fields,
      parentid: ({ path }: HierarchyGroup) => path.slice(-2, -1),
      levelid: ({ path }: HierarchyGroup) => [levelId(instance, path.length - 1)],
    },
  };
  const found = searched(instance.hierarchyGroups.values(), body.SearchCriteria, leaves).filter(({ tags }) =>
    matchesAttributeFilter(tags, body.SearchFilter?.AttributeFilter ?? {}),
  );
  const { items, NextToken } = page(found, searchPage(call, body, 100));
  const UserHierarchyGroups = items.map((group) => described(instance, group));
  return { UserHierarchyGroups, NextToken, ApproximateTotalCount: found.length };
}

/** The path of a group as Connect has it, from level one to the group itself. */
export function hierarchyPath(instance: Instance, groupId: string | undefined) {
  const path = instance.hierarchyGroups.get(groupId ?? '')?.path ?? [];
  const groups = path.flatMap((id) => instance.hierarchyGroups.get(id) ?? []);
  return groups.map((group, index) => [levelNames[index] ?? 'LevelFive', group] as const);
}

function described(instance: Instance, group: HierarchyGroup) {
  const path = hierarchyPath(instance, group.id).map(([level, one]) => [level, summary(instance, one)]);
  return {
    ...summary(instance, group),
    LevelId: levelId(instance, group.path.length - 1),
    HierarchyPath: Object.fromEntries(path) as Record<string, unknown>,
    Tags: group.tags,
  };
}

const levelId = (instance: Instance, index: number): string =>
  instance.newId('agent-group-level', String(index + 1));
