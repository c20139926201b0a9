import { z } from 'zod';
import { describedContactHandling } from '../instance/contact-handling.ts';
import { accessDenied } from '../wire/errors.ts';
import type { Instance } from '../instance/instance.ts';
import { page } from '../wire/paging.ts';
import type { Proficiency, UserRecord } from '../instance/records.ts';
import { type InstanceCall, parseBody, searchPage, searchPaging } from '../wire/request.ts';
import {
  compareText,
  criteria,
  hasTag,
  hierarchyGroupCondition,
  inHierarchyGroup,
  type Leaves,
  type ListCondition,
  matchesCriteria,
  matchesTagFilter,
  type NumberCondition,
  tagCondition,
  tagFilter,
} from './search-criteria.ts';

const andCondition = z.object({
  TagConditions: z.array(tagCondition).optional(),
  HierarchyGroupCondition: hierarchyGroupCondition.optional(),
});
const userAttributeFilter = z.object({
  OrConditions: z.array(andCondition).optional(),
  AndCondition: andCondition.optional(),
  TagCondition: tagCondition.optional(),
  HierarchyGroupCondition: hierarchyGroupCondition.optional(),
});
const searchUsersBody = z.object({
  InstanceId: z.string(),
  ...searchPaging(500),
  SearchFilter: z
    .object({ TagFilter: tagFilter.optional(), UserAttributeFilter: userAttributeFilter.optional() })
    .optional(),
  SearchCriteria: criteria.optional(),
});
type SearchFilter = NonNullable<z.output<typeof searchUsersBody>['SearchFilter']>;

/** Reads the search index, which is some seconds behind the users. */
export function searchUsers(call: InstanceCall) {
  const { instance } = call;
  const body = parseBody(searchUsersBody, call);
  const { TagFilter, UserAttributeFilter } = body.SearchFilter ?? {};
  // "Only one field can be populated": both give AccessDeniedException, odd but documented (UserSearchFilter).
  if (TagFilter && UserAttributeFilter)
    throw accessDenied('TagFilter and UserAttributeFilter are exclusive.');
  const leaves = userLeaves(instance);
  const found = [...instance.users.indexed(call.nowMs)]
    .filter((user) => matchesFilter(instance, user, body.SearchFilter ?? {}))
    .filter((user) => matchesCriteria(user, body.SearchCriteria ?? {}, leaves))
    .sort((a, b) => a.order - b.order);
  const { items, NextToken } = page(found, searchPage(call, body, 500));
  return { Users: items.map(searchSummary), NextToken, ApproximateTotalCount: found.length };
}

/** Names but no addresses, and after-contact work in milliseconds (API reference, UserSearchSummary). */
function searchSummary(user: UserRecord) {
  return {
    Id: user.id,
    Arn: user.arn,
    Username: user.name,
    DirectoryUserId: user.directoryUserId,
    IdentityInfo: { FirstName: user.identity.FirstName, LastName: user.identity.LastName },
    SecurityProfileIds: user.securityProfileIds,
    RoutingProfileId: user.routingProfileId,
    HierarchyGroupId: user.hierarchyGroupId,
    Tags: user.tags,
    ...describedContactHandling(user.contactHandling, 1000),
  };
}

/** The fields that StringCondition supports; none of them is the e-mail address (UserSearchCriteria). */
function userLeaves(instance: Instance): Leaves<UserRecord> {
  return {
    fields: {
      username: (user) => [user.name],
      firstname: (user) => [user.identity.FirstName ?? ''],
      lastname: (user) => [user.identity.LastName ?? ''],
      routingprofileid: (user) => [user.routingProfileId],
      securityprofileid: (user) => user.securityProfileIds,
      resourceid: (user) => [user.id],
    },
    list: (user, condition) => user.proficiencies.some((one) => matchesProficiency(one, condition)),
    hierarchyGroup: (user, condition) => inHierarchyGroup(instance, user.hierarchyGroupId, condition),
  };
}

function matchesFilter(instance: Instance, user: UserRecord, filter: SearchFilter): boolean {
  if (filter.TagFilter && !matchesTagFilter(user.tags, filter.TagFilter)) return false;
  const { OrConditions, AndCondition, TagCondition, HierarchyGroupCondition } =
    filter.UserAttributeFilter ?? {};
  const inGroup = (condition: z.output<typeof hierarchyGroupCondition> | undefined) =>
    !condition || inHierarchyGroup(instance, user.hierarchyGroupId, condition);
  const matchesAll = (all: z.output<typeof andCondition>) =>
    (all.TagConditions ?? []).every((one) => hasTag(user.tags, one)) && inGroup(all.HierarchyGroupCondition);
  return (
    (!OrConditions?.length || OrConditions.some(matchesAll)) &&
    (!AndCondition || matchesAll(AndCondition)) &&
    (!TagCondition || hasTag(user.tags, TagCondition)) &&
    inGroup(HierarchyGroupCondition)
  );
}

/** Conditions are applied together to one proficiency; FieldName is `name` or `value` (ListCondition). */
function matchesProficiency(proficiency: Proficiency, { Conditions = [] }: ListCondition): boolean {
  return Conditions.every(({ StringCondition, NumberCondition }) => {
    const isName = StringCondition?.FieldName?.toLowerCase().includes('name');
    const text = isName ? proficiency.AttributeName : proficiency.AttributeValue;
    return (
      (!StringCondition || compareText(text, StringCondition.Value, StringCondition.ComparisonType)) &&
      (!NumberCondition || matchesNumber(proficiency.Level, NumberCondition))
    );
  });
}

function matchesNumber(value: number, condition: NumberCondition): boolean {
  const { MinValue = -Infinity, MaxValue = Infinity, ComparisonType = 'RANGE' } = condition;
  switch (ComparisonType) {
    case 'GREATER_OR_EQUAL':
      return value >= MinValue;
    case 'GREATER':
      return value > MinValue;
    case 'LESSER_OR_EQUAL':
      return value <= MaxValue;
    case 'LESSER':
      return value < MaxValue;
    case 'EQUAL':
      return value === MinValue;
    case 'NOT_EQUAL':
      return value !== MinValue;
    case 'RANGE':
      return value >= MinValue && value <= MaxValue;
    default:
      return ComparisonType satisfies never;
  }
}
