import { BRIDGE_ID_TAG, SCIM_USER_TAG } from '../../connect/user.ts';
import type { DesiredUser, UserProficiency } from '../../connect/user.ts';
import type { Change, LinkedUser } from '../plan.ts';
import { minus } from './proficiency-changes.ts';
import { without } from './tag-changes.ts';

/**
 * What must be stored of tags and proficiencies before a call: those that it overwrites are forgotten, those that it
 * takes off are noted as leaving, so that one whose answer is lost is not taken for an edit in Connect. `link` itself
 * when there is nothing to store.
 */
export function beforeLabels(link: LinkedUser, change: Change): LinkedUser {
  return isLabelling(change) ? withForgotten(link, change) : link;
}

function isLabelling(change: Change): change is Labelling {
  return /Resource$|Proficiencies$/.test(change.kind);
}

function withForgotten(link: LinkedUser, change: Labelling): LinkedUser {
  const { tags, proficiencies } = link;
  switch (change.kind) {
    case 'tagResource': {
      const applied = without(tags.applied, Object.keys(change.to));
      return size(applied) < size(tags.applied) ? { ...link, tags: { ...tags, applied } } : link;
    }
    case 'untagResource': {
      const leaving = { ...tags.leaving, ...change.from };
      return size(leaving) > size(tags.leaving ?? {}) ? { ...link, tags: { ...tags, leaving } } : link;
    }
    case 'associateUserProficiencies':
    case 'updateUserProficiencies': {
      const applied = minus(proficiencies.applied, change.to);
      return applied.length < proficiencies.applied.length
        ? { ...link, proficiencies: { ...proficiencies, applied } }
        : link;
    }
    case 'disassociateUserProficiencies': {
      const { leaving: before = [] } = proficiencies;
      const leaving = [...minus(before, change.from), ...change.from];
      return leaving.length > before.length
        ? { ...link, proficiencies: { ...proficiencies, leaving } }
        : link;
    }
    default:
      return change satisfies never;
  }
}

function size(object: object): number {
  return Object.keys(object).length;
}

type Labelling = Extract<Change, { kind: `${string}Resource` | `${string}Proficiencies` }>;

/** What the bridge knows of a user's tags and proficiencies after Connect accepted a change of them. */
export function afterLabels({ tags, proficiencies }: LinkedUser, change: Labelling): Partial<LinkedUser> {
  switch (change.kind) {
    case 'tagResource': {
      const mapped = without(change.to, [BRIDGE_ID_TAG, SCIM_USER_TAG]);
      const leaving = without(tags.leaving ?? {}, Object.keys(mapped));
      const applied = { ...tags.applied, ...mapped };
      return { tags: { applied, actual: { ...tags.actual, ...change.to }, leaving } };
    }
    case 'untagResource': {
      const gone = (all: typeof tags.applied) => without(all, Object.keys(change.from));
      const { applied, actual, leaving = {} } = tags;
      return { tags: { applied: gone(applied), actual: gone(actual), leaving: gone(leaving) } };
    }
    case 'associateUserProficiencies':
    case 'updateUserProficiencies': {
      const { applied, actual, leaving = [] } = proficiencies;
      const withThese = (all: readonly UserProficiency[]) => [...minus(all, change.to), ...change.to];
      return {
        proficiencies: {
          applied: withThese(applied),
          actual: withThese(actual ?? []),
          leaving: minus(leaving, change.to),
        },
      };
    }
    case 'disassociateUserProficiencies': {
      const gone = (all: readonly UserProficiency[]) => minus(all, change.from);
      const { applied, actual, leaving = [] } = proficiencies;
      return {
        proficiencies: { applied: gone(applied), actual: gone(actual ?? []), leaving: gone(leaving) },
      };
    }
    default:
      return change satisfies never;
  }
}

/** Once everything that is wanted is there. */
export function labelsApplied({ tags, proficiencies }: LinkedUser, user: DesiredUser) {
  return {
    tags: { actual: tags.actual, applied: user.tags ?? {} },
    proficiencies: { actual: proficiencies.actual, applied: user.proficiencies ?? [] },
  };
}
