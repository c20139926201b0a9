import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../src/scim/cursor.ts';
import { ScimError } from '../../src/scim/error.ts';
import { listResponse, parseListQuery, searchParameters } from '../../src/scim/list.ts';
import { testSchema } from './filter-resources.ts';

const parse = (parameters: Readonly<Record<string, unknown>>) => parseListQuery(parameters, testSchema.user);

describe('a list query', () => {
  it.each([
    { sent: {}, startIndex: 1, count: 100 },
    { sent: { startIndex: '1', count: '2' }, startIndex: 1, count: 2 },
    { sent: { startIndex: '0' }, startIndex: 1, count: 100 },
    { sent: { startIndex: '-5', count: '-5' }, startIndex: 1, count: 0 },
    { sent: { count: '0' }, startIndex: 1, count: 0 },
    { sent: { count: '100000' }, startIndex: 1, count: 1_000 },
    { sent: { startIndex: '999999999999' }, startIndex: 999_999_999_999, count: 100 },
    { sent: { startIndex: 3, count: 4 }, startIndex: 3, count: 4 },
    { sent: { startIndex: '', count: '' }, startIndex: 1, count: 100 },
  ])('$sent is startIndex $startIndex, count $count', ({ sent, startIndex, count }) => {
    expect(parse(sent)).toMatchObject({ start: { kind: 'index', startIndex }, count });
  });

  it.each([
    { sent: { count: 'many' }, error: 'invalidValue' },
    { sent: { startIndex: '1.5' }, error: 'invalidValue' },
    { sent: { startIndex: '99999999999999999999' }, error: 'invalidValue' },
    { sent: { count: ['1', '2'] }, error: 'invalidValue' },
    { sent: { filter: ['a', 'b'] }, error: 'invalidSyntax' },
    { sent: { filter: 'userName' }, error: 'invalidFilter' },
    { sent: { sortBy: 'colour' }, error: 'invalidPath' },
    { sent: { sortBy: 'name' }, error: 'invalidPath' },
    { sent: { sortBy: 'userName', sortOrder: 'up' }, error: 'invalidValue' },
    { sent: { attributes: 'id', excludedAttributes: 'name' }, error: 'invalidSyntax' },
    { sent: { cursor: '', startIndex: '1' }, error: 'invalidValue' },
    { sent: { cursor: 'x' }, error: 'invalidCursor' },
  ])('refuses $sent as $error', ({ sent, error }) => {
    expect(() => parse(sent)).toThrow(expect.objectContaining({ status: 400, scimType: error }) as ScimError);
  });

  it('sorts by the value of a complex attribute', () => {
    const { sort } = parse({ sortBy: 'emails', sortOrder: 'Descending' });
    expect(sort).toMatchObject({ path: { keys: ['emails', 'value'] }, descending: true });
  });

  it('reads a search body with names in any case and values as JSON', () => {
    const query = parse(
      searchParameters({ StartIndex: 2, COUNT: 5, Attributes: ['id', 'name'], filter: 'title pr' }),
    );
    expect(query).toMatchObject({
      start: { startIndex: 2 },
      count: 5,
      filter: { kind: 'present' },
      projection: { kind: 'only', paths: new Set(['id', 'name']) },
    });
    const nothing = { cursor: null, startIndex: null, count: null, filter: null, sortBy: null };
    expect(parse(searchParameters(nothing))).toEqual(parse({}));
    expect(() => searchParameters([])).toThrow(ScimError);
  });
});

describe('a cursor', () => {
  it('begins empty and continues where the page ended', () => {
    expect(parse({ cursor: '' }).start).toEqual({ kind: 'cursor', after: undefined });
    const { fingerprint } = parse({ filter: 'title pr', sortBy: 'userName' });
    const cursor = encodeCursor({ after: ['Ada', 'u-1'], fingerprint });
    const next = parse({ filter: 'title pr', sortBy: 'userName', cursor, count: '7' });
    expect(next.start).toEqual({ kind: 'cursor', after: ['Ada', 'u-1'] });
  });

  it.each([
    { name: 'another filter', parameters: { filter: 'active eq true' } },
    { name: 'another order', parameters: { filter: 'title pr', sortBy: 'userName' } },
  ])('of $name is refused', ({ parameters }) => {
    const cursor = encodeCursor({ after: ['u-1'], fingerprint: parse({ filter: 'title pr' }).fingerprint });
    expect(() => parse({ ...parameters, cursor })).toThrow('of a query with another filter or order');
  });

  it.each(['null', '[]', '[1,2]', '[[{}],"x"]', '{'])('holding %s is refused', (text) => {
    const cursor = Buffer.from(text).toString('base64url');
    expect(() => parse({ cursor })).toThrow('not one this server gave out');
  });
});

describe('a ListResponse', () => {
  it('counts what is on the page, in integers', () => {
    const text = listResponse({ resources: ['{"id":"a"}', '{"id":"b"}'], totalResults: 7, startIndex: 3 });
    expect(JSON.parse(text)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 7,
      itemsPerPage: 2,
      startIndex: 3,
      Resources: [{ id: 'a' }, { id: 'b' }],
    });
  });

  it('of nothing has an empty list', () => {
    expect(JSON.parse(listResponse({ resources: [], totalResults: 0, startIndex: 1 }))).toMatchObject({
      totalResults: 0,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  it('found by cursor has the next one and no startIndex', () => {
    const page = JSON.parse(listResponse({ resources: ['{}'], totalResults: 2, nextCursor: 'x' })) as object;
    expect(page).toMatchObject({ nextCursor: 'x' });
    expect(page).not.toHaveProperty('startIndex');
  });
});
