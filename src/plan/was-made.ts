import type { UserTags } from '../connect/user.ts';
import { differs, fieldsOf } from './field-targets.ts';
import { levelIn } from './labels/proficiency-changes.ts';
import type { Change, LinkedUser } from './plan.ts';
import { written } from './progress.ts';

/**
 * Whether a read shows that a call was made whose answer never came, in a crash or on the wire: what it sets is there,
 * and was not there before. What a read of the user does not show is not known to be made, and is made again.
 *
 * @param before as last seen before the call
 * @param now as read
 */
export function wasMade(change: Change, before: LinkedUser, now: LinkedUser): boolean {
  return change.kind !== 'createUser' && change.userId === now.userId
    ? isDone(change, now) && !isDone(change, before)
    : false;
}

function isDone(change: Exclude<Change, { kind: 'createUser' }>, user: LinkedUser): boolean {
  const proficiencies = user.proficiencies.actual ?? [];
  switch (change.kind) {
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
    case 'updateUserRoutingProfile':
    case 'updateUserSecurityProfiles':
    case 'updateUserHierarchy': {
      const to = written(change);
      return !fieldsOf(to).some((field) => differs(field, to, user.actual));
    }
    case 'tagResource':
      return hasAll(user.tags.actual, change.to);
    case 'untagResource':
      return !Object.keys(change.from).some((key) => key in user.tags.actual);
    case 'associateUserProficiencies':
    case 'updateUserProficiencies':
      return change.to.every((one) => levelIn(proficiencies, one) === one.level);
    case 'disassociateUserProficiencies':
      return change.from.every((one) => levelIn(proficiencies, one) === undefined);
    case 'deleteQuickConnect':
      return !(user.quickConnects ?? []).some(({ id }) => id === change.quickConnect.id);
    case 'putUserStatus':
    case 'updateQuickConnectConfig':
    case 'deleteUser':
      return false;
    default:
      return change satisfies never;
  }
}

function hasAll(tags: UserTags, wanted: UserTags): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}
