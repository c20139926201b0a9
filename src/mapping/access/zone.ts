import { LRUCache } from 'lru-cache';

/** A time zone of the IANA database. */
export interface Zone {
  readonly name: string;
  /**
   * The instant at which clocks there show a local time, in UTC milliseconds. Of two such instants the first; a
   * time that clocks skip counts from before they were put forward, so that a skipped midnight is the day's first
   * instant.
   *
   * @param local the local time as if it were UTC, in milliseconds
   */
  instantOf(local: number): number;
}

const DAY_MS = 86_400_000;
/** Start and end dates repeat: whole classes of new hires begin together. */
const MAX_INSTANTS = 10_000;

/** Null when there is no zone of that name, which is `UTC` or a place, like `Europe/London`. */
export function timeZone(name: string): Zone | null {
  const format = formatOf(name);
  if (format === null) return null;
  const offset = (instant: number) => offsetAt(format, instant);
  const instants = new LRUCache<number, number>({ max: MAX_INSTANTS });
  return {
    name,
    instantOf: (local) => {
      const known = instants.get(local);
      if (known !== undefined) return known;
      const instant = instantOf(local, offset);
      instants.set(local, instant);
      return instant;
    },
  };
}

/** Clocks are changed once at most within two days, so the offsets of a day before and after are all there are. */
function instantOf(local: number, offset: (instant: number) => number): number {
  const before = local - offset(local - DAY_MS);
  const after = local - offset(local + DAY_MS);
  const shown = [before, after].filter((instant) => instant + offset(instant) === local);
  return shown.length > 0 ? Math.min(...shown) : before;
}

/** Abbreviations are several zones' own: JavaScript takes BST for Bangladesh. */
const ZONE_NAME = /^(UTC|[A-Za-z_]+\/.+)$/;

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  if (!ZONE_NAME.test(timeZone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Before 1900 places kept their own time, and nobody's contract began. */
const FIRST_OFFSET = Date.UTC(1900, 0, 1);

function offsetAt(format: Intl.DateTimeFormat, instant: number): number {
  if (instant < FIRST_OFFSET) return 0;
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
