import type { UserFields } from '../../connect/user.ts';
import type { Effect, LinkedUser, PlanInput } from '../plan.ts';

type Ids = readonly string[];

/** What a change of security profiles comes to in the guard's eyes, and what is left of it. */
export interface ProfileStep {
  readonly effects: readonly Effect[];
  /** Without what the guard holds back; can be empty. */
  readonly to: Ids;
}

/**
 * Of a user whom Connect has. What somebody added in Connect is withdrawn uncounted: only a profile that the bridge
 * gave can be lost by a mistake of the mapping or the identity provider. While a loss is held back nothing is gained
 * either, so that nobody has together what the mapping keeps apart.
 */
export function profileStep(input: PlanInput, link: LinkedUser, to: Ids): ProfileStep {
  const from = link.actual.securityProfileIds ?? [];
  const gained = to.filter((id) => !from.includes(id));
  const lost = lostProfiles(input, link, to);
  const effects = [...gainEffects(input, gained, gained), ...(lost.length > 0 ? (['reduce'] as const) : [])];
  if (lost.length > 0 && input.withhold.includes('reduce'))
    return { effects, to: from.filter((id) => to.includes(id) || lost.includes(id)) };
  return { effects, to: withoutHeldGains(input, to, gained) };
}

/** Of one whom it does not have yet: to be made with what he needs for his work is no more than his first day. */
export function firstProfiles(input: PlanInput, to: Ids): ProfileStep {
  const counted = to.filter((id) => input.sensitive.all.includes(id));
  return { effects: gainEffects(input, to, counted), to: withoutHeldGains(input, to, counted) };
}

/** What an active user had of the bridge and is not to have any more. */
function lostProfiles({ suspend }: PlanInput, link: LinkedUser, to: Ids): Ids {
  if (link.lifecycle !== 'active') return [];
  const given = link.lastApplied.securityProfileIds ?? [];
  const kept = [...to, suspend?.securityProfileId];
  return (link.actual.securityProfileIds ?? []).filter((id) => given.includes(id) && !kept.includes(id));
}

/** @param counted those of `gained` that count as a grant where they are approved */
function gainEffects({ sensitive }: PlanInput, gained: Ids, counted: Ids): readonly Effect[] {
  const isUnapproved = (id: string) => sensitive.unapproved.includes(id);
  return [
    ...(counted.some((id) => !isUnapproved(id)) ? (['grant'] as const) : []),
    ...(gained.some(isUnapproved) ? (['sensitive'] as const) : []),
  ];
}

function withoutHeldGains({ sensitive, withhold }: PlanInput, to: Ids, counted: Ids): Ids {
  const isHeld = (id: string) =>
    counted.includes(id) && withhold.includes(sensitive.unapproved.includes(id) ? 'sensitive' : 'grant');
  return to.filter((id) => !isHeld(id));
}

/** What of a field counts as applied once a plan with effects held back is carried out. */
export function appliedProfiles(
  { lastApplied, actual }: LinkedUser,
  { suspend, withhold }: Pick<PlanInput, 'suspend' | 'withhold'>,
): Pick<Partial<UserFields>, 'securityProfileIds'> {
  const { securityProfileIds } = withhold.includes('reduce') ? lastApplied : actual;
  if (securityProfileIds === undefined) return {};
  return { securityProfileIds: securityProfileIds.filter((id) => id !== suspend?.securityProfileId) };
}
