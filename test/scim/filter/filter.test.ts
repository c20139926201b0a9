import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/error.ts';
import type { Filter } from '../../../src/scim/filter/filter.ts';
import { matchesFilter } from '../../../src/scim/filter/matches-filter.ts';
import { parseFilter, parseFilterAcrossTypes, parseWhole } from '../../../src/scim/filter/parse-filter.ts';
import { TokenReader } from '../../../src/scim/filter/tokens.ts';
import type { JsonObject } from '../../../src/scim/resource.ts';
import type { ResourceSchema } from '../../../src/scim/schema.ts';
import { badFilterCases, groupFilterCases, userFilterCases } from '../filter-cases.ts';
import { filterGroups, filterUsers, testSchema } from '../filter-resources.ts';

const filters = [...userFilterCases, ...badFilterCases].map(({ filter }) => filter);

describe('a filter', () => {
  it.each(userFilterCases)('$filter finds users "$matches"', ({ filter, matches }) => {
    expect(found(parseFilter(filter, testSchema.user), filterUsers)).toBe(matches);
  });

  it.each(groupFilterCases)('$filter finds groups "$matches"', ({ filter, matches }) => {
    expect(found(parseFilter(filter, testSchema.group), filterGroups)).toBe(matches);
  });

  it.each(badFilterCases)('$filter is refused: $says', ({ filter, says }) => {
    const error = refusal(() => parseFilter(filter, testSchema.user));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(error.detail).toContain(says);
  });

  it('over both types takes an attribute of the other type as having no value', () => {
    const overUsers = acrossTypes('members.value eq "ada" or userName eq "dan"', testSchema.user);
    const overGroups = acrossTypes('not (userName pr) and displayName sw "b"', testSchema.group);
    expect(found(overUsers, filterUsers)).toBe('dan');
    expect(found(overGroups, filterGroups)).toBe('blue');
    expect(() => acrossTypes('colour eq "red"', testSchema.user)).toThrow('no attribute "colour"');
  });

  it('keeps on working after unicode that changes length when folded', () => {
    const user = { userName: 'İstanbul ẞ' };
    expect(matchesFilter(parseFilter('userName eq "i̇stanbul ß"', testSchema.user), user)).toBe(true);
  });
});

describe('properties of filters', () => {
  const filterTree = fc.constantFrom(...userFilterCases.map(({ filter }) => filter));

  it('double negation changes nothing', () => {
    fc.assert(
      fc.property(filterTree, (filter) => {
        expect(users(`not (not (${filter}))`)).toBe(users(filter));
      }),
    );
  });

  it('De Morgan holds', () => {
    fc.assert(
      fc.property(filterTree, filterTree, (a, b) => {
        expect(users(`not ((${a}) and (${b}))`)).toBe(users(`not (${a}) or not (${b})`));
        expect(users(`not ((${a}) or (${b}))`)).toBe(users(`not (${a}) and not (${b})`));
      }),
    );
  });

  it('"and" binds tighter than "or"', () => {
    fc.assert(
      fc.property(filterTree, filterTree, filterTree, (a, b, c) => {
        expect(users(`(${a}) or (${b}) and (${c})`)).toBe(users(`(${a}) or ((${b}) and (${c}))`));
      }),
    );
  });

  it('any text in quotes finds the user who has it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0'));
        const filter = parseFilter(`displayName eq ${JSON.stringify(text)}`, testSchema.user);
        expect(matchesFilter(filter, { displayName: text })).toBe(true);
        expect(matchesFilter(filter, { displayName: `${text}.` })).toBe(false);
      }),
    );
  });

  it('whatever is sent is parsed or refused with a 400', () => {
    const noise = fc.array(
      fc.oneof(fc.constantFrom(...'()[]". \\nand not eq pr emails type'.split(/(?<= )/)), fc.string()),
      { maxLength: 30 },
    );
    const mutated = fc
      .tuple(fc.constantFrom(...filters), fc.nat(200), fc.string({ maxLength: 3 }))
      .map(([filter, at, inserted]) => filter.slice(0, at) + inserted + filter.slice(at + 1));
    fc.assert(
      fc.property(
        fc.oneof(
          noise.map((parts) => parts.join('')),
          mutated,
        ),
        (filter) => {
          expect(outcome(() => parseFilter(filter, testSchema.user))).toMatch(/^(ok|400 invalidFilter)$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('parsing looks at each token a bounded number of times', () => {
    const pathological = [
      `userName eq "${'\\a'.repeat(3_000)}`,
      Array.from({ length: 250 }, () => '(title pr or title pr)').join(' and '),
      `${'not ('.repeat(30)}title pr${')'.repeat(30)}`,
      '('.repeat(8_000),
      Array.from({ length: 700 }, () => 'title pr').join(' or '),
    ];
    for (const text of pathological) {
      const steps = stepsOf(text);
      expect(steps).toBeLessThanOrEqual(4 * text.length);
    }
  });
});

/** Tokens that the parser looked at, or 0 when the tokenizer had refused. */
function stepsOf(text: string): number {
  let reader: TokenReader | undefined;
  try {
    reader = new TokenReader(text);
    parseWhole(reader, (name) => testSchema.user.paths.get(name.text.toLowerCase()));
  } catch (error) {
    expect(error).toBeInstanceOf(ScimError);
  }
  return reader?.reads ?? 0;
}

function acrossTypes(filter: string, schema: ResourceSchema): Filter {
  return parseFilterAcrossTypes(filter, schema, [testSchema.user, testSchema.group]);
}

function users(filter: string): string {
  return found(parseFilter(filter, testSchema.user), filterUsers);
}

function found(filter: Filter, resources: readonly JsonObject[]): string {
  return resources
    .filter((resource) => matchesFilter(filter, resource))
    .map((resource) => resource['id'] as string)
    .join(' ');
}

function refusal(act: () => unknown): ScimError {
  try {
    act();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function outcome(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return error instanceof ScimError ? `${error.status} ${error.scimType}` : String(error);
  }
}
