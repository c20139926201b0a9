import type { UserProficiency } from '../../connect/user.ts';
import type { Change, LinkedUser } from '../plan.ts';

/**
 * The calls that give a user his proficiencies. Connect has one operation to add some, one to change levels of those
 * that are there, and one to take some away, and refuses an addition of one that is there. Only what the bridge set,
 * and nobody changed since, is taken away; those come first, since a user can have only ten.
 */
export function proficiencyChanges(
  { userId, proficiencies: { applied, actual, leaving = [] } }: LinkedUser,
  wanted: readonly UserProficiency[],
): readonly Change[] {
  if (actual === null) return [];
  const changed = wanted.filter(
    (one) => levelIn(applied, one) !== one.level || levelIn(leaving, one) !== undefined,
  );
  const added = changed.filter((one) => levelIn(actual, one) === undefined);
  const relevelled = changed.filter((one) => ![undefined, one.level].includes(levelIn(actual, one)));
  const withdrawn = applied.filter(
    (one) => levelIn(wanted, one) === undefined && levelIn(actual, one) === one.level,
  );
  const changes: Change[] = [];
  if (withdrawn.length > 0) changes.push({ kind: 'disassociateUserProficiencies', userId, from: withdrawn });
  if (relevelled.length > 0) {
    const from = relevelled.map((one) => ({ ...one, level: levelIn(actual, one)! }));
    changes.push({ kind: 'updateUserProficiencies', userId, from, to: relevelled });
  }
  if (added.length > 0) changes.push({ kind: 'associateUserProficiencies', userId, to: added });
  return changes;
}

/** Whether the user's proficiencies must be listed before it can be said which calls he needs. */
export function areUnknown(
  { proficiencies: { applied, actual } }: Pick<LinkedUser, 'proficiencies'>,
  wanted: readonly UserProficiency[],
): boolean {
  return actual === null && (applied.length > 0 || wanted.length > 0);
}

export function levelIn(all: readonly UserProficiency[], wanted: UserProficiency): number | undefined {
  return all.find((one) => isSame(one, wanted))?.level;
}

function isSame(a: UserProficiency, b: UserProficiency): boolean {
  return a.attributeName === b.attributeName && a.attributeValue === b.attributeValue;
}

/** `all` without those of the same attribute and value. */
export function minus(
  all: readonly UserProficiency[],
  gone: readonly UserProficiency[],
): readonly UserProficiency[] {
  return all.filter((one) => !gone.some((other) => isSame(one, other)));
}
