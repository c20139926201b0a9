import type { SqlBool, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Comparand, Filter } from '../../scim/filter/filter.ts';
import { filterSql } from './filter-sql.ts';
import type { Sql } from './leaf.ts';
import type { ListQuery } from './page.ts';
import type { Scope } from './scope.ts';

/** The condition for rows of `scim_user` that are in the directory and match; null matches all. */
export function usersMatching(directory: string, filter: Filter | null, scope: Scope): RawBuilder<SqlBool> {
  if (!filter) return sql<SqlBool>`scim_user.directory = ${directory}`;
  const matches = filterSql(filter, scope);
  const ids = userCandidates(directory, filter);
  if (ids) {
    return sql<SqlBool>`scim_user.id in (${ids}) and ${unindexed('scim_user.directory')} = ${directory} and ${matches}`;
  }
  return sql<SqlBool>`scim_user.directory = ${directory} and ${matches}`;
}

/** The condition for rows of `scim_group` that are in the directory and match; null matches all. */
export function groupsMatching(directory: string, filter: Filter | null, scope: Scope): RawBuilder<SqlBool> {
  if (!filter) return sql<SqlBool>`scim_group.directory = ${directory}`;
  const matches = filterSql(filter, scope);
  const member = equalValue(filter, 'members', 'value');
  return member?.kind === 'exact'
    ? sql<SqlBool>`scim_group.id in (select group_id from group_member where member_id = ${member.value}) and ${unindexed('scim_group.directory')} = ${directory} and ${matches}`
    : sql<SqlBool>`scim_group.directory = ${directory} and ${matches}`;
}

/**
 * Whether an index leads to the few resources that can match. All else may look at every one of them, and is not for
 * the event loop.
 */
export function isLookup(filter: Filter, resourceType: 'User' | 'Group'): boolean {
  return LOOKUPS[resourceType].some((keys) => equalValue(filter, ...keys) !== undefined);
}

const LOOKUPS: Readonly<Record<'User' | 'Group', readonly (readonly [string, string?])[]>> = {
  User: [['id'], ['userName'], ['externalId'], ['emails', 'value']],
  Group: [['id'], ['displayName'], ['externalId'], ['members', 'value']],
};

/** A filter that names one value of one attribute: what IdPs ask before nearly every write. */
interface Lookup {
  /** `userName`, `emails.value`. */
  readonly attribute: string;
  /** As it is compared: folded where the attribute's case does not count. */
  readonly value: string;
}

/** Undefined for any other query. */
export function lookupOf({ filter, sortBy, startIndex, count, after }: ListQuery): Lookup | undefined {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  if (sortBy !== undefined || after !== undefined || startIndex !== 1 || count === 0) return undefined;
  const { comparand, path } = filter;
  if (comparand.kind !== 'folded' && comparand.kind !== 'exact') return undefined;
  return { attribute: path.keys.join('.'), value: comparand.value };
}

/** Ids of all users that can match, from an index, where the filter's own condition would look at every user. */
function userCandidates(directory: string, filter: Filter): Sql | null {
  const email = equalValue(filter, 'emails', 'value');
  if (email?.kind === 'folded') {
    return sql`select user_id from user_email where directory = ${directory} and value_folded = ${email.value}`;
  }
  const group = equalValue(filter, 'groups', 'value');
  return group?.kind === 'exact'
    ? sql`select member_id from group_member where group_id = ${group.value}`
    : null;
}

/** Keeps SQLite, which has no statistics, from walking the whole directory in place of a few candidates. */
function unindexed(column: string): Sql {
  return sql`(${sql.ref(column)} || '')`;
}

/** What the attribute, or that part of some element of it, must equal for the filter to match. */
function equalValue(filter: Filter, ...keys: readonly [string, string?]): Comparand | undefined {
  const [attribute, part] = keys;
  switch (filter.kind) {
    case 'and':
      return filter.filters.map((inner) => equalValue(inner, ...keys)).find((value) => value !== undefined);
    case 'compare':
      return filter.operator === 'eq' && filter.path.keys.join('.') === keys.join('.')
        ? filter.comparand
        : undefined;
    case 'valuePath':
      return part !== undefined && filter.path.keys.join('.') === attribute
        ? equalValue(filter.filter, part)
        : undefined;
    case 'or':
    case 'not':
    case 'present':
    case 'nothing':
      return undefined;
    default:
      return filter satisfies never;
  }
}
