const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$/i;

/**
 * The moment that an xsd:dateTime (RFC 7643 §2.3.5) or a full date names. Without an offset it is UTC.
 *
 * @returns UTC milliseconds, or undefined when it is no date
 */
export function parseInstant(text: string): number | undefined {
  const match = DATE_TIME.exec(text) ?? DATE.exec(text);
  if (!match || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return undefined;
  const instant = Date.parse(match[0].length > 10 && !match[6] ? `${text}Z` : text.toUpperCase());
  return Number.isNaN(instant) ? undefined : instant;
}

/** `Date.parse` turns 30 February into 1 March. */
function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
