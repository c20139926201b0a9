import type { UserFields } from '../connect/user.ts';
import { fieldTargets, identityMembers, PHONE_MEMBERS, sameValue } from './field-targets.ts';
import type { Change, Effect, Lane, LinkedUser, ParkReason, Plan, PlanInput, RetiringUser } from './plan.ts';
import type { SuspendTarget, Wanted } from './plan.ts';

/**
 * What has to be called in Connect so that one user becomes what is wanted. Pure: dry run, explanation and the
 * worker all show and do exactly this. Parking withholds gains, never removals.
 */
export function planUser(input: PlanInput): Plan {
  const plan = planWanted(input);
  const { retiring } = input.link ?? {};
  if (!retiring || !input.suspend) return plan;
  const retirement = suspendChanges(retiring, input.suspend);
  return retirement.length === 0
    ? plan
    : { ...plan, changes: [...retirement, ...plan.changes], lane: 'leaver' };
}

function planWanted(input: PlanInput): Plan {
  const { wanted } = input;
  switch (wanted.kind) {
    case 'active':
      return planActive(input, wanted);
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

function planActive(input: PlanInput, { user }: Extract<Wanted, { kind: 'active' }>): Plan {
  const { link } = input;
  if (!link) return planCreate(input, user);
  if (link.lifecycle === 'deleted') {
    const unchanged = Object.entries(user.fields).every(([field, value]) =>
      sameValue(value, link.lastApplied[field as keyof UserFields]),
    );
    return unchanged ? park(input, DELETED_IN_CONNECT) : planCreate(input, user);
  }
  if (link.username !== user.username && !input.withhold.includes('recreate'))
    return planRecreate(input, link, user);
  return planUpdate(input, link, user);
}

const DELETED_IN_CONNECT: ParkReason = {
  code: 'deletedInConnect',
  detail: 'The user was deleted in Connect by somebody else than the bridge.',
  remedy: 'To give the user back, run "bridge retry USER", or change in the IdP what the mapping reads.',
};

type Desired = Extract<Wanted, { kind: 'active' }>['user'];

function planCreate(input: PlanInput, user: Desired): Plan {
  return {
    ...noChange(null),
    changes: [createChange(input, user, null)],
    lane: 'joiner',
    lifecycle: 'active',
  };
}

function createChange(input: PlanInput, user: Desired, replaces: LinkedUser | null): Change {
  const required = ['securityProfileIds', 'routingProfileId'];
  const written = Object.entries(user.fields).filter(
    ([field]) => required.includes(field) || input.ownership[field as keyof UserFields] !== 'ignore',
  );
  return {
    kind: 'createUser',
    username: user.username,
    to: Object.fromEntries(written) as Desired['fields'],
    tags: input.tags,
    replaces: replaces && { userId: replaces.userId, username: replaces.username },
  };
}

/** Connect cannot rename: a new user is made, and only then is the old one suspended. */
function planRecreate(input: PlanInput, link: LinkedUser, user: Desired): Plan {
  if (!input.suspend) return park(input, NO_SUSPEND_TARGET);
  return {
    changes: [createChange(input, user, link), ...suspendChanges(link, input.suspend)],
    effects: ['recreate'],
    lane: 'move',
    lifecycle: 'active',
    parked: null,
    needsRead: true,
  };
}

function planUpdate(input: PlanInput, link: LinkedUser, user: Desired): Plan {
  const targets = fieldTargets(user, link, input.ownership);
  const differs = (field: keyof UserFields) =>
    targets[field] !== undefined && !sameValue(targets[field], link.actual[field]);
  const { userId, actual: from } = link;
  const changes: Change[] = [];
  if (differs('routingProfileId'))
    changes.push({
      kind: 'updateUserRoutingProfile',
      userId,
      from: from.routingProfileId ?? '',
      to: targets.routingProfileId!,
    });
  if (differs('hierarchyGroupId'))
    changes.push({
      kind: 'updateUserHierarchy',
      userId,
      from: from.hierarchyGroupId ?? '',
      to: targets.hierarchyGroupId!,
    });
  const phone = PHONE_MEMBERS.some(differs);
  if (phone)
    changes.push({
      kind: 'updateUserPhoneConfig',
      userId,
      from: pick(from, PHONE_MEMBERS),
      to: pick(targets, PHONE_MEMBERS),
    });
  const members = identityMembers(input.identityManagementType);
  const identity = members.some(differs);
  if (identity)
    changes.push({
      kind: 'updateUserIdentityInfo',
      userId,
      from: pick(from, members),
      to: pick(targets, members),
    });
  const enforced = (field: keyof UserFields) =>
    user.fields[field] !== undefined && input.ownership[field] === 'enforce';
  const needsRead =
    (phone && !PHONE_MEMBERS.every(enforced)) || (identity && !members.every((field) => enforced(field)));
  return withSecurityProfiles(link, targets.securityProfileIds!, changes, needsRead);
}

/** A loss of profiles comes before, a gain after everything else: access arrives when the rest is right. */
function withSecurityProfiles(
  link: LinkedUser,
  to: readonly string[],
  others: readonly Change[],
  needsRead: boolean,
): Plan {
  const from = link.actual.securityProfileIds ?? [];
  const base = { effects: [], parked: null, lifecycle: 'active', needsRead } as const;
  if (sameValue(from, to)) return { ...base, changes: others, lane: laneOf(others) };
  const profiles: Change = {
    kind: 'updateUserSecurityProfiles',
    userId: link.userId,
    from,
    to,
    lifecycle: 'active',
  };
  const loses = link.lifecycle === 'active' && from.some((id) => !to.includes(id));
  return loses
    ? { ...base, changes: [profiles, ...others], lane: 'reduction' }
    : { ...base, changes: [...others, profiles], lane: link.lifecycle === 'active' ? 'move' : 'joiner' };
}

function laneOf(changes: readonly Change[]): Lane {
  const moves = changes.some(
    ({ kind }) => kind === 'updateUserRoutingProfile' || kind === 'updateUserHierarchy',
  );
  return moves ? 'move' : 'cosmetic';
}

function planSuspended(input: PlanInput): Plan {
  const { link, suspend, withhold } = input;
  if (!link || link.lifecycle === 'deleted') return noChange(link);
  if (!suspend) return link.lifecycle === 'active' ? park(input, NO_SUSPEND_TARGET) : noChange(link);
  const changes = suspendChanges(link, suspend);
  if (link.lifecycle === 'suspended') return { ...noChange(link), changes, lane: 'leaver' };
  if (withhold.includes('deactivate')) return { ...noChange(link), effects: ['deactivate'] };
  return {
    changes,
    effects: ['deactivate'],
    lane: 'leaver',
    lifecycle: 'suspended',
    parked: null,
    needsRead: true,
  };
}

const NO_SUSPEND_TARGET: ParkReason = {
  code: 'noSuspendTarget',
  detail: 'The suspend profiles of this instance are missing in Connect, or permit something.',
  remedy:
    'Create the security profile (no permission) and the routing profile (no queue) that leavers.suspend names.',
};

/** Security profiles first: from then on he has no access, whatever happens to the rest. */
function suspendChanges(user: RetiringUser, suspend: SuspendTarget): readonly Change[] {
  const { userId, actual } = user;
  const changes: Change[] = [];
  const to = [suspend.securityProfileId];
  if (!sameValue(actual.securityProfileIds, to)) {
    const from = actual.securityProfileIds ?? [];
    changes.push({ kind: 'updateUserSecurityProfiles', userId, from, to, lifecycle: 'suspended' });
  }
  if (actual.routingProfileId !== suspend.routingProfileId)
    changes.push({
      kind: 'updateUserRoutingProfile',
      userId,
      from: actual.routingProfileId ?? '',
      to: suspend.routingProfileId,
    });
  if (suspend.agentStatusId !== null && user.agentStatusId !== suspend.agentStatusId)
    changes.push({ kind: 'putUserStatus', userId, to: suspend.agentStatusId });
  return changes;
}

/** A delete that is held back still suspends; it takes an active user's access, so it counts as that too. */
function planDeleted(input: PlanInput): Plan {
  const { link, withhold } = input;
  if (!link || link.lifecycle === 'deleted') return noChange(link);
  const effects: readonly Effect[] = link.lifecycle === 'active' ? ['deactivate', 'delete'] : ['delete'];
  if (withhold.includes('deactivate') && link.lifecycle === 'active') return { ...noChange(link), effects };
  if (withhold.includes('delete')) return { ...planSuspended(input), effects };
  const change: Change = { kind: 'deleteUser', userId: link.userId, from: link.actual };
  return { changes: [change], effects, lane: 'leaver', lifecycle: 'deleted', parked: null, needsRead: true };
}

function planParked(input: PlanInput, wanted: Extract<Wanted, { kind: 'parked' }>): Plan {
  const { link } = input;
  if (!link || link.lifecycle !== 'active') return park(input, wanted.reason);
  const from = link.actual.securityProfileIds ?? [];
  const to = from.filter((id) => wanted.grantedSecurityProfileIds.includes(id));
  if (to.length === from.length) return park(input, wanted.reason);
  if (to.length === 0) {
    const suspension = planSuspended(input);
    return { ...suspension, parked: suspension.parked ?? wanted.reason };
  }
  const { userId } = link;
  const change: Change = { kind: 'updateUserSecurityProfiles', userId, from, to, lifecycle: 'active' };
  return { ...park(input, wanted.reason), changes: [change], lane: 'reduction' };
}

function park(input: PlanInput, parked: ParkReason): Plan {
  return { ...noChange(input.link), parked };
}

function noChange(link: LinkedUser | null): Plan {
  const lifecycle = link?.lifecycle ?? 'absent';
  return { changes: [], effects: [], lane: 'cosmetic', lifecycle, parked: null, needsRead: false };
}

function pick<F extends keyof UserFields>(
  fields: Partial<UserFields>,
  names: readonly F[],
): Partial<Pick<UserFields, F>> {
  const present = names.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, fields[name]])) as Partial<Pick<UserFields, F>>;
}
