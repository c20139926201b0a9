import type { Subject } from '../expression/subject.ts';
import { readText } from '../identity/identity.ts';
import type { Assignments, FieldTrace, MappedField, Rule, Value } from '../mapping.ts';

/** A rule that applies to a user, with the fact by which it does. */
export interface Match {
  readonly rule: Rule;
  readonly fact: () => string;
}

/** What a rule says of a field for a user; `fact` is the attribute it rests on, null for a literal. */
export type Reading<T> =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly value: T; readonly fact: (() => string) | null }
  | { readonly kind: 'failed'; readonly message: string };

export interface Candidate<T> {
  readonly match: Match;
  readonly reading: Exclude<Reading<T>, { readonly kind: 'nothing' }>;
}

export const NOTHING = { kind: 'nothing' } as const;

export function readValue(value: Value, subject: Subject): Reading<string> {
  if (value.kind === 'literal') return { kind: 'value', value: value.text, fact: null };
  const reading = readText(value.expression, subject);
  if (reading.kind === 'failed') return reading;
  return reading.text === ''
    ? NOTHING
    : { kind: 'value', value: reading.text, fact: () => value.expression.factText(subject) };
}

/** What the rules that apply say of a field, in their order; rules that say nothing are left out. */
export function candidatesOf<T>(
  matches: readonly Match[],
  read: (set: Assignments) => Reading<T>,
): readonly Candidate<T>[] {
  const found: Candidate<T>[] = [];
  for (const match of matches) {
    const reading = read(match.rule.set);
    if (reading.kind !== 'nothing') found.push({ match, reading });
  }
  return found;
}

export function traceOf<T>(
  field: MappedField,
  { match, reading }: Candidate<T>,
  rest: readonly Candidate<T>[],
): readonly FieldTrace[] {
  const fact = reading.kind === 'value' ? (reading.fact?.() ?? '') : '';
  return [
    {
      field,
      value: reading.kind === 'value' ? reading.value : null,
      rule: match.rule.name,
      at: match.rule.at,
      because: fact === '' ? match.fact() : `${match.fact()}; ${fact}`,
      lost: rest.flatMap(({ match: loser, reading: lost }) =>
        lost.kind === 'value' ? [{ rule: loser.rule.name, at: loser.rule.at, value: lost.value }] : [],
      ),
    },
  ];
}
