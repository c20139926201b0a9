import { distance } from 'fastest-levenshtein';
import type { Condition } from './mapping.ts';

/** A group that a user is in, as the directory stores it. */
export interface UserGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
}

/** The fact by which a condition holds, e.g. `member of "Connect Sales"`; null when it does not hold. */
export function conditionFact(when: Condition, groups: readonly UserGroup[]): string | null {
  const isMember = (name: string) => groups.some(({ displayName }) => displayName === name);
  switch (when.kind) {
    case 'group':
      return isMember(when.name) ? memberOf([when.name]) : null;
    case 'anyGroup': {
      const found = when.names.filter(isMember);
      return found.length > 0 ? memberOf(found) : null;
    }
    case 'allGroups':
      return when.names.every(isMember) ? memberOf(when.names) : null;
    case 'groupExternalId': {
      const found = groups.filter(({ externalId }) => externalId === when.externalId);
      if (found.length === 0) return null;
      return `${memberOf(found.map(({ displayName }) => displayName).sort())} (externalId "${when.externalId}")`;
    }
    default:
      return when satisfies never;
  }
}

function memberOf(names: readonly string[]): string {
  return `member of ${names.map((name) => JSON.stringify(name)).join(' and ')}`;
}

/** What a condition that does not hold lacks, with how far the user is from it: groups, then letters. */
export interface Missing {
  readonly text: string;
  readonly distance: readonly [groups: number, letters: number];
}

/** What of a condition that does not hold is missing, in words. */
export function missing(when: Condition, groups: readonly UserGroup[]): Missing {
  const names = groups.map(({ displayName }) => displayName);
  switch (when.kind) {
    case 'group':
      return missingGroups([when.name], names, 'in');
    case 'anyGroup':
      return missingGroups(when.names, names, 'in any of');
    case 'allGroups': {
      const lacking = when.names.filter((name) => !names.includes(name));
      return missingGroups(lacking, names, 'in');
    }
    case 'groupExternalId':
      return {
        text: `not in a group with externalId ${JSON.stringify(when.externalId)}`,
        distance: [1, Number.MAX_SAFE_INTEGER],
      };
    default:
      return when satisfies never;
  }
}

function missingGroups(lacking: readonly string[], names: readonly string[], relation: string): Missing {
  const nearest = nearestGroup(lacking, names);
  const wanted = lacking.map((name) => JSON.stringify(name)).join(relation === 'in' ? ' and ' : ', ');
  // Far names only mislead; half of the letters is where a reader stops seeing a likeness.
  const alike = nearest !== null && nearest.letters * 2 <= nearest.wanted.length;
  return {
    text: `not ${relation} ${wanted}` + (alike ? `, but in ${JSON.stringify(nearest.name)}` : ''),
    distance: [relation === 'in' ? lacking.length : 1, nearest?.letters ?? Number.MAX_SAFE_INTEGER],
  };
}

function nearestGroup(lacking: readonly string[], names: readonly string[]) {
  const pairs = lacking.flatMap((wanted) =>
    names.map((name) => ({ wanted, name, letters: distance(wanted, name) })),
  );
  pairs.sort((a, b) => a.letters - b.letters || (a.name < b.name ? -1 : 1));
  return pairs[0] ?? null;
}
