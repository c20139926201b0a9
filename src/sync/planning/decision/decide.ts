import { ownershipTags } from '../../../connect/user.ts';
import type { DesiredUser } from '../../../connect/user.ts';
import { accessOf } from '../../../mapping/access.ts';
import { desiredUser } from '../../../mapping/desired-user.ts';
import type { Mapping, MappingResult } from '../../../mapping/mapping.ts';
import { DEFAULT_OWNERSHIP } from '../../../mapping/ownership.ts';
import type { ParkReason, PlanInput, Wanted } from '../../../plan/plan.ts';
import { planUser } from '../../../plan/plan-user.ts';
import { takenOver } from '../../../plan/taken-over.ts';
import type { Link } from '../../../store/links.ts';
import type { PlanningContext } from '../context.ts';
import type { UserFacts } from './facts.ts';
import type { SensitiveGrant, UserPlan, Waiting } from '../user-plan.ts';
import type { Answers, Draft } from './draft.ts';
import { sensitiveGrants, sensitiveProfiles } from './sensitive-grants.ts';
import { usernameHolder } from './username-holder.ts';

export function draftOf(
  { directories, instances, clock }: PlanningContext,
  facts: UserFacts,
  mapping: Mapping | null,
): Draft | Waiting {
  const { key, doc: user, groups } = facts;
  const instance = instances.get(key.instance);
  if (!directories.has(key.directory) || !instance) return waiting('not configured any more');
  // Nothing is known of the suspend profiles either: a plan now would take held and approved effects for gone.
  if (!instance.catalog) return waiting(`instance ${key.instance} was never read`);
  if (!user) return { facts, instance, mapping, mapped: null };
  if (!mapping) return waiting(`directory ${key.directory} has no active mapping`);
  const { catalog, permissions, config } = instance;
  const { identityManagementType } = catalog.contents;
  const result = desiredUser({
    user,
    groups,
    mapping,
    instance: { alias: key.instance, identityManagementType },
    catalog,
    ceiling: { limits: config.grants, permissions },
  });
  return { facts, instance, mapping, mapped: { result, access: accessOf(user, mapping, clock.now()) } };
}

function waiting(reason: string): Waiting {
  return { kind: 'waiting', reason };
}

/** Pure: what becomes of a user follows from his draft and the answers alone. */
export function decided(context: PlanningContext, draft: Draft, answers: Answers): UserPlan {
  const { facts, mapped } = draft;
  const { key, user, link } = facts;
  const wanted = wantedInTime(draft, answers, wantedOf(draft, answers));
  const takesOver = wanted.kind === 'active' ? formerUser(draft, answers, wanted.user) : null;
  const unapproved = wanted.kind === 'active' ? unapprovedGrants(context, draft, answers) : [];
  const sensitive = {
    all: sensitiveProfiles(draft),
    unapproved: unapproved.map(({ securityProfileId }) => securityProfileId),
  };
  const input = { ...planInput(context, draft, wanted, takesOver), sensitive };
  const { result = null, access = null } = mapped ?? {};
  return { key, user, link, takesOver, result, access, unapproved, input, plan: planUser(input) };
}

/** Under a proposal all: what it newly grants is for a person to see, whatever was approved before. */
function unapprovedGrants(
  { directories }: PlanningContext,
  draft: Draft,
  answers: Answers,
): readonly SensitiveGrant[] {
  const { key } = draft.facts;
  const isProposal = directories.get(key.directory)?.mapping?.mapping !== draft.mapping;
  return sensitiveGrants(draft).filter((grant) => isProposal || !answers.isApproved(key, grant));
}

/** Outside the time of his access a user has none, whatever the rules grant; who is not in Connect stays out. */
function wantedOf(draft: Draft, answers: Answers): Wanted {
  const { facts, mapped, mapping } = draft;
  if (!mapped) return wantedWithoutAccess(draft);
  const { access } = mapped;
  if (!access.active) return facts.link?.linked ? { kind: 'suspended', cause: 'access' } : { kind: 'skip' };
  const wanted = wantedOfResult(draft, answers, mapped.result, mapping!);
  if (access.problem === null || wanted.kind !== 'active') return wanted;
  const { securityProfileIds } = wanted.user.fields;
  return { kind: 'parked', reason: access.problem, grantedSecurityProfileIds: securityProfileIds };
}

function wantedOfResult(draft: Draft, answers: Answers, result: MappingResult, mapping: Mapping): Wanted {
  const { key, link } = draft.facts;
  switch (result.kind) {
    case 'mapped': {
      const { username, fields } = result.user;
      const holder = usernameHolder(key, link, username, answers.holders(key.instance, username));
      if (holder.kind !== 'other') return { kind: 'active', user: result.user };
      const grantedSecurityProfileIds = fields.securityProfileIds;
      return { kind: 'parked', reason: holder.reason, grantedSecurityProfileIds };
    }
    case 'unmatched':
      if (!link?.linked) return { kind: 'skip' };
      return mapping.unmatched.existing === 'delete'
        ? { kind: 'deleted', cause: 'unmatched' }
        : { kind: 'suspended', cause: 'unmatched' };
    case 'invalid':
      return {
        kind: 'parked',
        reason: parkReason(result),
        grantedSecurityProfileIds: [...result.grantedSecurityProfileIds, ...vanishedProfiles(draft)],
      };
    default:
      return result satisfies never;
  }
}

function parkReason({ problems }: Extract<MappingResult, { kind: 'invalid' }>): ParkReason {
  const [{ code, remedy }] = problems;
  return { code, detail: problems.map(({ detail }) => detail).join(' '), remedy };
}

/** Profiles that the instance no longer has permit nothing; taking them away would only suspend people by mistake. */
function vanishedProfiles({ instance, facts: { link } }: Draft): readonly string[] {
  const known = new Set(instance.catalog?.contents.securityProfiles.map(({ id }) => id));
  return (link?.linked?.actual.securityProfileIds ?? []).filter((id) => !known.has(id));
}

function wantedWithoutAccess({ instance, facts: { user } }: Draft): Wanted {
  const { leavers } = instance.config;
  const cause = user ? 'deactivated' : 'deleted';
  const policy = user ? leavers.deactivate : leavers.delete;
  return policy === 'delete' ? { kind: 'deleted', cause } : { kind: 'suspended', cause };
}

/** Who was suspended for `deleteAfterDays` is deleted when his turn comes; not who is away for a time. */
function wantedInTime({ facts, instance }: Draft, answers: Answers, wanted: Wanted): Wanted {
  if (wanted.kind !== 'suspended' || wanted.cause === 'access') return wanted;
  const { deleteAfterDays } = instance.config.leavers;
  if (deleteAfterDays === null || facts.link?.linked?.lifecycle !== 'suspended') return wanted;
  return answers.isExpired(facts.key) ? { kind: 'deleted', cause: 'expired' } : wanted;
}

function formerUser({ facts }: Draft, answers: Answers, { username }: DesiredUser): Link | null {
  const { key, link } = facts;
  if (link?.linked && link.linked.lifecycle !== 'deleted') return null;
  const holder = usernameHolder(key, link, username, answers.holders(key.instance, username));
  return holder.kind === 'former' ? holder.link : null;
}

function planInput(
  { config }: PlanningContext,
  { facts, instance, mapping }: Draft,
  wanted: Wanted,
  takesOver: Link | null,
): Omit<PlanInput, 'sensitive'> {
  const linked = facts.link?.linked ?? null;
  return {
    wanted,
    link: takesOver && wanted.kind === 'active' ? takenOver(takesOver.linked!, wanted.user) : linked,
    ownership: mapping?.ownership ?? DEFAULT_OWNERSHIP,
    identityManagementType: instance.catalog?.contents.identityManagementType ?? 'SAML',
    suspend: instance.suspend,
    tags: ownershipTags(config.bridgeId, facts.key.userId),
    withhold: [],
  };
}
