import type { UserJson } from './attributes.ts';

/** Whom an expression is asked about. */
export interface Subject {
  readonly user: UserJson;
  /** Names of his groups, as rules know them. */
  readonly groups: ReadonlySet<string>;
}
