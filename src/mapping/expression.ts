/** A SCIM user as stored: plain JSON, extensions under their schema URN. */
export type UserJson = Readonly<Record<string, unknown>>;

/** What an expression can yield; ints come as numbers. */
export type ExpressionType = 'string' | 'bool' | 'int' | 'list<string>';

/** A compiled CEL expression over `user`. */
export interface Expression {
  readonly text: string;
  /** Attribute paths that it reads, e.g. `user.name.givenName`, in order of appearance. */
  readonly facts: readonly string[];
  /** @throws ExpressionError when the values at hand do not allow it, e.g. an index out of range */
  evaluate(user: UserJson): unknown;
}
