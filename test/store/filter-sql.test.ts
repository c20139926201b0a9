import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../src/scim/filter/filter.ts';
import { matchesFilter } from '../../src/scim/filter/matches-filter.ts';
import { parseFilter } from '../../src/scim/filter/parse-filter.ts';
import { AMAZON_CONNECT_SCHEMA } from '../../src/scim/resource.ts';
import type { JsonObject, ScimGroupInput, ScimUserInput } from '../../src/scim/resource.ts';
import type { Store } from '../../src/store/database.ts';
import { addMembers } from '../../src/store/group-members.ts';
import { findGroups, insertGroup, updateGroup } from '../../src/store/groups.ts';
import { findUsers } from '../../src/store/user/listed-users.ts';
import { insertUser, updateUser } from '../../src/store/users.ts';
import {
  filterGroups,
  filterUsers,
  groupFilterCases,
  testSchema,
  userFilterCases,
} from '../scim/filter-cases.ts';
import { engines } from './temporary-store.ts';

describe.each(engines)('a filter in the SQL of $engine', ({ open }) => {
  let store: Store;
  beforeAll(async () => {
    const ends: (() => Promise<void>)[] = [];
    store = await filledStore(await open((end) => ends.unshift(end)));
    return async () => {
      for (const end of ends) await end();
    };
  });

  it.each(userFilterCases)('$filter finds users "$matches"', async ({ filter, matches }) => {
    expect(await users(store, parseFilter(filter, testSchema.user))).toBe(matches);
  });

  it.each(groupFilterCases)('$filter finds groups "$matches"', async ({ filter, matches }) => {
    expect(await groups(store, parseFilter(filter, testSchema.group))).toBe(matches);
  });

  it('finds what the evaluator in memory finds, however filters are combined', async () => {
    await fc.assert(
      fc.asyncProperty(combined(userFilterCases.map(({ filter }) => filter)), async (text) => {
        const filter = parseFilter(text, testSchema.user);
        expect(await users(store, filter)).toBe(idsWhere(filter, filterUsers));
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(combined(groupFilterCases.map(({ filter }) => filter)), async (text) => {
        const filter = parseFilter(text, testSchema.group);
        expect(await groups(store, filter)).toBe(idsWhere(filter, filterGroups));
      }),
      { numRuns: 50 },
    );
  });

  it('compares any text with any operator as the evaluator does', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(
        'ada',
        'ADA@',
        '%',
        '_',
        '\\',
        '"',
        "'",
        '😀',
        'ČENĚK',
        '.test',
        '',
        '[',
        '$',
        '\u{10ffff}',
      ),
    );
    const operators = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
    const names = fc.constantFrom(
      'userName',
      'externalId',
      'displayName',
      'emails.value',
      'name.formatted',
      'title',
    );
    await fc.assert(
      fc.asyncProperty(names, operators, texts, async (name, operator, text) => {
        const filter = parseFilter(`${name} ${operator} ${JSON.stringify(text)}`, testSchema.user);
        expect(await users(store, filter)).toBe(idsWhere(filter, filterUsers));
      }),
      { numRuns: 500 },
    );
  });

  it('of a thousand terms is answered', async () => {
    const terms = Array.from({ length: 1_500 }, (_, index) => `userName eq "${index}"`);
    const filters = [...terms, 'userName eq "dan"'].map((term) => parseFilter(term, testSchema.user));
    expect(await users(store, { kind: 'or', filters })).toBe('dan');
  });

  it('on what only a reply has is refused as invalidFilter', async () => {
    const instances = `${AMAZON_CONNECT_SCHEMA}:instances`;
    for (const text of [
      'meta.location pr',
      'groups.$ref eq "x"',
      'meta[location pr]',
      `${instances}.sync eq "parked"`,
      `not (${instances}[sync eq "parked"])`,
    ]) {
      await expect(users(store, parseFilter(text, testSchema.user))).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidFilter',
      });
    }
  });
});

/** Texts that hold filters of the table, joined and negated. */
function combined(filters: readonly string[]): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(...filters),
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree'))
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      tie('tree').map((inner) => `not (${inner})`),
    ),
  })).tree;
}

function idsWhere(filter: Filter, resources: readonly JsonObject[]): string {
  return resources
    .filter((resource) => matchesFilter(filter, resource))
    .map((resource) => resource['id'] as string)
    .join(' ');
}

async function users(store: Store, filter: Filter): Promise<string> {
  const { rows } = await findUsers(store, 'main', { filter, startIndex: 1, count: 100 });
  return rows.map(({ id }) => id).join(' ');
}

async function groups(store: Store, filter: Filter): Promise<string> {
  const { rows } = await findGroups(store, 'main', { filter, startIndex: 1, count: 100 });
  return rows.map(({ id }) => id).join(' ');
}

async function filledStore(store: Store): Promise<Store> {
  await store.write(async (tx) => {
    for (const { id, meta, groups: _, ...doc } of filterUsers) {
      const { created, modified } = times(meta);
      const user = { id: id as string, directory: 'main', doc: doc as ScimUserInput, at: created };
      await updateUser(tx, await insertUser(tx, user), user.doc, modified);
    }
    for (const { id, meta, members, ...doc } of filterGroups) {
      const { created, modified } = times(meta);
      const group = {
        id: id as string,
        directory: 'main',
        doc: doc as unknown as ScimGroupInput,
        at: created,
      };
      await updateGroup(tx, await insertGroup(tx, group), group.doc, modified);
      await addMembers(tx, group.id, (members ?? []) as unknown as NonNullable<ScimGroupInput['members']>);
    }
  });
  return store;
}

function times(meta: unknown): { created: number; modified: number } {
  const { created, lastModified } = meta as { created: string; lastModified: string };
  return { created: Date.parse(created), modified: Date.parse(lastModified) };
}
