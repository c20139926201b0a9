import { z } from 'zod';
import type { Instance } from '../instance/instance.ts';
import type { Resource, Tags } from '../instance/records.ts';
import { lastModified } from '../wire/request.ts';
import {
  type Criteria,
  type Leaves,
  matchesCriteria,
  matchesTagFilter,
  tagCondition,
} from './search-criteria.ts';

/** The members that every List operation's summaries share. */
export const summary = (instance: Instance, { id, arn, name, lastModifiedMs }: Resource) => ({
  Id: id,
  Arn: arn,
  Name: name,
  ...lastModified(instance, lastModifiedMs),
});

/** The fields that every Search operation but SearchUsers supports; nothing here has a description. */
export const resourceLeaves = {
  fields: {
    name: ({ name }: Resource) => [name],
    description: () => [],
    resourceid: ({ id }: Resource) => [id],
  },
} satisfies Leaves<Resource>;

export function searched<T>(items: Iterable<T>, wanted: Criteria = {}, leaves: Leaves<T>): T[] {
  return [...items].filter((item) => matchesCriteria(item, wanted, leaves));
}

/** ControlPlaneAttributeFilter (API reference). */
export const attributeFilter = z.object({
  OrConditions: z.array(z.object({ TagConditions: z.array(tagCondition).optional() })).optional(),
  AndCondition: z.object({ TagConditions: z.array(tagCondition).optional() }).optional(),
  TagCondition: tagCondition.optional(),
});

export function matchesAttributeFilter(tags: Tags, filter: z.output<typeof attributeFilter>): boolean {
  return matchesTagFilter(tags, {
    OrConditions: filter.OrConditions?.map(({ TagConditions }) => TagConditions ?? []),
    AndConditions: filter.AndCondition?.TagConditions,
    TagCondition: filter.TagCondition,
  });
}
