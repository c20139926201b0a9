import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { accessOf } from '../../src/mapping/access.ts';
import { boundaryOf } from '../../src/mapping/access/boundary.ts';
import { timeZone } from '../../src/mapping/access/zone.ts';

function zone(name: string) {
  const found = timeZone(name);
  if (found === null) throw new Error(name);
  return found;
}

const instant = (text: string) => Date.parse(text);

describe('a date or time as the beginning or end of access', () => {
  const cases: readonly [text: string, side: 'from' | 'until', zone: string, instant: string][] = [
    ['2026-03-02', 'from', 'UTC', '2026-03-02T00:00:00Z'],
    ['2026-03-02', 'until', 'UTC', '2026-03-03T00:00:00Z'],
    ['2026-03-02', 'from', 'Europe/London', '2026-03-02T00:00:00Z'],
    ['2026-07-02', 'from', 'Europe/London', '2026-07-01T23:00:00Z'],
    ['2026-07-02', 'from', 'America/New_York', '2026-07-02T04:00:00Z'],
    ['2026-07-02', 'from', 'Pacific/Auckland', '2026-07-01T12:00:00Z'],
    ['2026-07-02', 'from', 'Asia/Kolkata', '2026-07-01T18:30:00Z'],
    // Clocks go forward on 29 March and back on 25 October: the days have 23 and 25 hours.
    ['2026-03-29', 'from', 'Europe/London', '2026-03-29T00:00:00Z'],
    ['2026-03-29', 'until', 'Europe/London', '2026-03-29T23:00:00Z'],
    ['2026-10-25', 'from', 'Europe/London', '2026-10-24T23:00:00Z'],
    ['2026-10-25', 'until', 'Europe/London', '2026-10-26T00:00:00Z'],
    // Beirut and Cairo skip midnight: the day begins at one o'clock.
    ['2026-03-29', 'from', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
    ['2026-04-24', 'from', 'Africa/Cairo', '2026-04-23T22:00:00Z'],
    // Samoa had no 30 December 2011.
    ['2011-12-30', 'from', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2011-12-31', 'from', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    // Half past one in London: skipped in March, twice in October, of which the first counts.
    ['2026-03-29T01:30:00', 'from', 'Europe/London', '2026-03-29T01:30:00Z'],
    ['2026-10-25T01:30:00', 'until', 'Europe/London', '2026-10-25T00:30:00Z'],
    ['2026-07-02T18:00:00', 'until', 'Europe/London', '2026-07-02T17:00:00Z'],
    ['2026-07-02T18:00:00Z', 'until', 'Europe/London', '2026-07-02T18:00:00Z'],
    ['2026-07-02T18:00:00.5+02:00', 'until', 'Europe/London', '2026-07-02T16:00:00.5Z'],
    ['2026-07-02T18:00:00-05:30', 'from', 'UTC', '2026-07-02T23:30:00Z'],
    [' 2026-03-02 ', 'from', 'UTC', '2026-03-02T00:00:00Z'],
    ['9999-12-31', 'from', 'Europe/London', '9999-12-31T00:00:00Z'],
    ['0001-01-01', 'from', 'Europe/London', '0001-01-01T00:00:00Z'],
  ];
  it.each(cases)('%s as %s in %s is %s', (text, side, name, expected) => {
    expect(boundaryOf(text, side, zone(name))).toBe(instant(expected));
  });

  it.each([
    '',
    'tomorrow',
    '2026-02-30',
    '2026-13-01',
    '02/03/2026',
    '2026-3-2',
    '2026-03-02T25:00:00',
    '2026-03-02T18',
  ])('%j is none', (text) => expect(boundaryOf(text, 'from', zone('UTC'))).toBeNull());

  it('a day begins where the one before ends, in every zone', () => {
    const names = Intl.supportedValuesOf('timeZone').map((name) => fc.constant(name));
    const days = fc.integer({ min: Date.UTC(1990, 0) / 86_400_000, max: Date.UTC(2040, 0) / 86_400_000 });
    fc.assert(
      fc.property(fc.oneof(...names), days, (name, day) => {
        const dateOf = (at: number) => new Date(at * 86_400_000).toISOString().slice(0, 10);
        const until = boundaryOf(dateOf(day), 'until', zone(name)) ?? NaN;
        expect(boundaryOf(dateOf(day + 1), 'from', zone(name))).toBe(until);
        // The zone's own clock agrees: a moment later it is the next day.
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short' }).format(until);
        expect(shown >= dateOf(day + 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('a zone that there is not is none', () => expect(timeZone('Europe/Lndon')).toBeNull());
});

describe('access', () => {
  const extensions = {
    acme: { urn: 'urn:acme:1.0:User', attributes: { start: 'date', end: 'date', status: 'string' } },
  } as const;
  const load = (access: string) =>
    loadMapping(
      `version: 1
username: { value: user.userName }
identity: { firstName: user.name.givenName, lastName: user.name.familyName }
rules: [{ name: r, when: { group: A }, set: { securityProfiles: [Agent] } }]
${access}`,
      'mapping.yaml',
      extensions,
    );
  const mapping = load(
    'access: { from: user.acme.start, until: user.acme.end, zone: Europe/London, suspendWhen: user.acme.status == "leave" }',
  );
  const ask = (acme: object, now: string) => accessOf({ 'urn:acme:1.0:User': acme }, mapping, instant(now));
  const ana = { start: '2026-07-01', end: '2026-07-31' };

  it.each([
    ['2026-06-30T22:59:59Z', false, 'notYet', '2026-06-30T23:00:00Z'],
    ['2026-06-30T23:00:00Z', true, null, '2026-07-31T23:00:00Z'],
    ['2026-07-31T22:59:59Z', true, null, '2026-07-31T23:00:00Z'],
    ['2026-07-31T23:00:00Z', false, 'ended', null],
  ])('at %s is %s (%s), next looked at %s', (now, active, cause, next) => {
    const nextBoundaryAt = next === null ? null : instant(next);
    expect(ask(ana, now)).toMatchObject({ active, cause, nextBoundaryAt, problem: null });
  });

  it('is without limit where a date is empty, and where the file says nothing', () => {
    expect(ask({}, '2026-07-15T00:00:00Z')).toMatchObject({ active: true, nextBoundaryAt: null });
    expect(accessOf({}, load(''), 0)).toMatchObject({ active: true, nextBoundaryAt: null });
  });

  it('is suspended by an attribute, whatever the dates say, and still knows the next date', () => {
    expect(ask({ ...ana, status: 'leave' }, '2026-07-15T00:00:00Z')).toEqual({
      active: false,
      cause: 'suspendWhen',
      because: 'user.acme.status = "leave"',
      nextBoundaryAt: instant('2026-07-31T23:00:00Z'),
      problem: null,
    });
  });

  it('names a date that cannot be read, and changes nothing for it', () => {
    expect(ask({ ...ana, end: 'soon' }, '2027-01-01T00:00:00Z')).toMatchObject({
      active: true,
      problem: { code: 'dateInvalid', detail: expect.stringContaining('access.until is "soon"') as string },
    });
  });

  it('names an expression without a value', () => {
    const { active, problem } = accessOf({}, load('access: { suspendWhen: "user.emails[0].primary" }'), 0);
    expect([active, problem?.code]).toEqual([true, 'expressionFailed']);
  });
});
