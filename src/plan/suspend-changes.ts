import type { Change, RetiringUser, SuspendTarget } from './plan.ts';

/** Security profiles first: from then on the user has no access, whatever happens to the rest. */
export function suspendChanges(user: RetiringUser, suspend: SuspendTarget): readonly Change[] {
  const { userId, actual } = user;
  const from = actual.securityProfileIds ?? [];
  const changes: Change[] = [];
  if (from.length !== 1 || from[0] !== suspend.securityProfileId) {
    const to = [suspend.securityProfileId];
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
