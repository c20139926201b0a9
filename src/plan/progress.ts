import type { ConnectUserId, UserFields } from '../connect/user.ts';
import type { Change, LinkedUser, Plan, PlanInput } from './plan.ts';

/**
 * What the bridge knows after Connect accepted one change; null when its user is gone. Last applied values move
 * only when the whole plan is done, so that a plan broken off is simply made again.
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
  const lifecycle = change.kind === 'updateUserSecurityProfiles' ? change.lifecycle : link.lifecycle;
  return { ...link, ...seen(link, change), lifecycle };
}

function created(
  old: LinkedUser | null,
  change: Extract<Change, { kind: 'createUser' }>,
  userId: ConnectUserId,
): LinkedUser {
  const retiring = change.replaces && old ? old : null;
  return {
    userId,
    username: change.username,
    lifecycle: 'active',
    lastApplied: change.to,
    actual: change.to,
    snapshot: null,
    agentStatusId: null,
    retiring: retiring && {
      userId: retiring.userId,
      username: retiring.username,
      actual: retiring.actual,
      agentStatusId: retiring.agentStatusId,
    },
  };
}

type Update = Exclude<Change, { kind: 'createUser' | 'deleteUser' }>;

function seen(user: Pick<LinkedUser, 'actual' | 'agentStatusId'>, change: Update) {
  if (change.kind === 'putUserStatus') return { agentStatusId: change.to };
  return { actual: { ...user.actual, ...written(change) } };
}

function written(change: Exclude<Update, { kind: 'putUserStatus' }>): Partial<UserFields> {
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
    default:
      return change satisfies never;
  }
}

/** The link once every change of `plan` is made. */
export function afterPlan(link: LinkedUser, plan: Plan, { wanted, suspend }: PlanInput): LinkedUser {
  const retiring = suspend ? null : link.retiring;
  if (wanted.kind !== 'active' || plan.parked) return { ...link, retiring };
  return {
    ...link,
    lifecycle: 'active',
    lastApplied: wanted.user.fields,
    snapshot: null,
    agentStatusId: null,
    retiring,
  };
}
