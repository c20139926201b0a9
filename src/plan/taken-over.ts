import type { DesiredUser } from '../connect/user.ts';
import { fieldsOf } from './field-targets.ts';
import type { LinkedUser } from './plan.ts';

/**
 * A former user's Connect user in the hands of the new one, who is planned as a joiner: nothing that he is to have
 * counts as applied, and only what he is not to have is left to be withdrawn.
 */
export function takenOver(former: LinkedUser, user: DesiredUser): LinkedUser {
  const left = fieldsOf(former.lastApplied).filter((field) => user.fields[field] === undefined);
  const lastApplied = Object.fromEntries(left.map((field) => [field, former.lastApplied[field]]));
  const wantedTags = Object.keys(user.tags ?? {});
  const tags = Object.entries(former.tags.applied).filter(([key]) => !wantedTags.includes(key));
  return {
    ...former,
    lastApplied,
    snapshot: {},
    tags: { applied: Object.fromEntries(tags), actual: former.tags.actual },
    proficiencies: { applied: former.proficiencies.applied, actual: null },
  };
}
