import { type Catalog, HIERARCHY_SEPARATOR } from '../../connect/catalog.ts';
import type { UserField } from '../../connect/user.ts';
import { E164 } from '../expression/phone.ts';
import type { Subject } from '../expression/subject.ts';
import { failure, phoneNumberFault } from '../identity/identity.ts';
import type { Assignments, MappedFields, MappingProblem } from '../mapping.ts';
import { unknownName } from '../names.ts';
import {
  type Candidate,
  candidatesOf,
  type Match,
  NOTHING,
  type Reading,
  readValue,
  traceOf,
} from './candidate.ts';

export interface MergeContext {
  readonly subject: Subject;
  readonly catalog: Catalog;
  readonly instanceAlias: string;
}

/** Connect's limit for one user (API reference, CreateUser). */
const MAX_SECURITY_PROFILES = 10;

/**
 * The union of the security profiles that the rules grant, as sorted ids of those the instance knows.
 *
 * @returns null when no rule grants any, even one that is unknown: the user is unmatched
 */
export function mergeSecurityProfiles(matches: readonly Match[], context: MergeContext): MappedFields | null {
  const granted: Candidate<string>[] = [];
  for (const match of matches)
    for (const value of match.rule.set.securityProfiles ?? []) {
      const reading = readValue(value, context.subject);
      if (reading.kind !== 'nothing') granted.push({ match, reading });
    }
  if (granted.length === 0) return null;
  const ids = new Set<string>();
  const problems: MappingProblem[] = [];
  for (const { match, reading } of granted) {
    const found = resolve('securityProfiles', 'securityProfileIds', match, reading, context);
    if (typeof found === 'string') ids.add(found);
    else problems.push(found);
  }
  if (ids.size > MAX_SECURITY_PROFILES) problems.push(tooMany(ids.size));
  return {
    fields: { securityProfileIds: [...ids].sort() },
    trace: () =>
      granted.flatMap(({ match, reading }) =>
        reading.kind === 'value' ? traceOf('securityProfileIds', { match, reading }, []) : [],
      ),
    problems,
  };
}

/** The routing profile of the first rule that sets one. A user with access must have one: none is a problem. */
export function mergeRoutingProfile(matches: readonly Match[], context: MergeContext): MappedFields {
  const candidates = candidatesOf(matches, ({ routingProfile }) =>
    routingProfile === undefined ? NOTHING : readValue(routingProfile, context.subject),
  );
  const merged = mergeNamed('routingProfiles', 'routingProfileId', candidates, context);
  if (candidates.length > 0) return merged;
  return { ...merged, problems: [noRoutingProfile(matches)] };
}

/** The hierarchy group of the first rule that sets one. */
export function mergeHierarchy(matches: readonly Match[], context: MergeContext): MappedFields {
  const candidates = candidatesOf(matches, ({ hierarchy }) =>
    hierarchy === undefined ? NOTHING : readPath(hierarchy, context.subject),
  );
  return mergeNamed('hierarchyGroups', 'hierarchyGroupId', candidates, context);
}

/** Each phone field from the first rule that sets it. */
export function mergePhone(matches: readonly Match[], context: MergeContext): MappedFields {
  const parts = [
    mergeLiteral('phoneType', matches, ({ phone }) => phone?.type),
    mergeDeskPhoneNumber(matches, context),
    mergeLiteral('autoAccept', matches, ({ phone }) => phone?.autoAccept),
    mergeLiteral('afterContactWorkTimeLimit', matches, ({ phone }) => phone?.afterContactWorkTimeLimit),
    mergeLiteral('persistentConnection', matches, ({ phone }) => phone?.persistentConnection),
  ];
  const merged = combine(parts);
  const { phoneType, deskPhoneNumber } = merged.fields;
  if (phoneType !== 'DESK_PHONE' || deskPhoneNumber !== undefined || merged.problems.length > 0)
    return merged;
  return { ...merged, problems: [noDeskPhoneNumber(merged)] };
}

/** Later parts override fields of earlier ones; callers give disjoint ones. */
export function combine(parts: readonly MappedFields[]): MappedFields {
  return {
    fields: Object.assign({}, ...parts.map(({ fields }) => fields)) as MappedFields['fields'],
    trace: () => parts.flatMap(({ trace }) => trace()),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

/** Levels joined; nothing when a level is empty, since a path with a hole names no group. */
function readPath(levels: NonNullable<Assignments['hierarchy']>, subject: Subject): Reading<string> {
  const names: string[] = [];
  const facts: (() => string)[] = [];
  for (const level of levels) {
    const reading = readValue(level, subject);
    if (reading.kind !== 'value') return reading;
    names.push(reading.value);
    if (reading.fact !== null) facts.push(reading.fact);
  }
  const fact = facts.length === 0 ? null : () => facts.map((text) => text()).join(', ');
  return { kind: 'value', value: names.join(HIERARCHY_SEPARATOR), fact };
}

const NO_FIELDS: MappedFields = { fields: {}, trace: () => [], problems: [] };

function mergeNamed(
  kind: 'routingProfiles' | 'hierarchyGroups',
  field: 'routingProfileId' | 'hierarchyGroupId',
  [first, ...rest]: readonly Candidate<string>[],
  context: MergeContext,
): MappedFields {
  if (first === undefined) return NO_FIELDS;
  const found = resolve(kind, field, first.match, first.reading, context);
  return {
    fields: typeof found === 'string' ? { [field]: found } : {},
    trace: () => traceOf(field, first, rest),
    problems: typeof found === 'string' ? [] : [found],
  };
}

function mergeLiteral<K extends UserField>(
  field: K,
  matches: readonly Match[],
  read: (set: Assignments) => MappedFields['fields'][K] | undefined,
): MappedFields {
  const [first, ...rest] = candidatesOf(matches, (set) => {
    const value = read(set);
    return value === undefined ? NOTHING : { kind: 'value', value, fact: null };
  });
  if (first?.reading.kind !== 'value') return NO_FIELDS;
  return {
    fields: { [field]: first.reading.value },
    trace: () => traceOf(field, first, rest),
    problems: [],
  };
}

function mergeDeskPhoneNumber(matches: readonly Match[], { subject }: MergeContext): MappedFields {
  const field = 'deskPhoneNumber';
  const [first, ...rest] = candidatesOf(matches, ({ phone }) =>
    phone?.number === undefined ? NOTHING : readValue(phone.number, subject),
  );
  if (first === undefined) return NO_FIELDS;
  const trace = () => traceOf(field, first, rest);
  if (first.reading.kind === 'failed') {
    return { fields: {}, trace, problems: [failure(first.reading.message, field)] };
  }
  const number = first.reading.value;
  if (E164.test(number)) return { fields: { deskPhoneNumber: number }, trace, problems: [] };
  return { fields: {}, trace, problems: [{ field, ...phoneNumberFault('desk phone number', number) }] };
}

const UNKNOWN = {
  securityProfiles: 'unknownSecurityProfile',
  routingProfiles: 'unknownRoutingProfile',
  hierarchyGroups: 'unknownHierarchyGroup',
} as const;

/** The id that a reading names, or what is wrong with it. */
function resolve(
  kind: keyof typeof UNKNOWN,
  field: UserField,
  { rule }: Match,
  reading: Candidate<string>['reading'],
  { catalog, instanceAlias }: MergeContext,
): string | MappingProblem {
  if (reading.kind === 'failed') return failure(`Rule "${rule.name}": ${reading.message}`, field);
  const unknown = unknownName(kind, reading.value, catalog, instanceAlias);
  if (unknown === null) return catalog.id(kind, reading.value) as string;
  return {
    code: UNKNOWN[kind],
    field,
    detail: `Rule "${rule.name}": ${unknown.found}.`,
    remedy: `${unknown.closest} Correct the name in the rule, or create it in Amazon Connect.`,
  };
}

function tooMany(count: number): MappingProblem {
  return {
    code: 'tooManySecurityProfiles',
    field: 'securityProfileIds',
    detail: `The rules grant ${count} security profiles; Connect takes ${MAX_SECURITY_PROFILES} for a user.`,
    remedy:
      'Take the user out of groups, or let rules grant one profile that holds the permissions of several.',
  };
}

/** The text of an expression says the same to all whom it leaves without, so that they can be told together. */
function noRoutingProfile(matches: readonly Match[]): MappingProblem {
  const rules = matches.map(({ rule }) => `"${rule.name}"`).join(', ');
  const problem = { code: 'noRoutingProfile', field: 'routingProfileId' } as const;
  const asked = matches.find(({ rule }) => rule.set.routingProfile !== undefined)?.rule;
  if (asked?.set.routingProfile?.kind === 'cel')
    return {
      ...problem,
      detail: `Rule "${asked.name}" reads the routing profile from \`${asked.set.routingProfile.expression.text.trim()}\`, which yields none for this user; Connect requires one.`,
      remedy:
        'Complete what it reads, in the identity provider or in the table, or give it another value with default(…, "…").',
    };
  return {
    ...problem,
    detail: `The rules that apply (${rules}) set no routing profile; Connect requires one.`,
    remedy: 'Add routingProfile to one of them, or put a last rule for everyone with a default in the file.',
  };
}

function noDeskPhoneNumber({ trace }: MappedFields): MappingProblem {
  const rule = trace().find(({ field }) => field === 'phoneType')?.rule ?? '';
  return {
    code: 'noDeskPhoneNumber',
    field: 'deskPhoneNumber',
    detail: `Rule "${rule}" sets phone type DESK_PHONE, but no rule that applies yields a desk phone number.`,
    remedy: 'Complete the phone number in the identity provider, or set phone.number in the rule.',
  };
}
