import type { FieldTrace, MappingProblem, MappingResult, MissedRule } from './mapping.ts';

/** Why a user looks as he does in one instance. */
export interface Explanation {
  readonly kind: MappingResult['kind'];
  readonly fields: readonly FieldTrace[];
  readonly problems: readonly MappingProblem[];
  /** For the unmatched: the granting rules, nearest first. */
  readonly closest: readonly MissedRule[];
}

/** The answer as data, for the admin API and `--json`. */
export function explainUser(result: MappingResult): Explanation {
  return {
    kind: result.kind,
    fields: result.kind === 'unmatched' ? [] : result.trace(),
    problems: result.kind === 'invalid' ? result.problems : [],
    closest: result.kind === 'unmatched' ? result.closest() : [],
  };
}

/** The answer as lines of text, for a terminal. */
export function renderExplanation({ kind, fields, problems, closest }: Explanation): readonly string[] {
  switch (kind) {
    case 'mapped':
      return fields.flatMap(renderField);
    case 'invalid':
      return [
        'cannot be made as the rules want:',
        ...problems.flatMap(({ detail, remedy }) => [`  ${detail}`, `    ${remedy}`]),
        ...fields.flatMap(renderField),
      ];
    case 'unmatched':
      return [
        'no rule grants a security profile here',
        ...closest.slice(0, MAX_CLOSEST).map(({ rule, missing }) => `  rule "${rule}": ${missing}`),
      ];
    default:
      return kind satisfies never;
  }
}

/** A reader looks for the one rule that he had in mind; after a handful he reads the file instead. */
const MAX_CLOSEST = 5;

function renderField({ field, value, rule, at, because, lost }: FieldTrace): readonly string[] {
  const place = at === null ? rule : `rule "${rule}" (${at.file}:${at.line})`;
  return [
    `${field.padEnd(FIELD_WIDTH)}${JSON.stringify(value)}  from ${place}: ${because}`,
    ...lost.map(
      (loser) =>
        `${''.padEnd(FIELD_WIDTH)}rule "${loser.rule}" comes later with ${JSON.stringify(loser.value)}`,
    ),
  ];
}

/** The longest field name, and two spaces. */
const FIELD_WIDTH = 27;
