import type { UserProficiency, UserTags } from '../../connect/user.ts';
import type { Subject } from '../expression/subject.ts';
import { failure } from '../identity/identity.ts';
import { quoted } from '../identity/username.ts';
import type { MappingProblem, Trace } from '../mapping.ts';
import { unknownProficiency } from '../names.ts';
import type { MergeContext } from './merge.ts';
import { candidatesOf, type Match, NOTHING, readValue, traceOf } from './candidate.ts';

/** Connect's limit is 50 for a user; two are the bridge's own (API reference, CreateUser). */
const MAX_TAGS = 48;
/** API reference, TagMap. */
const MAX_VALUE_LENGTH = 256;

export interface MergedTags {
  readonly tags: UserTags;
  readonly trace: Trace;
  readonly problems: readonly MappingProblem[];
}

/** The tags that the rules set, each from the first rule that sets its key. */
export function mergeTags(matches: readonly Match[], subject: Subject): MergedTags {
  if (!matches.some(({ rule }) => rule.set.tags !== undefined)) return NO_TAGS;
  const keys = [...new Set(matches.flatMap(({ rule }) => Object.keys(rule.set.tags ?? {})))].sort();
  const tags: Record<string, string> = {};
  const traces: Trace[] = [];
  const problems: MappingProblem[] = [];
  for (const key of keys) {
    const [first, ...rest] = candidatesOf(matches, ({ tags: set }) => {
      const value = set?.[key];
      return value === undefined ? NOTHING : readValue(value, subject);
    });
    if (first === undefined) continue;
    traces.push(() =>
      traceOf('tags', first, rest).map((trace) => ({ ...trace, value: `${key}=${trace.value as string}` })),
    );
    if (first.reading.kind === 'failed') problems.push(failure(first.reading.message, 'tags'));
    else if (first.reading.value.length > MAX_VALUE_LENGTH) problems.push(tooLong(key, first.reading.value));
    else tags[key] = first.reading.value;
  }
  if (keys.length > MAX_TAGS) problems.push(tooMany(keys.length));
  return { tags, trace: () => traces.flatMap((trace) => trace()), problems };
}

const NO_TAGS: MergedTags = { tags: {}, trace: () => [], problems: [] };

export interface MergedProficiencies {
  readonly proficiencies: readonly UserProficiency[];
  readonly trace: Trace;
  readonly problems: readonly MappingProblem[];
}

/** The proficiencies that the rules set, each at the highest level; sorted by attribute and value. */
export function mergeProficiencies(
  matches: readonly Match[],
  context: Pick<MergeContext, 'catalog' | 'instanceAlias'>,
): MergedProficiencies {
  if (!matches.some(({ rule }) => rule.set.proficiencies !== undefined)) return NO_PROFICIENCIES;
  const set = matches.flatMap((match) =>
    (match.rule.set.proficiencies ?? []).map(({ attributeName, attributeValue, level }) => ({
      match,
      proficiency: { attributeName, attributeValue, level },
    })),
  );
  const byAttribute = [
    ...Map.groupBy(set, ({ proficiency: { attributeName, attributeValue } }) =>
      JSON.stringify([attributeName, attributeValue]),
    ),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  // The sort is stable: of equal levels the first rule's is named.
  const ranked = byAttribute.map(([, all]) => all.sort((a, b) => b.proficiency.level - a.proficiency.level));
  return {
    proficiencies: ranked.flatMap(([highest]) => (highest ? [highest.proficiency] : [])),
    trace: () =>
      ranked.flatMap((all) => {
        const [first, ...rest] = all.map(({ match, proficiency }) => ({
          match,
          reading: { kind: 'value' as const, value: proficiencyText(proficiency), fact: null },
        }));
        return first ? traceOf('proficiencies', first, rest) : [];
      }),
    problems: ranked.flatMap(([highest]) => (highest ? unknownProblem(highest, context) : [])),
  };
}

const NO_PROFICIENCIES: MergedProficiencies = { proficiencies: [], trace: () => [], problems: [] };

function unknownProblem(
  { match, proficiency }: { readonly match: Match; readonly proficiency: UserProficiency },
  { catalog, instanceAlias }: Pick<MergeContext, 'catalog' | 'instanceAlias'>,
): readonly MappingProblem[] {
  const unknown = unknownProficiency(proficiency, catalog, instanceAlias);
  if (unknown === null) return [];
  return [
    {
      code: 'unknownProficiency',
      field: 'proficiencies',
      detail: `Rule "${match.rule.name}": ${unknown.found}.`,
      remedy: `${unknown.closest} Correct it in the rule, or create it in Amazon Connect.`,
    },
  ];
}

/** As explanations show it: `Product: CRM 4`. */
function proficiencyText({ attributeName, attributeValue, level }: UserProficiency): string {
  return `${attributeName}: ${attributeValue} ${level}`;
}

function tooLong(key: string, value: string): MappingProblem {
  return {
    code: 'tagInvalid',
    field: 'tags',
    detail: `The tag "${key}" would be ${quoted(value)}, ${value.length} characters; Connect takes ${MAX_VALUE_LENGTH}.`,
    remedy: `Cut it in the rule: truncate(…, ${MAX_VALUE_LENGTH}).`,
  };
}

function tooMany(count: number): MappingProblem {
  return {
    code: 'tooManyTags',
    field: 'tags',
    detail: `The rules set ${count} tags; Connect takes 50 for a user, of which 2 are the bridge's own.`,
    remedy: 'Let fewer rules set tags.',
  };
}
