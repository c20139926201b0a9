import type { DesiredUser, UserField, UserFields } from '../connect/user.ts';
import { differs, fieldsOf, identityMembers, PHONE_MEMBERS, sameValue } from './field-targets.ts';
import type { Change, Lane, LinkedUser, Plan, PlanInput } from './plan.ts';
import { areUnknown, proficiencyChanges } from './labels/proficiency-changes.ts';
import { tagChanges } from './labels/tag-changes.ts';

type Targets = DesiredUser['fields'];

/** One call per aspect of an existing user that differs from its target, in the order in which to make them. */
export function updateChanges(
  input: PlanInput,
  link: LinkedUser,
  user: DesiredUser,
  targets: Targets,
): Pick<Plan, 'changes' | 'lane' | 'needsRead'> {
  const { userId, actual } = link;
  const enforced = fieldsOf(user.fields).filter((field) => input.ownership[field] === 'enforce');
  const phone = objectWide(PHONE_MEMBERS, targets, actual, enforced);
  const identity = objectWide(identityMembers(input.identityManagementType), targets, actual, enforced);
  const changes = [
    ...tagChanges(link, input.tags, user.tags ?? {}),
    ...proficiencyChanges(link, user.proficiencies ?? []),
    ...profileAndHierarchy(link, targets),
  ];
  if (phone) changes.push({ kind: 'updateUserPhoneConfig', userId, from: phone.from, to: phone.to });
  if (identity)
    changes.push({ kind: 'updateUserIdentityInfo', userId, from: identity.from, to: identity.to });
  const needsRead =
    areUnknown(link, user.proficiencies ?? []) ||
    (phone?.needsRead ?? false) ||
    (identity?.needsRead ?? false);
  return { ...withSecurityProfiles(input, link, targets.securityProfileIds, changes), needsRead };
}

function profileAndHierarchy({ userId, actual }: LinkedUser, targets: Targets): Change[] {
  const { routingProfileId, hierarchyGroupId } = targets;
  const changes: Change[] = [];
  if (differs('routingProfileId', targets, actual))
    changes.push({
      kind: 'updateUserRoutingProfile',
      userId,
      from: actual.routingProfileId ?? '',
      to: routingProfileId,
    });
  if (differs('hierarchyGroupId', targets, actual))
    changes.push({
      kind: 'updateUserHierarchy',
      userId,
      from: actual.hierarchyGroupId ?? '',
      to: hierarchyGroupId ?? '',
    });
  return changes;
}

/** A call that replaces all its members: those that we do not enforce must be read first, to be sent as they are. */
function objectWide<F extends UserField>(
  members: readonly F[],
  targets: Targets,
  actual: Partial<UserFields>,
  enforced: readonly UserField[],
) {
  if (!members.some((member) => differs(member, targets, actual))) return null;
  const needsRead = !members.every((member) => enforced.includes(member));
  return { from: pick(actual, members), to: pick(targets, members), needsRead };
}

/** A loss of profiles comes before, a gain after everything else: access arrives when the rest is right. */
function withSecurityProfiles(
  input: PlanInput,
  link: LinkedUser,
  to: readonly string[],
  others: readonly Change[],
): Pick<Plan, 'changes' | 'lane'> {
  const { loses, change } = profilesChange(input, link, to);
  if (!change) return { changes: others, lane: laneOf(others) };
  return loses
    ? { changes: [change, ...others], lane: 'reduction' }
    : { changes: [...others, change], lane: link.lifecycle === 'active' ? 'move' : 'joiner' };
}

/** @returns the change, if there is any, and whether an active user would lose a security profile by it */
export function profilesChange(
  { suspend }: Pick<PlanInput, 'suspend'>,
  { userId, actual, lifecycle }: LinkedUser,
  to: readonly string[],
): { readonly loses: boolean; readonly change: Change | null } {
  const from = actual.securityProfileIds ?? [];
  if (sameValue(from, to)) return { loses: false, change: null };
  const isLost = (id: string) => !to.includes(id) && id !== suspend?.securityProfileId;
  const change: Change = { kind: 'updateUserSecurityProfiles', userId, from, to, lifecycle: 'active' };
  return { loses: lifecycle === 'active' && from.some(isLost), change };
}

function laneOf(changes: readonly Change[]): Lane {
  return changes.some(({ kind }) => MOVES.includes(kind)) ? 'move' : 'cosmetic';
}

/** What decides which contacts an agent gets. */
const MOVES: readonly Change['kind'][] = [
  'updateUserRoutingProfile',
  'updateUserHierarchy',
  'associateUserProficiencies',
  'updateUserProficiencies',
  'disassociateUserProficiencies',
];

function pick<F extends UserField>(
  fields: Partial<UserFields>,
  names: readonly F[],
): Partial<Pick<UserFields, F>> {
  const present = names.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, fields[name]])) as Partial<Pick<UserFields, F>>;
}
