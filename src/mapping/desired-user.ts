import type { Catalog } from '../connect/catalog.ts';
import type { DesiredUser, IdentityManagementType } from '../connect/user.ts';
import { conditionFact, conditionHolds, missing, type UserWithGroups } from './condition.ts';
import type { UserJson } from './expression/attributes.ts';
import { ExpressionError } from './expression/error.ts';
import { isMeant, type UserGroup } from './user-group.ts';
import { type Ceiling, limitGrants } from './grants.ts';
import { failure, mappedDirectoryUserId, mappedIdentity, mappedUsername } from './identity/identity.ts';
import type { MappedFields, Mapping, MappingProblem, MappingResult, MissedRule, Rule } from './mapping.ts';
import type { Match } from './merge/candidate.ts';
import {
  combine,
  type MergeContext,
  mergeHierarchy,
  mergePhone,
  mergeRoutingProfile,
  mergeSecurityProfiles,
} from './merge/merge.ts';
import { mergeProficiencies, mergeTags } from './merge/tags.ts';

/** Everything that decides what a user is to be in one instance. */
export interface MappingInput {
  readonly user: UserJson;
  /** In any order; it does not matter. */
  readonly groups: readonly UserGroup[];
  readonly mapping: Mapping;
  readonly instance: { readonly alias: string; readonly identityManagementType: IdentityManagementType };
  readonly catalog: Catalog;
  readonly ceiling: Ceiling;
}

/**
 * What the rules want of one user in one instance. Rules are read top to bottom: security profiles are the union
 * of what they grant, tags and proficiencies add up, every other field comes from the first that sets it, and what
 * none sets is left alone. What it returns as mapped, Connect's CreateUser takes, and the ceiling allows.
 */
export function desiredUser(input: MappingInput): MappingResult {
  const { user, mapping, catalog, instance, groups } = input;
  const subject = { user, groups: new Set(groups.filter(isMeant).map(({ displayName }) => displayName)) };
  const { matches, failures } = matchingRules(mapping.rules, instance.alias, { subject, groups });
  const context = { subject, catalog, instanceAlias: instance.alias };
  const profiles = mergeSecurityProfiles(matches, context);
  if (profiles === null && !failures.some(({ rule }) => rule.set.securityProfiles !== undefined))
    return { kind: 'unmatched', closest: () => closestRules(input, matches, { subject, groups }) };

  const granted = limitGrants(profiles?.fields.securityProfileIds ?? [], input.ceiling, catalog);
  const { wanted, trace, problems } = merged(input, matches, profiles, context);
  const [first, ...others] = [...failures.map(({ problem }) => problem), ...problems, ...granted.problems];
  if (first === undefined) return { kind: 'mapped', user: wanted, trace };
  const grantedSecurityProfileIds = granted.securityProfileIds;
  return { kind: 'invalid', problems: [first, ...others], grantedSecurityProfileIds, trace };
}

/** @returns wanted: complete when there are no problems */
function merged(
  { mapping, instance: { identityManagementType: type } }: MappingInput,
  matches: readonly Match[],
  profiles: MappedFields | null,
  context: MergeContext,
) {
  const { subject } = context;
  const username = mappedUsername(mapping, subject, type);
  const directoryUserId = mappedDirectoryUserId(mapping, subject, type);
  const fields = combine([
    mappedIdentity(mapping, subject, type),
    ...(profiles === null ? [] : [profiles, mergeRoutingProfile(matches, context)]),
    mergeHierarchy(matches, context),
    mergePhone(matches, context),
  ]);
  const tags = mergeTags(matches, subject);
  const proficiencies = mergeProficiencies(matches, context);
  const parts = [username, directoryUserId, fields, tags, proficiencies];
  const wanted: DesiredUser = {
    username: username.username,
    fields: fields.fields as DesiredUser['fields'],
    ...(directoryUserId.value !== '' && { directoryUserId: directoryUserId.value }),
    ...(Object.keys(tags.tags).length > 0 && { tags: tags.tags }),
    ...(proficiencies.proficiencies.length > 0 && { proficiencies: proficiencies.proficiencies }),
  };
  const problems = parts.flatMap((part) => part.problems);
  return { wanted, trace: () => parts.flatMap((part) => part.trace()), problems };
}

/** A condition that cannot be evaluated does not hold: nobody is granted anything by an error. */
function matchingRules(rules: readonly Rule[], instanceAlias: string, user: UserWithGroups) {
  const matches: Match[] = [];
  const failures: { readonly rule: Rule; readonly problem: MappingProblem }[] = [];
  for (const rule of rules) {
    if (rule.instances?.includes(instanceAlias) === false) continue;
    try {
      if (conditionHolds(rule.when, user)) matches.push({ rule, fact: () => conditionFact(rule.when, user) });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const detail = `The condition of rule "${rule.name}" has no value for this user: ${error.message}`;
      failures.push({ rule, problem: failure(detail, null) });
    }
  }
  return { matches, failures };
}

/** Of the rules that could have granted a security profile: what each lacks, nearest first. */
function closestRules(
  { mapping, instance }: MappingInput,
  matches: readonly Match[],
  user: UserWithGroups,
): readonly MissedRule[] {
  const matching = new Set(matches.map(({ rule }) => rule));
  return mapping.rules
    .filter(({ instances }) => instances?.includes(instance.alias) ?? true)
    .filter(({ set }) => set.securityProfiles !== undefined)
    .map((rule) => ({
      rule: rule.name,
      missing: matching.has(rule) ? GRANTS_NOTHING : missing(rule.when, user),
    }))
    .sort(({ missing: { distance: a } }, { missing: { distance: b } }) => a[0] - b[0] || a[1] - b[1])
    .map(({ rule, missing: { text } }) => ({ rule, missing: text }));
}

const GRANTS_NOTHING = {
  text: 'it applies, but yields no security profile for this user',
  distance: [0, 0],
} as const;
