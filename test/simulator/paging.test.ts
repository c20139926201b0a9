import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { page } from '../../src/simulator/wire/paging.ts';

test('whatever is deleted between pages, every item that stays is given exactly once', () => {
  const run = fc.record({
    count: fc.integer({ min: 0, max: 30 }),
    maxResults: fc.integer({ min: 1, max: 7 }),
    deletions: fc.array(fc.integer({ min: 0, max: 29 })),
  });
  fc.assert(
    fc.property(run, ({ count, maxResults, deletions }) => {
      let items = Array.from({ length: count }, (_, order) => ({ order }));
      const pending = [...deletions];
      const given: number[] = [];
      let nextToken: string | undefined;
      do {
        const { items: some, NextToken } = page(items, { scope: 'ListUsers acme', maxResults, nextToken });
        given.push(...some.map(({ order }) => order));
        const deleted = pending.shift();
        items = items.filter(({ order }) => order !== deleted);
        nextToken = NextToken;
      } while (nextToken !== undefined);
      expect(new Set(given).size).toBe(given.length);
      expect(given).toEqual(expect.arrayContaining(items.map(({ order }) => order)));
    }),
  );
});

test('the last page has no token, also when it is full', () => {
  const items = [{ order: 0 }, { order: 1 }];
  expect(page(items, { scope: 'x', maxResults: 2, nextToken: undefined })).toEqual({ items });
});

test('a token of another list is refused', () => {
  const items = [{ order: 0 }, { order: 1 }];
  const { NextToken: nextToken } = page(items, { scope: 'ListUsers a', maxResults: 1, nextToken: undefined });
  expect(() => page(items, { scope: 'ListUsers b', maxResults: 1, nextToken })).toThrow('NextToken');
});
