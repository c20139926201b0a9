import type { DesiredUser, UserField } from '../connect/user.ts';
import { fieldsOf, fieldTargets, sameValue } from './field-targets.ts';
import type {
  Change,
  Effect,
  LinkedUser,
  ParkReason,
  Plan,
  PlanInput,
  RetiringUser,
  SuspendTarget,
  Wanted,
} from './plan.ts';
import { firstProfiles, profileStep } from './guard/profile-effects.ts';
import { suspendChanges } from './suspend-changes.ts';
import { profilesChange, updateChanges } from './update-changes.ts';

/**
 * What has to be called in Connect so that one user becomes what is wanted. Pure: dry run, explanation and the
 * worker all show and do exactly this. Parking withholds gains, never removals.
 */
export function planUser(input: PlanInput): Plan {
  const { retiring } = input.link ?? {};
  if (!retiring) return planWanted(input);
  // A delete would lose sight of the retiring user while he still has access.
  if (!input.suspend)
    return {
      ...planWanted({ ...input, withhold: [...input.withhold, 'delete'] }),
      parked: NO_SUSPEND_TARGET,
    };
  const plan = planWanted(input);
  const retirement = [...repointings(input.link!, retiring), ...suspendChanges(retiring, input.suspend)];
  return retirement.length === 0
    ? plan
    : { ...plan, changes: [...retirement, ...plan.changes], lane: 'leaver' };
}

/** While there are two, agents transfer to the new one before the old one is suspended. */
function repointings({ userId: to }: LinkedUser, { userId, quickConnects = [] }: RetiringUser): Change[] {
  return quickConnects.map((quickConnect) => ({
    kind: 'updateQuickConnectConfig',
    userId,
    quickConnect,
    to,
  }));
}

function planWanted(input: PlanInput): Plan {
  const { wanted } = input;
  switch (wanted.kind) {
    case 'active':
      return planActive(input, wanted.user);
    case 'suspended':
      return planSuspended(input);
    case 'deleted':
      return planDeleted(input);
    case 'skip':
      return noChange(input.link);
    case 'parked':
      return planParked(input, wanted);
    default:
      return wanted satisfies never;
  }
}

function planActive(input: PlanInput, user: DesiredUser): Plan {
  const { link } = input;
  if (!link) return planCreate(input, user);
  if (link.lifecycle === 'deleted')
    return wantedAsBefore(user, link) ? park(input, DELETED_IN_CONNECT) : planCreate(input, user);
  if (link.username === user.username) return planUpdate(input, link, user);
  if (!input.withhold.includes('recreate')) return planRecreate(input, link, user);
  const plan = planUpdate(input, link, user);
  return { ...plan, effects: ['recreate', ...plan.effects] };
}

function wantedAsBefore({ username, fields }: DesiredUser, { username: before, lastApplied }: LinkedUser) {
  const either = fieldsOf({ ...lastApplied, ...fields });
  return username === before && either.every((field) => sameValue(fields[field], lastApplied[field]));
}

const DELETED_IN_CONNECT: ParkReason = {
  code: 'deletedInConnect',
  detail: 'The user was deleted in Connect by somebody else than the bridge.',
  remedy: 'To give the user back, run "bridge retry USER", or change in the IdP what the mapping reads.',
};

function planCreate(input: PlanInput, user: DesiredUser): Plan {
  const { effects, to: securityProfileIds } = firstProfiles(input, user.fields.securityProfileIds);
  if (securityProfileIds.length === 0) return { ...noChange(input.link), effects };
  const written = fieldsOf(user.fields).filter(
    (field) => input.ownership[field] !== 'ignore' || NEEDED.includes(field),
  );
  const to = Object.fromEntries(written.map((field) => [field, user.fields[field]])) as DesiredUser['fields'];
  return {
    ...noChange(null),
    changes: [{ ...creation(input, user), to: { ...to, securityProfileIds }, replaces: null }],
    effects,
    lane: 'joiner',
    lifecycle: 'active',
  };
}

/** CreateUser fails without them (API reference, CreateUser and UserIdentityInfo), whoever owns them later. */
const NEEDED: readonly UserField[] = ['securityProfileIds', 'routingProfileId', 'firstName', 'lastName'];

/**
 * Connect cannot rename: a new user is made, and only then is the old one suspended. The new one starts as what
 * the old one would have become, edits in Connect included. What is to be lost the old one loses before all that:
 * for want of the name or of room the new one may not come for long.
 */
function planRecreate(input: PlanInput, link: LinkedUser, user: DesiredUser): Plan {
  const { suspend } = input;
  const { targets, effects } = targetsOf(input, link, user);
  if (!suspend || !targets) return planWithoutSuspendTarget(input, user, effects);
  if (staysSuspended(link, targets, suspend)) return { ...planSuspended(input), effects };
  const replaces = { userId: link.userId, username: link.username };
  const { loses, change } = profilesChange(input, link, targets.securityProfileIds);
  const changes = [{ ...creation(input, user), to: targets, replaces }, ...suspendChanges(link, suspend)];
  return {
    changes: loses && change ? [change, ...changes] : changes,
    effects: ['recreate', ...effects],
    lane: loses ? 'reduction' : 'move',
    lifecycle: 'active',
    parked: null,
    needsRead: !loses,
  };
}

/** What only CreateUser takes. */
function creation({ tags: own }: PlanInput, { username, tags = {}, directoryUserId }: DesiredUser) {
  const more = { tags: { ...tags, ...own }, mappedTags: tags };
  return { kind: 'createUser', username, ...more, ...(directoryUserId && { directoryUserId }) } as const;
}

function planUpdate(input: PlanInput, link: LinkedUser, user: DesiredUser): Plan {
  const { targets, effects } = targetsOf(input, link, user);
  if (!targets) return planWithoutSuspendTarget(input, user, effects);
  if (staysSuspended(link, targets, input.suspend)) return { ...planSuspended(input), effects };
  return {
    ...updateChanges(input, link, user, targets),
    effects,
    lifecycle: 'active',
    parked: null,
  };
}

/**
 * What an existing user is to have of what the guard lets through. Connect has no user without a security profile:
 * where nothing is left, the one that permits nothing stands in. No targets when the instance has none such.
 */
function targetsOf(input: PlanInput, link: LinkedUser, user: DesiredUser) {
  const { ownership, suspend, withhold } = input;
  const wanted = fieldTargets(user, link, ownership);
  const profiles = profileStep(input, link, wanted.securityProfileIds);
  const { routingProfileId = '' } = link.actual;
  const moves = link.lifecycle === 'active' && wanted.routingProfileId !== routingProfileId;
  const effects = moves ? ([...profiles.effects, 'routing'] as const) : profiles.effects;
  const staysThere = moves && withhold.includes('routing');
  const targets = { ...wanted, securityProfileIds: profiles.to, ...(staysThere && { routingProfileId }) };
  if (profiles.to.length > 0) return { targets, effects };
  if (!suspend) return { targets: null, effects };
  return { targets: { ...targets, securityProfileIds: [suspend.securityProfileId] }, effects };
}

/** All that would give him access again is held back. */
function staysSuspended(
  { lifecycle }: LinkedUser,
  { securityProfileIds }: Pick<DesiredUser['fields'], 'securityProfileIds'>,
  suspend: SuspendTarget | null,
): boolean {
  return lifecycle === 'suspended' && sameValue(securityProfileIds, [suspend?.securityProfileId]);
}

function planWithoutSuspendTarget(
  input: PlanInput,
  { fields }: DesiredUser,
  effects: readonly Effect[],
): Plan {
  const grantedSecurityProfileIds = fields.securityProfileIds;
  const plan = planParked(input, { kind: 'parked', reason: NO_SUSPEND_TARGET, grantedSecurityProfileIds });
  return { ...plan, effects: [...new Set([...plan.effects, ...effects])] };
}

function planSuspended(input: PlanInput): Plan {
  const { link, suspend, withhold } = input;
  if (!link || link.lifecycle === 'deleted') return noChange(link);
  if (!suspend)
    return link.lifecycle === 'active'
      ? { ...park(input, NO_SUSPEND_TARGET), effects: ['deactivate'] }
      : noChange(link);
  const changes = suspendChanges(link, suspend);
  if (link.lifecycle === 'suspended') return { ...noChange(link), changes, lane: 'leaver' };
  if (withhold.includes('deactivate')) return { ...noChange(link), effects: ['deactivate'] };
  return {
    changes,
    effects: ['deactivate'],
    lane: 'leaver',
    lifecycle: 'suspended',
    parked: null,
    needsRead: changes.length > 0,
  };
}

export const NO_SUSPEND_TARGET: ParkReason = {
  code: 'noSuspendTarget',
  detail: 'The suspend profiles of this instance are missing in Connect, or permit something.',
  remedy:
    'See "bridge status" for what is wrong with them. The security profile that leavers.suspend names must have no permission, the routing profile no queue; they are read again every 30 seconds.',
};

/** A delete that is held back still suspends; it takes an active user's access, so it counts as that too. */
function planDeleted(input: PlanInput): Plan {
  const { link, withhold } = input;
  if (!link || link.lifecycle === 'deleted') return noChange(link);
  const effects: readonly Effect[] = link.lifecycle === 'active' ? ['deactivate', 'delete'] : ['delete'];
  if (withhold.includes('deactivate') && link.lifecycle === 'active') return { ...noChange(link), effects };
  if (withhold.includes('delete')) return { ...planSuspended(input), effects };
  const isUrgent = link.lifecycle === 'active' || !hasExpired(input.wanted);
  return {
    changes: deletion(link),
    effects,
    lane: isUrgent ? 'leaver' : 'cosmetic',
    lifecycle: 'deleted',
    parked: null,
    needsRead: link.quickConnects === undefined,
  };
}

function hasExpired(wanted: Wanted): boolean {
  return wanted.kind === 'deleted' && wanted.cause === 'expired';
}

/** Connect leaves quick connects of a deleted user behind, and agents would go on transferring to them. */
function deletion({ userId, actual, quickConnects = [] }: LinkedUser): Change[] {
  return [
    ...quickConnects.map((quickConnect): Change => ({ kind: 'deleteQuickConnect', userId, quickConnect })),
    { kind: 'deleteUser', userId, from: actual },
  ];
}

function planParked(input: PlanInput, wanted: Extract<Wanted, { kind: 'parked' }>): Plan {
  const { link, suspend } = input;
  if (!link || link.lifecycle === 'deleted' || isSuspendedByHand(link, suspend))
    return park(input, wanted.reason);
  if (link.lifecycle === 'suspended') return { ...planSuspended(input), parked: wanted.reason };
  const from = link.actual.securityProfileIds ?? [];
  const granted = from.filter((id) => wanted.grantedSecurityProfileIds.includes(id));
  if (granted.length === from.length) return park(input, wanted.reason);
  if (granted.length === 0) {
    const suspension = planSuspended(input);
    return { ...suspension, parked: suspension.parked ?? wanted.reason };
  }
  const { userId } = link;
  const { effects, to } = profileStep(input, link, granted);
  if (to.length === from.length) return { ...park(input, wanted.reason), effects };
  return {
    ...park(input, wanted.reason),
    changes: [{ kind: 'updateUserSecurityProfiles', userId, from, to, lifecycle: 'active' }],
    effects,
    lane: 'reduction',
  };
}

/** Without access, but not by a suspension of ours: that one would have left a snapshot. */
function isSuspendedByHand(link: LinkedUser, suspend: SuspendTarget | null): boolean {
  const { lifecycle, snapshot, actual } = link;
  return (
    lifecycle === 'active' &&
    snapshot === null &&
    suspend !== null &&
    sameValue(actual.securityProfileIds, [suspend.securityProfileId])
  );
}

function park(input: PlanInput, parked: ParkReason): Plan {
  return { ...noChange(input.link), parked };
}

function noChange(link: LinkedUser | null): Plan {
  const lifecycle = link?.lifecycle ?? 'absent';
  return { changes: [], effects: [], lane: 'cosmetic', lifecycle, parked: null, needsRead: false };
}
