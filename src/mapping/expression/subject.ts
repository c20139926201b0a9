import type { UserJson } from './attributes.ts';

/** Whom an expression is asked about. */
export interface Subject {
  readonly user: UserJson;
  /** displayNames of his groups. */
  readonly groups: ReadonlySet<string>;
}
