import type { UserField, UserFields } from '../connect/user.ts';
import type { LinkedUser, PlanInput } from './plan.ts';
import type { DesiredUser, FieldOwnership } from '../connect/user.ts';

/** Fields that Connect lets go back to "none"; a routing profile, for one, can only be replaced. */
const WITHDRAWABLE = ['email', 'secondaryEmail', 'mobile', 'hierarchyGroupId', 'deskPhoneNumber'] as const;

/**
 * The value that each field of an existing user should have, by three-way comparison of last applied, wanted and
 * actual. A field whose target equals what the user has is not to be changed. After a suspension the snapshot
 * stands in for the actual value, except for the security profiles: those come from the mapping alone.
 */
export function fieldTargets(
  desired: DesiredUser,
  link: LinkedUser,
  ownership: FieldOwnership,
): Partial<UserFields> {
  const fields = new Set<UserField>([
    ...(Object.keys(desired.fields) as UserField[]),
    ...(Object.keys(link.actual) as UserField[]),
    ...(Object.keys(link.lastApplied) as UserField[]),
  ]);
  return Object.fromEntries(
    [...fields]
      .map((field) => [field, fieldTarget(field, desired, link, ownership)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function fieldTarget(
  field: UserField,
  desired: DesiredUser,
  link: LinkedUser,
  ownership: FieldOwnership,
): unknown {
  const wanted = desired.fields[field];
  const kept = link.snapshot?.[field] ?? link.actual[field];
  if (field === 'securityProfileIds') return wanted;
  if (wanted === undefined) return withdrawn(field, link) ? '' : kept;
  switch (ownership[field]) {
    case 'enforce':
      return wanted;
    case 'follow':
      return sameValue(wanted, link.lastApplied[field]) ? kept : wanted;
    case 'seed':
    case 'ignore':
      return kept;
    default:
      return ownership[field] satisfies never;
  }
}

/** Only what the bridge itself set, and nobody changed since, is taken back. */
function withdrawn(field: UserField, link: LinkedUser): boolean {
  const applied = link.lastApplied[field];
  const withdrawable = (WITHDRAWABLE as readonly string[]).includes(field);
  return withdrawable && applied !== undefined && sameValue(applied, link.actual[field]);
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => item === b[i]);
  return a === b;
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
