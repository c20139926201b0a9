import { distance } from 'fastest-levenshtein';
import type { Subject } from './expression/subject.ts';
import type { Condition } from './mapping.ts';

/** A group that a user is in, as the directory stores it. */
export interface UserGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
}

/** A user with his groups, as conditions see them. */
export interface UserWithGroups {
  readonly subject: Subject;
  readonly groups: readonly UserGroup[];
}

/** @throws ExpressionError when an expression has no value for this user */
export function conditionHolds(when: Condition, { subject, groups }: UserWithGroups): boolean {
  switch (when.kind) {
    case 'group':
      return subject.groups.has(when.name);
    case 'anyGroup':
      return when.names.some((name) => subject.groups.has(name));
    case 'allGroups':
      return when.names.every((name) => subject.groups.has(name));
    case 'groupExternalId':
      return groups.some(({ externalId }) => externalId === when.externalId);
    case 'groupPrefix':
      return groups.some(({ displayName }) => displayName.startsWith(when.prefix));
    case 'cel':
      return when.expression.evaluate(subject) === true;
    default:
      return when satisfies never;
  }
}

/** The fact by which a condition holds, e.g. `member of "Connect Sales"`. */
export function conditionFact(when: Condition, { subject, groups }: UserWithGroups): string {
  switch (when.kind) {
    case 'group':
      return memberOf([when.name]);
    case 'anyGroup':
      return memberOf(when.names.filter((name) => subject.groups.has(name)));
    case 'allGroups':
      return memberOf(when.names);
    case 'groupExternalId':
      return `${memberOf(namesOf(groups.filter(({ externalId }) => externalId === when.externalId)))} (externalId "${when.externalId}")`;
    case 'groupPrefix':
      return memberOf(namesOf(groups.filter(({ displayName }) => displayName.startsWith(when.prefix))));
    case 'cel':
      return when.expression.factText(subject) || when.expression.text;
    default:
      return when satisfies never;
  }
}

function namesOf(groups: readonly UserGroup[]): readonly string[] {
  return groups.map(({ displayName }) => displayName).sort();
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
export function missing(when: Condition, { subject }: UserWithGroups): Missing {
  const names = [...subject.groups];
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
    case 'groupPrefix':
      return {
        text: `not in a group whose name begins with ${JSON.stringify(when.prefix)}`,
        distance: [1, Number.MAX_SAFE_INTEGER],
      };
    case 'cel': {
      const fact = when.expression.factText(subject);
      return {
        text: `\`${when.expression.text}\` is false${fact === '' ? '' : `: ${fact}`}`,
        distance: [1, Number.MAX_SAFE_INTEGER],
      };
    }
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
