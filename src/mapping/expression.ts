/** Placeholder type until the CEL adapter stands. */
export interface Expression {
  readonly text: string;
}
