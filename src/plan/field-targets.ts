import type { DesiredUser, FieldOwnership, UserField, UserFields } from '../connect/user.ts';
import type { LinkedUser, PlanInput } from './plan.ts';

/**
 * What Connect has where nothing was set (API reference, CreateUser), and so what a withdrawn field goes back to.
 * Names and profiles are not here: Connect can only replace them.
 */
export const UNSET: Partial<UserFields> = {
  email: '',
  secondaryEmail: '',
  mobile: '',
  hierarchyGroupId: '',
  phoneType: 'SOFT_PHONE',
  deskPhoneNumber: '',
  autoAccept: false,
  afterContactWorkTimeLimit: 0,
  persistentConnection: false,
};

/**
 * The value that each field of an existing user should have, by three-way comparison of last applied, wanted and
 * actual. A field whose target is what the user has is not to be changed. The security profiles can come out
 * empty: whoever edited the user in Connect has taken all that the mapping grants.
 */
export function fieldTargets(
  desired: DesiredUser,
  link: LinkedUser,
  ownership: FieldOwnership,
): Partial<UserFields> & DesiredUser['fields'] {
  const fields = new Set([desired.fields, link.actual, link.lastApplied].flatMap(fieldsOf));
  const targets = Object.fromEntries(
    [...fields]
      .map((field) => [field, fieldTarget(field, desired, link, ownership)] as const)
      .filter(([, value]) => value !== undefined),
  ) as unknown as DesiredUser['fields'];
  // Connect refuses a desk phone without a number, so the number stays as long as somebody else wants the phone.
  const stranded = targets.phoneType === 'DESK_PHONE' && targets.deskPhoneNumber === '';
  return stranded ? { ...targets, deskPhoneNumber: link.actual.deskPhoneNumber ?? '' } : targets;
}

function fieldTarget(
  field: UserField,
  desired: DesiredUser,
  link: LinkedUser,
  ownership: FieldOwnership,
): unknown {
  if (field === 'securityProfileIds') return securityProfilesTarget(desired.fields.securityProfileIds, link);
  const wanted = desired.fields[field];
  const kept = keptValue(field, desired, link);
  switch (ownership[field]) {
    case 'enforce':
      return wanted ?? withdrawnOr(kept, field, link);
    case 'follow':
      if (wanted === undefined) return withdrawnOr(kept, field, link);
      return sameValue(wanted, link.lastApplied[field]) ? kept : wanted;
    case 'seed':
      return isHiredAgain(link) ? (wanted ?? kept) : kept;
    case 'ignore':
      return kept;
    default:
      return ownership[field] satisfies never;
  }
}

function isHiredAgain({ snapshot }: LinkedUser): boolean {
  return snapshot !== null && fieldsOf(snapshot).length === 0;
}

/**
 * Always what the mapping grants, with one exception: what was taken by hand since it was last applied is not
 * given back until the mapping wants something else.
 */
function securityProfilesTarget(wanted: readonly string[], link: LinkedUser): readonly string[] {
  const { securityProfileIds: applied } = link.lastApplied;
  const { securityProfileIds: actual } = link.actual;
  const settled = link.lifecycle === 'active' && sameValue(wanted, applied);
  return settled && actual ? wanted.filter((id) => actual.includes(id)) : wanted;
}

/** What an edit in Connect left. A suspension takes only the routing profile, so only that is in the snapshot's hands. */
function keptValue(field: UserField, desired: DesiredUser, link: LinkedUser): unknown {
  if (field !== 'routingProfileId') return link.actual[field];
  const beforeSuspension = link.snapshot?.routingProfileId;
  return (
    beforeSuspension ??
    (link.lifecycle === 'suspended' ? desired.fields.routingProfileId : link.actual.routingProfileId)
  );
}

/** Only what the bridge itself set, and nobody changed since, is taken back. */
function withdrawnOr(kept: unknown, field: UserField, link: LinkedUser): unknown {
  const applied = link.lastApplied[field];
  const ours = applied !== undefined && sameValue(applied, link.actual[field]);
  return ours ? (UNSET[field] ?? kept) : kept;
}

/** A field that Connect did not report is as if never set. */
export function differs(field: UserField, target: Partial<UserFields>, actual: Partial<UserFields>): boolean {
  return target[field] !== undefined && !sameValue(target[field], actual[field] ?? UNSET[field]);
}

/** Fields of which a read says something else than was known. */
export function differingFields(known: Partial<UserFields>, read: Partial<UserFields>): readonly UserField[] {
  return fieldsOf(read).filter((field) => differs(field, read, known));
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => item === b[i]);
  return a === b;
}

export function fieldsOf(fields: Partial<UserFields>): UserField[] {
  return Object.keys(fields) as UserField[];
}

/** Identity members that the API accepts for this kind of instance (API reference, UserIdentityInfo). */
export function identityMembers(type: PlanInput['identityManagementType']) {
  switch (type) {
    case 'SAML':
      return ['firstName', 'lastName', 'secondaryEmail', 'mobile'] as const;
    case 'CONNECT_MANAGED':
      return ['firstName', 'lastName', 'email', 'secondaryEmail', 'mobile'] as const;
    case 'EXISTING_DIRECTORY':
      return ['secondaryEmail', 'mobile'] as const;
    default:
      return type satisfies never;
  }
}

export const PHONE_MEMBERS = [
  'phoneType',
  'deskPhoneNumber',
  'autoAccept',
  'afterContactWorkTimeLimit',
  'persistentConnection',
] as const;
