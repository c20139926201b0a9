import { distance } from 'fastest-levenshtein';
import type { Subject } from './expression/subject.ts';
import type { Condition } from './mapping.ts';
import { namedIn } from './named-groups.ts';
import { isMeant, misnomers, renames, type UserGroup } from './user-group.ts';

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
      return beginning(groups, when.prefix).length > 0;
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
      return memberOf([when.name], groups);
    case 'anyGroup':
      return memberOf(
        when.names.filter((name) => subject.groups.has(name)),
        groups,
      );
    case 'allGroups':
      return memberOf(when.names, groups);
    case 'groupExternalId':
      return `${memberOf(namesOf(groups.filter(({ externalId }) => externalId === when.externalId)), groups)} (externalId "${when.externalId}")`;
    case 'groupPrefix':
      return memberOf(namesOf(beginning(groups, when.prefix)), groups);
    case 'cel': {
      const { reads, text } = when.expression;
      return withNotes(when.expression.factText(subject) || text, renames(reads.namedGroups, groups));
    }
    default:
      return when satisfies never;
  }
}

/** Of a user's groups, those that a condition names and means; none of a condition that names none. */
export function conditionGroups(when: Condition, groups: readonly UserGroup[]): readonly UserGroup[] {
  if (when.kind === 'groupExternalId')
    return groups.filter(({ externalId }) => externalId === when.externalId);
  const names = namedIn(when);
  return groups.filter((group) => isMeant(group) && names.includes(group.displayName));
}

function namesOf(groups: readonly UserGroup[]): readonly string[] {
  return groups.map(({ displayName }) => displayName).sort();
}

function beginning(groups: readonly UserGroup[], prefix: string): readonly UserGroup[] {
  return groups.filter((group) => isMeant(group) && group.displayName.startsWith(prefix));
}

function memberOf(names: readonly string[], groups: readonly UserGroup[]): string {
  const text = `member of ${names.map((name) => JSON.stringify(name)).join(' and ')}`;
  return withNotes(text, renames(names, groups));
}

function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`;
}

/** What a condition that does not hold lacks, with how far the user is from it: groups, then letters. */
export interface Missing {
  readonly text: string;
  readonly distance: readonly [groups: number, letters: number];
}

/** What of a condition that does not hold is missing, in words. */
export function missing(when: Condition, user: UserWithGroups): Missing {
  const { subject, groups } = user;
  switch (when.kind) {
    case 'group':
      return missingGroups([when.name], user, 'in');
    case 'anyGroup':
      return missingGroups(when.names, user, 'in any of');
    case 'allGroups': {
      const lacking = when.names.filter((name) => !subject.groups.has(name));
      return missingGroups(lacking, user, 'in');
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
      const { reads, text } = when.expression;
      const fact = when.expression.factText(subject);
      const holds = `\`${text}\` is false${fact === '' ? '' : `: ${fact}`}`;
      return {
        text: withNotes(holds, misnomers(reads.namedGroups, groups)),
        distance: [1, Number.MAX_SAFE_INTEGER],
      };
    }
    default:
      return when satisfies never;
  }
}

function missingGroups(
  lacking: readonly string[],
  { subject, groups }: UserWithGroups,
  relation: 'in' | 'in any of',
): Missing {
  const others = misnomers(lacking, groups);
  const steps = relation === 'in' ? lacking.length : 1;
  if (others.length > 0) return { text: others.join('; '), distance: [steps, 0] };
  const nearest = nearestGroup(lacking, [...subject.groups]);
  const wanted = lacking.map((name) => JSON.stringify(name)).join(relation === 'in' ? ' and ' : ', ');
  // Far names only mislead; half of the letters is where a reader stops seeing a likeness.
  const alike = nearest !== null && nearest.letters * 2 <= nearest.wanted.length;
  return {
    text: `not ${relation} ${wanted}` + (alike ? `, but in ${JSON.stringify(nearest.name)}` : ''),
    distance: [steps, nearest?.letters ?? Number.MAX_SAFE_INTEGER],
  };
}

function nearestGroup(lacking: readonly string[], names: readonly string[]) {
  const pairs = lacking.flatMap((wanted) =>
    names.map((name) => ({ wanted, name, letters: distance(wanted, name) })),
  );
  pairs.sort((a, b) => a.letters - b.letters || (a.name < b.name ? -1 : 1));
  return pairs[0] ?? null;
}
