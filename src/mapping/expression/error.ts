/** A stretch of an expression's text, in UTF-16 units; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What is wrong with an expression, and where in its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly start: number;
  readonly end: number;

  constructor(message: string, range: TextRange, cause?: unknown) {
    super(message, { cause });
    this.start = range.start;
    this.end = range.end;
  }
}
