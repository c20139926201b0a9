import type { FieldTrace, MappingProblem, MappingResult } from './mapping.ts';

/** Why a user looks as he does in one instance: data for the admin API, rendered for a terminal. */
export interface Explanation {
  readonly kind: MappingResult['kind'];
  readonly fields: readonly FieldTrace[];
  readonly problems: readonly MappingProblem[];
  /** For the unmatched: the granting rules that came closest. */
  readonly closest: readonly { readonly rule: string; readonly missing: string }[];
}

export function explainUser(_result: MappingResult): Explanation {
  throw new Error('not built yet');
}

/** Plain text lines. */
export function renderExplanation(_explanation: Explanation): string {
  throw new Error('not built yet');
}
