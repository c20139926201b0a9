import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/error.ts';
import { parseJson } from '../../src/scim/json.ts';
import type { JsonValue } from '../../src/scim/resource.ts';

describe('a JSON body', () => {
  it.each([
    { text: '{"a":1,"a":2}', says: '"a" twice' },
    { text: '{"a":1,"\\u0061":2}', says: '"a" twice' },
    { text: '[{"x":{"b":[],"c":{},"b":0}}]', says: '"b" twice' },
    { text: `${'['.repeat(33)}${']'.repeat(33)}`, says: 'deeper than 32' },
    { text: `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, says: 'deeper than 32' },
    { text: '['.repeat(100_000), says: 'deeper than 32' },
    {
      text: `{${Array.from({ length: 1_001 }, (_, n) => `"${n}":1`).join(',')}}`,
      says: 'more than 1000 names',
    },
    { text: `[${'1,'.repeat(60_000)}1]`, says: 'more than 60000 values' },
    { text: '{"\\x":1}', says: 'not JSON' },
    { text: '{"a', says: 'not JSON' },
    { text: '"a\\', says: 'not JSON' },
    { text: '', says: 'not JSON' },
    { text: '{"a":1', says: 'not JSON' },
    { text: "{'a':1}", says: 'not JSON' },
    { text: '{"a":NaN}', says: 'not JSON' },
    { text: '{"secret":"hunter2",}', says: 'not JSON: it cannot be read at position 20.' },
  ])('refuses $text.length characters: $says', ({ text, says }) => {
    expect(() => parse(text)).toThrow(ScimError);
    expect(() => parse(text)).toThrow(says);
  });

  it('refuses what is not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toThrow('not UTF-8');
  });

  it.each([
    '{"a":{"b":1},"b":2}',
    '[{"a":1},{"a":2}]',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '{"a":"{","b":"}"}',
    '{"a":["a","a"]}',
  ])('accepts %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('keeps a prototype name as a plain name', () => {
    const value = parse('{"__proto__":{"admin":true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { admin?: boolean }).admin).toBeUndefined();
  });

  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        expect(parse(JSON.stringify(value, null, 1))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

function parse(text: string): JsonValue {
  return parseJson(new TextEncoder().encode(text));
}
