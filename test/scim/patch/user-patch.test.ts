import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/error.ts';
import { parseUser } from '../../../src/scim/parse-user.ts';
import { applyUserPatch } from '../../../src/scim/patch/apply-user-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { quirks } from '../../../src/scim/quirks.ts';
import type { JsonObject, JsonValue, ScimUserInput } from '../../../src/scim/resource.ts';
import { isJsonObject } from '../../../src/scim/resource.ts';
import { leafOf } from '../../../src/scim/schema/attribute-path.ts';
import { testSchema } from '../filter-resources.ts';
import { patchedUser, userPatchCases } from '../patch-cases.ts';

const user = parseUser(patchedUser, testSchema);

describe('PATCH of a user', () => {
  it.each(userPatchCases.filter((row) => row.becomes))('$name', ({ operations, becomes }) => {
    const before = structuredClone(user);
    const patched = patch(user, operations);
    expect(patched.user).toEqual(withDifferences(user, becomes ?? {}));
    expect(patched.changed).toBe(Object.keys(becomes ?? {}).length > 0);
    expect(user).toEqual(before);
  });

  it.each(userPatchCases.filter((row) => row.error))('refuses $name', ({ operations, error }) => {
    expect(outcome(() => patch(user, operations))).toBe(error);
  });

  it.each(userPatchCases.filter((row) => row.becomes))(
    '$name: sent again, it changes nothing',
    ({ operations }) => {
      const once = patch(user, operations).user;
      expect(patch(once, operations)).toEqual({ user: once, changed: false });
    },
  );

  it('takes member names of the message in any case', () => {
    const body = { OPERATIONS: [{ Op: 'replace', Path: 'title', Value: 'Lead' }] };
    const operations = parsePatch(body, testSchema.user, 'u-1');
    expect(applyUserPatch(user, operations, testSchema).user.title).toBe('Lead');
  });

  it('names the operation and the attribute in an error', () => {
    const operations = [{ op: 'add', path: 'emails', value: [{ value: 7 }] }];
    expect(() => patch(user, operations)).toThrow(
      'Operations[0]: emails[0].value is the number 7. Expected a string.',
    );
  });

  it('shows neither long nor structured values in an error', () => {
    expect(() => patch(user, [{ op: 'replace', path: 'active', value: 'x'.repeat(500) }])).toThrow(/x{59}…/);
    expect(() => patch(user, [{ op: 'replace', path: 'title', value: ['secret', 'other'] }])).toThrow(
      'a list of 2',
    );
  });
});

describe('the quirks table', () => {
  const sent = userPatchCases.flatMap(({ operations }) => (Array.isArray(operations) ? operations : []));
  const operations = sent.filter(isJsonObject).map(({ op, path, value }) => ({ op, path, value }));
  const values = operations.flatMap(({ path, value }) =>
    typeof path === 'string' ? [[path, value]] : isJsonObject(value) ? Object.entries(value) : [],
  ) as readonly [string, JsonValue][];

  it.each(quirks)('$name: is met in the cases above', (quirk) => {
    const met =
      quirk.kind === 'operation'
        ? operations.some(
            (operation) => JSON.stringify(quirk.rewrite(operation)) !== JSON.stringify(operation),
          )
        : values.some(([name, value]) => {
            const path = testSchema.user.paths.get(name.toLowerCase());
            return path && quirk.applies(leafOf(path), value ?? null);
          });
    expect(met).toBe(true);
  });
});

describe('properties of PATCH', () => {
  const good = userPatchCases
    .filter((row) => row.becomes)
    .map((row) => row.operations as readonly JsonValue[]);

  it('any two accepted requests in one are the same as one after the other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.constantFrom(...good), (first, second) => {
        const apart = patch(patch(user, first).user, second).user;
        expect(patch(user, [...first, ...second]).user).toEqual(apart);
      }),
    );
  });

  it('at most one element of a list is primary, and none is there twice', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...good), { maxLength: 6 }), (requests) => {
        const emails = patch(user, requests.flat()).user.emails ?? [];
        const pairs = emails.map(({ type, value }) => JSON.stringify([type, value]));
        expect(emails.filter(({ primary }) => primary).length).toBeLessThanOrEqual(1);
        expect(new Set(pairs).size).toBe(pairs.length);
      }),
    );
  });

  it('whatever is sent is applied or refused with a 4xx', () => {
    const paths = fc.oneof(
      fc.constantFrom(
        'emails',
        'emails[type eq "work"]',
        'name',
        'active',
        'roles.value',
        'id',
        '__proto__',
        'schemas',
      ),
      fc.string({ maxLength: 30 }),
    );
    const operation = fc.record(
      {
        op: fc.constantFrom('add', 'Replace', 'remove', 'x'),
        path: paths,
        value: fc.jsonValue({ maxDepth: 3 }),
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 5 }), (operations) => {
        expect(outcome(() => patch(user, operations as JsonValue))).toMatch(/^(ok|4\d\d .*)$/);
      }),
      { numRuns: 1_000 },
    );
  });
});

function patch(current: ScimUserInput, operations: JsonValue): { user: ScimUserInput; changed: boolean } {
  const parsed = parsePatch({ Operations: operations }, testSchema.user, 'u-1');
  return applyUserPatch(current, parsed, testSchema);
}

function withDifferences(document: JsonObject, differences: JsonObject): JsonObject {
  const entries = Object.entries({ ...document, ...differences });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

function outcome(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return error instanceof ScimError ? `${error.status} ${error.scimType}` : String(error);
  }
}
