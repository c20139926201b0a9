import { createHash } from 'node:crypto';
import { grantSources } from '../../../mapping/grants/grant-sources.ts';
import type { SensitiveGrant } from '../user-plan.ts';
import type { Draft } from './draft.ts';

/** Ids of the security profiles that bridge.yaml calls sensitive in the instance. */
export function sensitiveProfiles({ instance: { config, catalog } }: Draft): readonly string[] {
  return config.grants.sensitive.flatMap((name) => catalog?.id('securityProfiles', name) ?? []);
}

/** Of them, those that the rules give the user and that he does not have. */
export function sensitiveGrants(draft: Draft): readonly SensitiveGrant[] {
  const { mapped, facts } = draft;
  const { result, access } = mapped ?? {};
  if (result?.kind !== 'mapped' || !access?.active) return [];
  const sensitive = sensitiveProfiles(draft);
  if (sensitive.length === 0) return [];
  const linked = facts.link?.linked;
  const has = linked?.lifecycle === 'active' ? (linked.actual.securityProfileIds ?? []) : [];
  return result.user.fields.securityProfileIds
    .filter((id) => sensitive.includes(id) && !has.includes(id))
    .map((id) => grantOf(draft, result.trace(), id));
}

function grantOf(
  { facts, mapping, instance }: Draft,
  trace: readonly { readonly field: string; readonly value: unknown; readonly rule: string }[],
  securityProfileId: string,
): SensitiveGrant {
  const name = instance.catalog!.name('securityProfiles', securityProfileId);
  const ofProfile = trace.filter(({ field, value }) => field === 'securityProfileIds' && value === name);
  const granting = new Set(ofProfile.map(({ rule }) => rule));
  const { groups, key } = facts;
  const sources = mapping!.rules
    .filter((rule) => granting.has(rule.name))
    .flatMap((rule) => grantSources(rule, name, { userId: key.userId, groups }));
  return {
    securityProfileId,
    sources: sources.map((source) => createHash('sha256').update(source.key).digest('hex')),
    text: `${name} by ${sources.map(({ text }) => text).join(' and ')}`,
  };
}

/** Why somebody waits, the same for all who wait for the same. */
export function grantCause(grants: readonly SensitiveGrant[]): string {
  return grants
    .map(({ text }) => text)
    .sort()
    .join('; ');
}
