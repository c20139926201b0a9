import type { Zone } from './zone.ts';

const DAY_MS = 86_400_000;

/**
 * The instant that a date or time (xsd:date, xsd:dateTime) of a user means as the beginning or the end of his
 * access, in UTC milliseconds: a date begins with its first instant in the zone and ends with the day after, since
 * the last day is worked. A time is what it says; without an offset it is in the zone.
 *
 * @returns null when the text is neither
 */
export function boundaryOf(text: string, side: 'from' | 'until', zone: Zone): number | null {
  const parts = PATTERN.exec(text.trim());
  if (parts === null) return null;
  const day = dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  if (day === null) return null;
  if (parts[4] === undefined) return zone.instantOf(side === 'from' ? day : day + DAY_MS);
  const [hours, minutes, seconds] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  if (hours > 24 || minutes > 59 || seconds >= 60) return null;
  const local = day + Math.floor(((hours * 60 + minutes) * 60 + seconds) * 1000);
  return parts[7] === undefined ? zone.instantOf(local) : local - offsetOf(parts[7]);
}

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** The day as if it were in UTC; null for 30 February. */
function dayOf(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}
