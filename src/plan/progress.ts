import type { ConnectUserId, LastApplied, UserField, UserFields } from '../connect/user.ts';
import { fieldsOf, sameValue } from './field-targets.ts';
import type { Change, LinkedUser, Plan, PlanInput } from './plan.ts';

type Update = Exclude<Change, { kind: 'createUser' | 'deleteUser' }>;

/**
 * What must be stored before the first call of a plan, so that a call whose answer is lost cannot later be taken
 * for an edit in Connect: the snapshot of a suspension is kept, and a last applied value that is about to be
 * overwritten is forgotten. `link` itself when there is nothing to store; repeating it changes nothing.
 */
export function beforePlan(link: LinkedUser, plan: Plan, { wanted }: Pick<PlanInput, 'wanted'>): LinkedUser {
  const desired: Partial<UserFields> = wanted.kind === 'active' ? wanted.user.fields : {};
  const overwritten = plan.changes.flatMap((change) => {
    if (change.kind === 'createUser' || change.kind === 'deleteUser' || change.userId !== link.userId)
      return [];
    const to = written(change);
    return changedFields(link, change).filter(
      (field) => field === 'securityProfileIds' || sameValue(to[field], desired[field]),
    );
  });
  const suspends = link.lifecycle === 'active' && plan.lifecycle === 'suspended';
  const snapshot = suspends ? (link.snapshot ?? link.actual) : link.snapshot;
  const lastApplied = without(link.lastApplied, overwritten);
  return snapshot === link.snapshot && lastApplied === link.lastApplied
    ? link
    : { ...link, snapshot, lastApplied };
}

/**
 * What the bridge knows after Connect accepted one change; null when its user is gone. Last applied values come
 * back only when the whole plan is done, so that a plan broken off is simply made again.
 *
 * @param createdId the id that CreateUser answered
 */
export function afterChange(
  link: LinkedUser | null,
  change: Change,
  createdId: ConnectUserId | null,
): LinkedUser | null {
  if (change.kind === 'deleteUser') return null;
  if (change.kind === 'createUser') return created(link, change, createdId!);
  if (!link) throw new Error(`${change.kind} was made for a user without a link`);
  if (link.retiring?.userId === change.userId)
    return { ...link, retiring: { ...link.retiring, ...seen(link.retiring, change) } };
  const next = { ...link, ...seen(link, change) };
  switch (change.kind) {
    case 'updateUserSecurityProfiles':
      // With access back, the agent can leave the status that the suspension set.
      return change.lifecycle === 'active'
        ? { ...next, lifecycle: 'active', agentStatusId: null }
        : { ...next, lifecycle: 'suspended' };
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
    case 'updateUserHierarchy':
      return { ...next, lastApplied: without(link.lastApplied, changedFields(link, change)) };
    case 'updateUserRoutingProfile':
    case 'putUserStatus':
      return next;
    default:
      return change satisfies never;
  }
}

/** The link once every change of `plan` is made, or none was needed. */
export function afterPlan(link: LinkedUser, plan: Plan, { wanted, suspend }: PlanInput): LinkedUser {
  const lifecycle = plan.lifecycle === 'absent' ? link.lifecycle : plan.lifecycle;
  const active = lifecycle === 'active';
  return {
    ...link,
    lifecycle,
    lastApplied: appliedBy(link, plan, wanted),
    snapshot: active ? null : link.snapshot,
    agentStatusId: active ? null : link.agentStatusId,
    retiring: suspend ? null : link.retiring,
  };
}

function appliedBy(link: LinkedUser, plan: Plan, wanted: PlanInput['wanted']): LastApplied {
  if (wanted.kind === 'active' && !plan.parked) return wanted.user.fields;
  // Who is given access again after this is not the user whom somebody deleted in Connect.
  const ended = wanted.kind === 'suspended' || wanted.kind === 'deleted';
  return ended && link.lifecycle === 'deleted' ? {} : link.lastApplied;
}

function created(
  old: LinkedUser | null,
  change: Extract<Change, { kind: 'createUser' }>,
  userId: ConnectUserId,
): LinkedUser {
  const replaced = change.replaces ? old : null;
  return {
    userId,
    username: change.username,
    lifecycle: 'active',
    lastApplied: replaced?.lastApplied ?? change.to,
    actual: change.to,
    snapshot: null,
    agentStatusId: null,
    retiring: replaced
      ? {
          userId: replaced.userId,
          username: replaced.username,
          actual: replaced.actual,
          agentStatusId: replaced.agentStatusId,
        }
      : (old?.retiring ?? null),
  };
}

function seen(user: Pick<LinkedUser, 'actual' | 'agentStatusId'>, change: Update) {
  if (change.kind === 'putUserStatus') return { agentStatusId: change.to };
  return { actual: { ...user.actual, ...written(change) } };
}

function changedFields(link: LinkedUser, change: Update): UserField[] {
  const to = written(change);
  return fieldsOf(to).filter((field) => !sameValue(to[field], link.actual[field]));
}

function written(change: Update): Partial<UserFields> {
  switch (change.kind) {
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
      return change.to;
    case 'updateUserRoutingProfile':
      return { routingProfileId: change.to };
    case 'updateUserHierarchy':
      return { hierarchyGroupId: change.to };
    case 'updateUserSecurityProfiles':
      return { securityProfileIds: change.to };
    case 'putUserStatus':
      return {};
    default:
      return change satisfies never;
  }
}

/** `fields` itself when it has none of `names`. */
function without(fields: LastApplied, names: readonly UserField[]): LastApplied {
  if (!names.some((name) => fields[name] !== undefined)) return fields;
  const kept = Object.entries(fields).filter(([field]) => !names.includes(field as UserField));
  return Object.fromEntries(kept);
}
