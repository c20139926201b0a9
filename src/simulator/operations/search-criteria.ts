import { z } from 'zod';
import { invalidRequest } from '../wire/errors.ts';
import { idOf } from '../instance/identifiers.ts';
import type { Instance } from '../instance/instance.ts';
import type { Tags } from '../instance/records.ts';

export const comparison = z.enum(['STARTS_WITH', 'CONTAINS', 'EXACT']);
type Comparison = z.output<typeof comparison>;

const stringCondition = z.object({
  FieldName: z.string().optional(),
  Value: z.string().optional(),
  ComparisonType: comparison.optional(),
});
type StringCondition = z.output<typeof stringCondition>;

const numberCondition = z.object({
  FieldName: z.string().optional(),
  MinValue: z.int().optional(),
  MaxValue: z.int().optional(),
  ComparisonType: z
    .enum(['GREATER_OR_EQUAL', 'GREATER', 'LESSER_OR_EQUAL', 'LESSER', 'EQUAL', 'NOT_EQUAL', 'RANGE'])
    .optional(),
});
export type NumberCondition = z.output<typeof numberCondition>;

const listCondition = z.object({
  TargetListType: z.enum(['PROFICIENCIES']).optional(),
  Conditions: z
    .array(
      z.object({ StringCondition: stringCondition.optional(), NumberCondition: numberCondition.optional() }),
    )
    .optional(),
});
export type ListCondition = z.output<typeof listCondition>;

export const hierarchyGroupCondition = z.object({
  Value: z.string().optional(),
  HierarchyGroupMatchType: z.enum(['EXACT', 'WITH_CHILD_GROUPS']).optional(),
});
export type HierarchyGroupCondition = z.output<typeof hierarchyGroupCondition>;

const leaves = {
  StringCondition: stringCondition.optional(),
  ListCondition: listCondition.optional(),
  HierarchyGroupCondition: hierarchyGroupCondition.optional(),
};

/** UserSearchCriteria, of which the other searches' criteria are a part. */
export interface Criteria {
  readonly OrConditions?: Criteria[] | undefined;
  readonly AndConditions?: Criteria[] | undefined;
  readonly StringCondition?: StringCondition | undefined;
  readonly ListCondition?: ListCondition | undefined;
  readonly HierarchyGroupCondition?: HierarchyGroupCondition | undefined;
}

export const criteria: z.ZodType<Criteria> = z.lazy(() =>
  z.object({
    OrConditions: z.array(criteria).optional(),
    AndConditions: z.array(criteria).optional(),
    ...leaves,
  }),
);

/** How the leaves of a criteria read one kind of item. */
export interface Leaves<T> {
  /** The values of each field that the operation can search, by lower-case name. */
  readonly fields: Readonly<Record<string, (item: T) => readonly string[]>>;
  readonly list?: (item: T, condition: ListCondition) => boolean;
  readonly hierarchyGroup?: (item: T, condition: HierarchyGroupCondition) => boolean;
}

/** @throws InvalidRequestException for a field that the operation cannot search */
export function matchesCriteria<T>(item: T, wanted: Criteria, leaves: Leaves<T>): boolean {
  const { OrConditions, AndConditions, StringCondition, ListCondition, HierarchyGroupCondition } = wanted;
  return (
    (!OrConditions?.length || OrConditions.some((one) => matchesCriteria(item, one, leaves))) &&
    (!AndConditions || AndConditions.every((one) => matchesCriteria(item, one, leaves))) &&
    (!StringCondition || matchesString(item, StringCondition, leaves)) &&
    (!ListCondition || (leaves.list?.(item, ListCondition) ?? true)) &&
    (!HierarchyGroupCondition || (leaves.hierarchyGroup?.(item, HierarchyGroupCondition) ?? true))
  );
}

/**
 * Whether the index folds case is not documented. It does here, so a client that trusts a hit without looking at
 * its exact username is found out.
 */
export function compareText(text: string, wanted = '', type: Comparison = 'CONTAINS'): boolean {
  const [actual, value] = [text.toLowerCase(), wanted.toLowerCase()];
  switch (type) {
    case 'STARTS_WITH':
      return actual.startsWith(value);
    case 'CONTAINS':
      return actual.includes(value);
    case 'EXACT':
      return wanted === '' || actual === value;
    default:
      return type satisfies never;
  }
}

export const tagCondition = z.object({ TagKey: z.string().optional(), TagValue: z.string().optional() });
export type TagCondition = z.output<typeof tagCondition>;

/** ControlPlaneTagFilter (API reference). */
export const tagFilter = z.object({
  OrConditions: z.array(z.array(tagCondition)).optional(),
  AndConditions: z.array(tagCondition).optional(),
  TagCondition: tagCondition.optional(),
});

export function matchesTagFilter(tags: Tags, filter: z.output<typeof tagFilter>): boolean {
  const { OrConditions, AndConditions, TagCondition } = filter;
  return (
    (!OrConditions?.length || OrConditions.some((all) => all.every((one) => hasTag(tags, one)))) &&
    (AndConditions ?? []).every((one) => hasTag(tags, one)) &&
    (!TagCondition || hasTag(tags, TagCondition))
  );
}

/** Tags are case sensitive (admin guide, tagging). Without a value any value matches. */
export function hasTag(tags: Tags, { TagKey = '', TagValue }: TagCondition): boolean {
  return Object.hasOwn(tags, TagKey) && (TagValue === undefined || tags[TagKey] === TagValue);
}

export function inHierarchyGroup(
  instance: Instance,
  groupId: string | undefined,
  { Value = '', HierarchyGroupMatchType = 'EXACT' }: HierarchyGroupCondition,
): boolean {
  const wanted = idOf(Value);
  if (groupId === undefined || HierarchyGroupMatchType === 'EXACT') return groupId === wanted;
  return instance.hierarchyGroups.get(groupId)?.path.includes(wanted) ?? false;
}

function matchesString<T>(item: T, condition: StringCondition, leaves: Leaves<T>): boolean {
  const { FieldName = '', Value, ComparisonType } = condition;
  const read = leaves.fields[FieldName.toLowerCase()];
  if (!read) throw invalidRequest(`Unsupported FieldName: ${FieldName}`);
  return read(item).some((text) => compareText(text, Value, ComparisonType));
}
