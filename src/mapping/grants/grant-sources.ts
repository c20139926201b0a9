import { conditionGroups } from '../condition.ts';
import type { Expression } from '../expression.ts';
import type { Rule, Value } from '../mapping.ts';
import type { UserGroup } from '../user-group.ts';

/** By what a user is granted a security profile, as far as a person can approve it once for all who come by it. */
export interface GrantSource {
  /** The same for everybody whom the same approval is to cover. */
  readonly key: string;
  /** For who is to approve it: `rule "supervisors" through "Connect Supervisors"`. */
  readonly text: string;
}

/**
 * The ways by which a rule that applies grants a user a profile. A group counts by its id, so that a renamed group is
 * the same and another one under its name is not. A rule that does not name its groups covers whoever calls a group
 * so: what it grants is approved person by person.
 *
 * @param userId SCIM id
 */
export function grantSources(
  rule: Rule,
  profile: string,
  { userId, groups }: { readonly userId: string; readonly groups: readonly UserGroup[] },
): readonly GrantSource[] {
  const value = valueKey(rule, profile);
  const source = (key: string, text: string) => ({
    key: `${key}${value}`,
    text: `rule "${rule.name}" ${text}`,
  });
  const through = (group: UserGroup) => source(`group:${group.id}`, `through ${quoted([group])}`);
  const { when } = rule;
  const of = conditionGroups(when, groups);
  switch (when.kind) {
    case 'group':
    case 'anyGroup':
    case 'groupExternalId':
      return of.map(through);
    case 'allGroups':
      return [source(`groups:${idsOf(of)}`, `through ${quoted(of)}`)];
    case 'groupPrefix':
      return [source(`user:${userId}`, 'which names no group')];
    case 'cel': {
      if (when.expression.reads.allGroups) return [source(`user:${userId}`, 'which names no group')];
      const text = of.length === 0 ? 'by an expression' : `through ${quoted(of)} and an expression`;
      return [source(`expression:${meaningOf(when.expression)}:${idsOf(of)}`, text)];
    }
    default:
      return when satisfies never;
  }
}

/** A literal is what the rule says; an expression grants by what it reads. */
function valueKey({ set }: Rule, profile: string): string {
  const values = set.securityProfiles ?? [];
  if (values.some((value) => value.kind === 'literal' && value.text === profile)) return '';
  return values
    .map((value: Value) => (value.kind === 'cel' ? `:value:${meaningOf(value.expression)}` : ''))
    .join('');
}

function meaningOf({ text, rows }: Expression): string {
  return `${text}${rows}`;
}

function idsOf(groups: readonly UserGroup[]): string {
  return groups
    .map(({ id }) => id)
    .sort()
    .join('+');
}

function quoted(groups: readonly UserGroup[]): string {
  return groups.map(({ displayName }) => JSON.stringify(displayName)).join(' and ');
}
