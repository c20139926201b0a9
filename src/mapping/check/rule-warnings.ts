import { conditionHolds } from '../condition.ts';
import type { Assignments, Condition, Mapping, Rule, Value } from '../mapping.ts';
import type { NameProblem } from './check-names.ts';

/** What is legal in the rules and yet hardly meant, whoever the users are; in the order of the file. */
export function ruleWarnings({ rules }: Mapping): readonly NameProblem[] {
  return rules.flatMap((rule, index) => [
    ...shadowed(rule, rules.slice(0, index)),
    ...(rule.when.kind === 'groupPrefix' && rule.set.securityProfiles !== undefined
      ? [warning(rule, grantsByPrefix(rule.when.prefix))]
      : []),
    ...grantsByAttribute(rule),
    ...literalAttributes(rule),
  ]);
}

function warning({ name, at }: Rule, text: string): NameProblem {
  return { ...at, message: `rule "${name}": ${text}` };
}

function grantsByPrefix(prefix: string): string {
  return `it grants security profiles to members of any group whose name begins with ${JSON.stringify(prefix)}: whoever can name a group in the identity provider can grant them.`;
}

/** Entra leaves an attribute alone whose source is empty: outbound provisioning skips null values. */
function grantsByAttribute(rule: Rule): readonly NameProblem[] {
  const { securityProfiles } = rule.set;
  if (securityProfiles === undefined) return [];
  const facts = [rule.when, ...securityProfiles]
    .flatMap((part) => (part.kind === 'cel' ? part.expression.reads.facts : []))
    .filter((fact) => !NEVER_EMPTIED.includes(fact));
  if (facts.length === 0) return [];
  const read = [...new Set(facts)].join(' and ');
  const text = `it grants security profiles by ${read}. Entra does not say when an attribute is emptied, so with Entra whoever had it keeps them; grant by group there.`;
  return [warning(rule, text)];
}

/** Names of profiles and groups are looked up in the instance; the value of a tag may be anything. */
function literalAttributes(rule: Rule): readonly NameProblem[] {
  return Object.entries(rule.set.tags ?? {}).flatMap(([key, value]) => {
    if (value.kind !== 'literal' || !value.text.startsWith('user.')) return [];
    const text = `tag "${key}" gets the text "${value.text}" as it is. For its value write { cel: ${value.text} }.`;
    return [{ ...value.at, message: `rule "${rule.name}": ${text}` }];
  });
}

const NEVER_EMPTIED: readonly string[] = ['user.active', 'user.userName', 'user.id'];

/** Whether those to whom the rule applies have all that it sets from earlier rules already. */
function shadowed(rule: Rule, earlier: readonly Rule[]): readonly NameProblem[] {
  const covering = earlier.filter((other) => isForAll(rule, other) && implies(rule.when, other.when));
  const entries = entriesOf(rule.set);
  if (entries.length === 0) return [];
  const by = entries.map((entry) => covering.find(({ set }) => covers(entriesOf(set), entry)));
  if (by.includes(undefined)) return [];
  const names = [...new Set(by.map((other) => `"${other!.name}"`))].join(' and ');
  return [warning(rule, `it never has an effect: ${names} above sets all of it for the same users.`)];
}

function isForAll({ instances }: Rule, other: Rule): boolean {
  if (other.instances === null) return true;
  return instances !== null && instances.every((alias) => other.instances!.includes(alias));
}

/** Whether everybody for whom `when` holds is somebody for whom `other` holds, as far as groups and texts tell. */
function implies(when: Condition, other: Condition): boolean {
  if (when.kind === 'cel') return other.kind === 'cel' && other.expression.text === when.expression.text;
  if (other.kind === 'cel') return other.expression.text.trim() === 'true';
  if (when.kind === 'groupExternalId')
    return other.kind === 'groupExternalId' && other.externalId === when.externalId;
  if (when.kind === 'groupPrefix')
    return other.kind === 'groupPrefix' && when.prefix.startsWith(other.prefix);
  return alternatives(when).every((names) => conditionHolds(other, memberOf(names)));
}

/** Sets of groups, one of which a user must be in for the condition to hold. */
function alternatives(
  when: Extract<Condition, { kind: 'group' | 'anyGroup' | 'allGroups' }>,
): readonly (readonly string[])[] {
  if (when.kind === 'group') return [[when.name]];
  return when.kind === 'anyGroup' ? when.names.map((name) => [name]) : [when.names];
}

function memberOf(names: readonly string[]) {
  const groups = names.map((displayName) => ({ id: displayName, displayName, externalId: null }));
  return { subject: { user: {}, groups: new Set(names) }, groups };
}

/** One thing that a rule sets. `value` is null for what an expression yields: it may yield nothing. */
interface Entry {
  readonly key: string;
  readonly value: string | null;
  /** Whether the same key can be set to another value beside it. */
  readonly adds: boolean;
  readonly level: number;
}

function entriesOf(set: Assignments): readonly Entry[] {
  const { routingProfile, securityProfiles = [], hierarchy, phone = {}, tags = {}, proficiencies = [] } = set;
  const { number, ...literals } = phone;
  return [
    ...(routingProfile ? [entry('routingProfile', [routingProfile])] : []),
    ...(hierarchy ? [entry('hierarchy', hierarchy)] : []),
    ...(number ? [entry('phone.number', [number])] : []),
    ...Object.keys(literals).map((key) => ({ key: `phone.${key}`, value: '', adds: false, level: 0 })),
    ...Object.entries(tags).map(([key, value]) => entry(`tags.${key}`, [value])),
    ...securityProfiles.map((value) => ({ ...entry('securityProfiles', [value]), adds: true })),
    ...proficiencies.map(({ attributeName, attributeValue, level }) => ({
      key: `proficiencies.${attributeName}`,
      value: attributeValue,
      adds: true,
      level,
    })),
  ];
}

function entry(key: string, values: readonly Value[]): Entry {
  const texts = values.map((value) => (value.kind === 'literal' ? value.text : null));
  return { key, value: texts.includes(null) ? null : texts.join('\n'), adds: false, level: 0 };
}

function covers(set: readonly Entry[], { key, value, adds, level }: Entry): boolean {
  return set.some((other) => {
    if (other.key !== key || other.value === null) return false;
    return !adds || (value === other.value && other.level >= level);
  });
}
