import type { UserTags } from '../../connect/user.ts';
import type { Change, LinkedUser } from '../plan.ts';

/**
 * The calls that give a user his tags: the bridge's own whenever they differ, the mapping's when it wants another
 * value than it last set. Only keys that the bridge set, and nobody changed since, are taken off again.
 *
 * @param own by which the bridge finds its users
 * @param wanted the mapping's
 */
export function tagChanges(
  { userId, tags: { applied, actual, leaving = {} } }: LinkedUser,
  own: UserTags,
  wanted: UserTags,
): readonly Change[] {
  const differing = (tags: UserTags) => Object.entries(tags).filter(([key, value]) => actual[key] !== value);
  const changed = differing(wanted).filter(
    ([key, value]) => applied[key] !== value || leaving[key] !== undefined,
  );
  const to = Object.fromEntries([...differing(own), ...changed]);
  const withdrawn = Object.keys(applied).filter(
    (key) => wanted[key] === undefined && actual[key] === applied[key],
  );
  const changes: Change[] = [];
  if (Object.keys(to).length > 0)
    changes.push({ kind: 'tagResource', userId, from: pick(actual, Object.keys(to)), to });
  if (withdrawn.length > 0) changes.push({ kind: 'untagResource', userId, from: pick(actual, withdrawn) });
  return changes;
}

export function pick(tags: UserTags, keys: readonly string[]): UserTags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => keys.includes(key)));
}

export function without(tags: UserTags, keys: readonly string[]): UserTags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
