/**
 * The form in which attributes with caseExact=false are compared. The store keeps the same form in its
 * folded columns, so that SQL and the in-memory evaluator agree.
 */
export function foldCase(text: string): string {
  // Composing is most of the cost, and ASCII, which is most of the texts, is composed.
  return (NOT_ASCII.test(text) ? text.normalize('NFC') : text).toLowerCase();
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Order by code point, as SQLite and PostgreSQL (collation "C") order text: negative, 0 or positive. */
export function compareText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/**
 * Why a text cannot be stored, or undefined. PostgreSQL refuses NUL, and a lone surrogate has no UTF-8 form,
 * so it would come back changed.
 */
export function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'a NUL character (U+0000)';
  if (!text.isWellFormed()) return 'half of a surrogate pair';
  return undefined;
}
