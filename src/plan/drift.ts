import type { LastApplied, UserField, UserFields } from '../connect/user.ts';
import { differs, fieldsOf } from './field-targets.ts';
import type { LinkedUser, PlanInput, SuspendTarget } from './plan.ts';

/** Where a user in Connect is not what the bridge made him: somebody edited him there. */
export interface Drift {
  /** `user`: he was deleted. */
  readonly field: UserField | 'user';
  /**
   * revert: the bridge sets it back. report: a reduction, which stays until the wanted value changes or an operator
   * runs "bridge retry". keep: the mapping follows such edits.
   */
  readonly kind: 'revert' | 'report' | 'keep';
  /** What the bridge made it. */
  readonly applied: Partial<UserFields>;
  /** What it is. */
  readonly actual: Partial<UserFields>;
}

/** What was edited in Connect since the bridge last wrote the user, and what becomes of each edit. */
export function driftOf({ link, wanted, ownership, suspend }: PlanInput): readonly Drift[] {
  if (!link) return [];
  switch (link.lifecycle) {
    case 'active':
      return [...profileDrift(link, suspend), ...fieldDrift(link, ownership)];
    case 'suspended':
      return suspend ? suspensionDrift(link, suspend) : [];
    case 'deleted':
      return wanted.kind === 'active'
        ? [{ field: 'user', kind: 'report', applied: link.lastApplied, actual: {} }]
        : [];
    default:
      return link.lifecycle satisfies never;
  }
}

/** Profiles added by hand are withdrawn; profiles taken by hand are not given back. */
function profileDrift({ lastApplied, actual }: LinkedUser, suspend: SuspendTarget | null): Drift[] {
  const applied = lastApplied.securityProfileIds;
  const has = actual.securityProfileIds?.filter((id) => id !== suspend?.securityProfileId);
  if (!applied || !has) return [];
  const added = has.some((id) => !applied.includes(id));
  const taken = applied.some((id) => !has.includes(id));
  const drift = { field: 'securityProfileIds', applied: pick(lastApplied), actual: pick(actual) } as const;
  return [
    ...(added ? [{ ...drift, kind: 'revert' } as const] : []),
    ...(taken ? [{ ...drift, kind: 'report' } as const] : []),
  ];
}

function pick({ securityProfileIds = [] }: Partial<UserFields>) {
  return { securityProfileIds };
}

function fieldDrift({ lastApplied, actual }: LinkedUser, ownership: PlanInput['ownership']): Drift[] {
  return fieldsOf(lastApplied)
    .filter((field) => field !== 'securityProfileIds' && ownership[field] !== 'ignore')
    .filter((field) => differs(field, lastApplied, actual))
    .map((field) => ({
      field,
      kind: ownership[field] === 'enforce' ? 'revert' : 'keep',
      applied: { [field]: lastApplied[field] },
      actual: { [field]: actual[field] },
    }));
}

/** Of a suspended user nothing else is the bridge's to defend. */
function suspensionDrift({ actual }: LinkedUser, suspend: SuspendTarget): Drift[] {
  const made: LastApplied = {
    securityProfileIds: [suspend.securityProfileId],
    routingProfileId: suspend.routingProfileId,
  };
  return fieldsOf(made)
    .filter((field) => differs(field, made, actual))
    .map((field) => ({
      field,
      kind: 'revert',
      applied: { [field]: made[field] },
      actual: { [field]: actual[field] },
    }));
}
