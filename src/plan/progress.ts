import type { ActualUser, ConnectUserId, LastApplied, UserField, UserFields } from '../connect/user.ts';
import { differs, fieldsOf, sameValue } from './field-targets.ts';
import type { Change, Effect, LinkedUser, Plan, PlanInput, RetiringUser } from './plan.ts';
import { appliedProfiles } from './guard/profile-effects.ts';
import { afterLabels, beforeLabels, labelsApplied } from './labels/label-progress.ts';
import { pick } from './labels/tag-changes.ts';

type Update = Exclude<Change, { kind: 'createUser' | 'deleteUser' }>;

/**
 * What must be stored before the first call of a plan, so that a call whose answer is lost cannot later be taken
 * for an edit in Connect: the snapshot of a suspension is kept, and a last applied value that the call overwrites
 * is forgotten. `link` itself when there is nothing to store; repeating it changes nothing.
 */
export function beforePlan(
  link: LinkedUser,
  plan: Plan,
  { wanted, withhold }: Pick<PlanInput, 'wanted' | 'withhold'>,
): LinkedUser {
  const [change] = plan.changes;
  if (!change || change.kind === 'createUser' || change.kind === 'deleteUser') return link;
  if (change.userId !== link.userId) return link;
  const suspends = link.lifecycle === 'active' && plan.lifecycle === 'suspended';
  const snapshot = suspends ? (link.snapshot ?? link.actual) : link.snapshot;
  const known = beforeLabels(link, change);
  const to = written(change);
  const overwritten = fieldsOf(to).filter(
    (field) =>
      differs(field, to, link.actual) &&
      (field === 'securityProfileIds' && withhold.some(isOfProfiles)
        ? !withhold.includes('reduce')
        : isWanted(field, to[field], wanted)),
  );
  const lastApplied = without(link.lastApplied, overwritten);
  return snapshot === link.snapshot && lastApplied === link.lastApplied && known === link
    ? link
    : { ...known, snapshot, lastApplied };
}

/** Whether holding it back keeps security profiles as they are. A loss that is held must still be known for one. */
function isOfProfiles(effect: Effect): boolean {
  return effect === 'grant' || effect === 'sensitive' || effect === 'reduce';
}

/** Whether a value about to be written is what is wanted, rather than an edit in Connect that is kept or restored. */
function isWanted(field: UserField, value: unknown, wanted: PlanInput['wanted']): boolean {
  if (wanted.kind === 'active') return sameValue(value, wanted.user.fields[field]);
  return field === 'securityProfileIds';
}

/**
 * What the bridge knows after Connect accepted one change; null when its user is gone. A plan
 * broken off after any change is simply made again.
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
    case 'updateUserRoutingProfile':
      // Around a suspension it is parked, or given back what the snapshot has: neither is a wish of the mapping.
      return link.snapshot ? next : { ...next, lastApplied: overwrite(link, written(change)) };
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
    case 'updateUserHierarchy':
      return { ...next, lastApplied: overwrite(link, written(change)) };
    case 'tagResource':
    case 'untagResource':
    case 'associateUserProficiencies':
    case 'updateUserProficiencies':
    case 'disassociateUserProficiencies':
      return { ...next, ...afterLabels(link, change) };
    case 'updateQuickConnectConfig':
    case 'deleteQuickConnect':
    case 'putUserStatus':
      return next;
    default:
      return change satisfies never;
  }
}

/** What a call changed is the bridge's; what it sent as it was belongs to whom it belonged. */
function overwrite(
  { lastApplied, actual }: Pick<LinkedUser, 'lastApplied' | 'actual'>,
  to: Partial<UserFields>,
) {
  const changed = Object.entries(to).filter(([field]) => differs(field as UserField, to, actual));
  return { ...lastApplied, ...Object.fromEntries(changed) } as LastApplied;
}

/**
 * What the bridge knows after CreateUser met a user of ours with that username: its own earlier success, or a user
 * whom an earlier rename left suspended. Where he is not what was asked for, nothing counts as applied.
 */
export function afterFound(
  link: LinkedUser | null,
  change: Extract<Change, { kind: 'createUser' }>,
  found: Pick<ActualUser, 'id' | 'fields' | 'tags'>,
): LinkedUser {
  const next = created(link, change, found.id);
  const other = fieldsOf(change.to).filter((field) => differs(field, change.to, found.fields));
  const same = Object.keys(change.mappedTags).filter((key) => found.tags[key] === change.mappedTags[key]);
  const tags = { applied: pick(change.mappedTags, same), actual: found.tags };
  const proficiencies = { applied: [], actual: null };
  return {
    ...next,
    actual: found.fields,
    tags,
    proficiencies,
    lastApplied: without(next.lastApplied, other),
  };
}

/** The link once every change of `plan` is made, or none was needed. */
export function afterPlan(link: LinkedUser, plan: Plan, input: PlanInput): LinkedUser {
  const { wanted, suspend } = input;
  const lifecycle = plan.lifecycle === 'absent' ? link.lifecycle : plan.lifecycle;
  const active = lifecycle === 'active';
  const { quickConnects: _lookedForAnew, ...rest } = link;
  return {
    ...rest,
    lifecycle,
    lastApplied: appliedBy(link, plan, input),
    ...(wanted.kind === 'active' && isAsWanted(plan) && labelsApplied(link, wanted.user)),
    snapshot: active ? null : link.snapshot,
    agentStatusId: active ? null : link.agentStatusId,
    retiring: suspend ? null : link.retiring,
  };
}

/** Not when it parks, nor when all that would give access back is held. */
function isAsWanted({ parked, lifecycle }: Plan): boolean {
  return parked === null && lifecycle === 'active';
}

function appliedBy(link: LinkedUser, plan: Plan, input: PlanInput): LastApplied {
  const { wanted, withhold } = input;
  if (wanted.kind === 'active' && isAsWanted(plan)) {
    const { securityProfileIds, routingProfileId, ...others } = wanted.user.fields;
    const { routingProfileId: before } = link.lastApplied;
    return {
      ...others,
      ...(withhold.some(isOfProfiles) ? appliedProfiles(link, input) : { securityProfileIds }),
      ...(!withhold.includes('routing')
        ? { routingProfileId }
        : before !== undefined && { routingProfileId: before }),
    };
  }
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
    lastApplied: replaced ? inherited(replaced, change.to) : change.to,
    actual: change.to,
    tags: { applied: change.mappedTags, actual: change.tags },
    proficiencies: { applied: [], actual: [] },
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

/** What was applied to the replaced user counts for the new one too, except where the new one was made different. */
function inherited({ lastApplied, actual, snapshot }: LinkedUser, to: Partial<UserFields>): LastApplied {
  const { routingProfileId } = snapshot ?? {};
  return overwrite({ lastApplied, actual: routingProfileId ? { ...actual, routingProfileId } : actual }, to);
}

function seen(
  user: Pick<LinkedUser, 'actual' | 'agentStatusId' | 'quickConnects'>,
  change: Update,
): Partial<RetiringUser> {
  if (change.kind === 'putUserStatus') return { agentStatusId: change.to };
  if (change.kind === 'updateQuickConnectConfig' || change.kind === 'deleteQuickConnect')
    return { quickConnects: user.quickConnects?.filter(({ id }) => id !== change.quickConnect.id) ?? [] };
  return { actual: { ...user.actual, ...written(change) } };
}

/** The fields that a call sets. */
export function written(change: Update): Partial<UserFields> {
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
    case 'updateQuickConnectConfig':
    case 'deleteQuickConnect':
    case 'tagResource':
    case 'untagResource':
    case 'associateUserProficiencies':
    case 'updateUserProficiencies':
    case 'disassociateUserProficiencies':
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
