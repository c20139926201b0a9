import type { Catalog } from '../connect/catalog.ts';
import type { DesiredUser, IdentityManagementType } from '../connect/user.ts';
import { conditionFact, missing, type UserGroup } from './condition.ts';
import type { UserJson } from './expression/attributes.ts';
import { mappedIdentity, mappedUsername } from './identity.ts';
import type { Mapping, MappingProblem, MappingResult, Rule } from './mapping.ts';
import {
  combine,
  type Match,
  mergeHierarchy,
  mergePhone,
  mergeRoutingProfile,
  mergeSecurityProfiles,
} from './merge.ts';

/** Everything that decides what a user is to be in one instance. */
export interface MappingInput {
  readonly user: UserJson;
  /** In any order; it does not matter. */
  readonly groups: readonly UserGroup[];
  readonly mapping: Mapping;
  readonly instance: { readonly alias: string; readonly identityManagementType: IdentityManagementType };
  readonly catalog: Catalog;
}

/**
 * What the rules want of one user in one instance. Rules are read top to bottom: security profiles are the union
 * of what they grant, every other field comes from the first that sets it, and what none sets is left alone. What
 * it returns as mapped, Connect's CreateUser takes.
 */
export function desiredUser(input: MappingInput): MappingResult {
  const { user, mapping, catalog, instance } = input;
  const rules = mapping.rules.filter(({ instances }) => instances?.includes(instance.alias) ?? true);
  const matches = matchingRules(rules, input);
  const context = { user, catalog, instanceAlias: instance.alias };
  const profiles = mergeSecurityProfiles(matches, context);
  if (profiles === null) return { kind: 'unmatched', closest: closestRules(rules, matches, input.groups) };

  const username = mappedUsername(mapping, user, instance.identityManagementType);
  const { fields, trace, problems } = combine([
    mappedIdentity(mapping, user, instance.identityManagementType),
    profiles,
    mergeRoutingProfile(matches, context),
    mergeHierarchy(matches, context),
    mergePhone(matches, context),
  ]);
  const traces = [...username.trace, ...trace];
  const [first, ...others]: readonly MappingProblem[] = [...username.problems, ...problems];
  if (first === undefined) {
    return {
      kind: 'mapped',
      user: { username: username.username, fields: fields as DesiredUser['fields'] },
      trace: traces,
    };
  }
  return {
    kind: 'invalid',
    problems: [first, ...others],
    grantedSecurityProfileIds: profiles.fields.securityProfileIds ?? [],
    trace: traces,
  };
}

function matchingRules(rules: readonly Rule[], { groups }: MappingInput): readonly Match[] {
  return rules.flatMap((rule) => {
    const fact = conditionFact(rule.when, groups);
    return fact === null ? [] : [{ rule, fact }];
  });
}

/** Of the rules that could have granted a security profile: what each lacks, nearest first. */
function closestRules(rules: readonly Rule[], matches: readonly Match[], groups: readonly UserGroup[]) {
  const matching = new Set(matches.map(({ rule }) => rule));
  return rules
    .filter(({ set }) => set.securityProfiles !== undefined)
    .map((rule) => ({
      rule: rule.name,
      missing: matching.has(rule) ? GRANTS_NOTHING : missing(rule.when, groups),
    }))
    .sort(({ missing: { distance: a } }, { missing: { distance: b } }) => a[0] - b[0] || a[1] - b[1])
    .map(({ rule, missing: { text } }) => ({ rule, missing: text }));
}

const GRANTS_NOTHING = {
  text: 'it applies, but yields no security profile for this user',
  distance: [0, 0],
} as const;
