import { describe, expect, it } from 'vitest';
import { etagMatches, etagOf, requireMatch } from '../../src/scim/etag.ts';

describe('an ETag', () => {
  it.each([
    { header: 'W/"3"', matches: true },
    { header: '"3"', matches: true },
    { header: '*', matches: true },
    { header: 'W/"2", W/"3"', matches: true },
    { header: 'W/"2"', matches: false },
    { header: '3', matches: false },
    { header: '', matches: false },
  ])('W/"3" against $header: $matches', ({ header, matches }) => {
    expect(etagMatches(header, etagOf(3))).toBe(matches);
  });

  it('that is stale refuses the change with 412', () => {
    expect(() => requireMatch('W/"2"', etagOf(3))).toThrow(expect.objectContaining({ status: 412 }) as Error);
    expect(() => requireMatch(undefined, etagOf(3))).not.toThrow();
    expect(() => requireMatch('W/"3"', etagOf(3))).not.toThrow();
  });
});
