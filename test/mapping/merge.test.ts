import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignments, Rule, Value } from '../../src/mapping/mapping.ts';
import type { Match } from '../../src/mapping/merge/candidate.ts';
import { mergeProficiencies, mergeTags } from '../../src/mapping/merge/tags.ts';
import { catalog } from './acme.ts';

const at = { file: 'mapping.yaml', line: 1, column: 1 };
const text = (value: string): Value => ({ kind: 'literal', text: value, at });
const subject = { user: {}, groups: new Set<string>() };

function match(name: string, set: Assignments): Match {
  const rule: Rule = { name, when: { kind: 'group', name }, set, instances: null, instancesAt: [], at };
  return { rule, fact: () => `member of "${name}"` };
}

describe('tags', () => {
  it('add up, each key from the first rule that sets it', () => {
    const merged = mergeTags(
      [
        match('a', { tags: { site: text('leeds') } }),
        match('b', { tags: { site: text('london'), team: text('x') } }),
      ],
      subject,
    );
    expect(merged.tags).toEqual({ site: 'leeds', team: 'x' });
    expect(merged.trace()).toEqual([
      {
        field: 'tags',
        value: 'site=leeds',
        rule: 'a',
        at,
        because: 'member of "a"',
        lost: [{ rule: 'b', at, value: 'london' }],
      },
      { field: 'tags', value: 'team=x', rule: 'b', at, because: 'member of "b"', lost: [] },
    ]);
    expect(merged.problems).toEqual([]);
  });

  it('are refused beyond what Connect takes', () => {
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`k${index}`, text('x')]));
    expect(mergeTags([match('a', { tags: many })], subject).problems).toMatchObject([
      { code: 'tooManyTags' },
    ]);
    const long = mergeTags([match('a', { tags: { note: text('x'.repeat(257)) } })], subject);
    expect([long.tags, long.problems[0]?.code]).toEqual([{}, 'tagInvalid']);
  });
});

/** As a rule has them, by attribute and value. */
function assigned(levels: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  return Object.entries(levels).flatMap(([attributeName, values]) =>
    Object.entries(values).map(([attributeValue, level]) => ({
      attributeName,
      attributeValue,
      level,
      attributeAt: at,
      valueAt: at,
    })),
  );
}

describe('proficiencies', () => {
  const context = { catalog, instanceAlias: 'uk' };

  it('add up, each at its highest level, in one order', () => {
    const merged = mergeProficiencies(
      [
        match('a', { proficiencies: assigned({ Product: { CRM: 2 }, Language: { French: 5 } }) }),
        match('b', { proficiencies: assigned({ Product: { CRM: 4, Billing: 1 } }) }),
      ],
      context,
    );
    expect(merged.proficiencies).toEqual([
      { attributeName: 'Language', attributeValue: 'French', level: 5 },
      { attributeName: 'Product', attributeValue: 'Billing', level: 1 },
      { attributeName: 'Product', attributeValue: 'CRM', level: 4 },
    ]);
    expect(merged.trace().at(-1)).toMatchObject({
      value: 'Product: CRM 4',
      rule: 'b',
      lost: [{ rule: 'a', at, value: 'Product: CRM 2' }],
    });
  });

  it('do not depend on the order of the rules', () => {
    const level = fc.integer({ min: 1, max: 5 });
    const set = fc.record({ Product: fc.record({ CRM: level, Billing: level }, { requiredKeys: [] }) });
    fc.assert(
      fc.property(fc.array(set, { maxLength: 5 }), (sets) => {
        const matches = sets.map((levels, index) => match(`r${index}`, { proficiencies: assigned(levels) }));
        expect(mergeProficiencies(matches.toReversed(), context).proficiencies).toEqual(
          mergeProficiencies(matches, context).proficiencies,
        );
      }),
    );
  });
});
