import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../src/scim/filter/matches-filter.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { parseGroup } from '../../src/scim/parse-group.ts';
import { parseUser } from '../../src/scim/parse-user.ts';
import { applyUserPatch } from '../../src/scim/patch/apply-user-patch.ts';
import { groupPatch } from '../../src/scim/patch/group-patch.ts';
import { parsePatch } from '../../src/scim/patch/parse-patch.ts';
import type { JsonValue, ScimUserInput } from '../../src/scim/resource.ts';
import { testSchema } from './filter-resources.ts';

/** How often `work` looks at a name, an element or the list of names of the value, at any depth. */
function looksAt<T extends JsonValue>(value: T, work: (watched: T) => unknown): number {
  let looks = 0;
  const watched = (inner: JsonValue): JsonValue => {
    if (typeof inner !== 'object' || inner === null) return inner;
    return new Proxy(inner, {
      get(target, key, receiver) {
        looks += 1;
        return watched(Reflect.get(target, key, receiver) as JsonValue);
      },
      ownKeys(target) {
        looks += 1;
        return Reflect.ownKeys(target);
      },
    });
  };
  work(watched(value) as T);
  return looks;
}

const members = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ value: `u-${n}`, display: `d-${n}` }));
const emails = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: `t${n}`, value: `a${n}@acme.test` }));
const patch = (...Operations: JsonValue[]): JsonValue => ({ Operations });
const { user, group } = testSchema;

/** Each with what the amount of work is to be proportional to. */
const works: readonly { name: string; size: number; work: (size: number) => number }[] = [
  {
    name: 'reading a group, in its members',
    size: 500,
    work: (size) =>
      looksAt({ displayName: 'Blue', members: members(size) }, (body) => parseGroup(body, testSchema)),
  },
  {
    name: 'reading a PATCH of a group, in the members of one operation',
    size: 500,
    work: (size) =>
      looksAt(patch({ op: 'remove', path: 'members', value: members(size) }), (body) =>
        groupPatch(parsePatch(body, group, 'g')),
      ),
  },
  {
    name: 'reading a PATCH of a group, in operations',
    size: 250,
    work: (size) =>
      looksAt(
        patch(...members(size).map((member) => ({ op: 'add', path: 'members', value: [member] }))),
        (body) => groupPatch(parsePatch(body, group, 'g')),
      ),
  },
  {
    name: 'reading a user, in the values of a list',
    size: 50,
    work: (size) => looksAt({ userName: 'ada', emails: emails(size) }, (body) => parseUser(body, testSchema)),
  },
  {
    name: 'changing a user, in operations on a list',
    size: 30,
    work: (size) => {
      const operations = Array.from({ length: size }, (_, n) => ({
        op: 'replace',
        path: `emails[type eq "t${n}"].value`,
        value: `b${n}@acme.test`,
      }));
      const parsed = parsePatch(patch(...operations), user, 'u');
      return looksAt({ userName: 'ada', emails: emails(100) }, (current) =>
        applyUserPatch(current as unknown as ScimUserInput, parsed, testSchema),
      );
    },
  },
  {
    name: 'changing a user, in the values of a list',
    size: 50,
    work: (size) => {
      const body = patch({ op: 'remove', path: 'emails', value: [{ value: 'nobody' }] });
      const parsed = parsePatch(body, user, 'u');
      return looksAt({ userName: 'ada', emails: emails(size) }, (current) =>
        applyUserPatch(current as unknown as ScimUserInput, parsed, testSchema),
      );
    },
  },
  {
    name: 'matching a filter, in its terms',
    size: 50,
    work: (size) => {
      const text = Array.from({ length: size }, (_, n) => `emails[value co "x${n}"]`).join(' or ');
      const filter = parseFilter(text, user);
      return looksAt({ userName: 'ada', emails: emails(10) }, (document) => matchesFilter(filter, document));
    },
  },
];

describe('the work', () => {
  it.each(works)('of $name grows in proportion', ({ size, work }) => {
    const once = work(size);
    expect(once).toBeGreaterThan(size);
    expect(work(2 * size)).toBeLessThanOrEqual(2.1 * once);
    expect(work(4 * size)).toBeLessThanOrEqual(4.2 * once);
  });
});
