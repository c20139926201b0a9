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
