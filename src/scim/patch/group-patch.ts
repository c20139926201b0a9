import { badRequest } from '../error.ts';
import type { Filter } from '../filter/filter.ts';
import { groupMembers, refuseLong } from '../parse-group.ts';
import type { GroupMember, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import { elementFromFilter } from './element-from-filter.ts';
import type { ElementsTarget, PatchOperation } from './patch-operation.ts';

/** What a PATCH does to a group, as changes of rows: its cost is that of what changes, not of who is in it. */
export type GroupChange =
  | {
      readonly kind: 'setAttribute';
      readonly attribute: 'displayName' | 'externalId';
      /** null clears; never for displayName. */
      readonly value: string | null;
    }
  | { readonly kind: 'addMembers'; readonly members: readonly GroupMember[] }
  /** `values` are the members' ids; one that is no member is no error (RFC 7644 §3.5.2.2). */
  | { readonly kind: 'removeMembers'; readonly values: readonly string[] }
  /** The filter's paths start at a member: `value`, `type`, `display`, `$ref`. */
  | { readonly kind: 'removeMembersMatching'; readonly filter: Filter }
  | { readonly kind: 'removeAllMembers' }
  /** These and no others; those present before and after count as unchanged. */
  | { readonly kind: 'replaceMembers'; readonly members: readonly GroupMember[] };

/** The changes of a group in the order of the operations. */
export function groupPatch(operations: readonly PatchOperation[]): readonly GroupChange[] {
  return operations.map(groupChange).reduce(withChange, []);
}

function groupChange(operation: PatchOperation): GroupChange {
  const { target } = operation;
  // A group takes no extension.
  if (target.kind === 'extension') throw badRequest('invalidPath', `A Group has no extension ${target.urn}.`);
  const { name } = target.path.attribute;
  if (name === 'displayName' || name === 'externalId') return attributeChange(name, operation);
  return operation.op === 'remove' ? memberRemoval(operation) : memberSetting(operation);
}

function attributeChange(attribute: 'displayName' | 'externalId', operation: PatchOperation): GroupChange {
  const value = operation.op !== 'remove' && typeof operation.value === 'string' ? operation.value : null;
  refuseLong(value, attribute);
  return { kind: 'setAttribute', attribute, value };
}

function memberSetting(operation: PatchOperation & { op: 'add' | 'replace' }): GroupChange {
  const { op, target, value } = operation;
  if (target.kind === 'elements') return filteredSetting(op, target, value);
  return { kind: op === 'add' ? 'addMembers' : 'replaceMembers', members: groupMembers(value) };
}

/** `add` at `members[value eq "u-1"]` can only mean that this member shall be in the group. */
function filteredSetting(op: 'add' | 'replace', target: ElementsTarget, value: JsonValue): GroupChange {
  const chosen = elementFromFilter(target.filter);
  if (op === 'add' && isJsonObject(chosen) && isJsonObject(value)) {
    return { kind: 'addMembers', members: groupMembers([{ ...chosen, ...value }]) };
  }
  throw badRequest(
    'mutability',
    'A member cannot be changed in place. Remove it and add another, or replace members as a whole.',
  );
}

function memberRemoval(operation: PatchOperation & { op: 'remove' }): GroupChange {
  const { target, values } = operation;
  if (target.kind === 'elements') return filteredRemoval(target);
  if (!values) return { kind: 'removeAllMembers' };
  return { kind: 'removeMembers', values: groupMembers(values).map((member) => member.value) };
}

function filteredRemoval(target: ElementsTarget): GroupChange {
  const values = namedMembers(target.filter);
  return values
    ? { kind: 'removeMembers', values }
    : { kind: 'removeMembersMatching', filter: target.filter };
}

/** The ids in `value eq "u-1" or value eq "u-2"`; undefined for any other filter. */
function namedMembers(filter: Filter): readonly string[] | undefined {
  const terms = filter.kind === 'or' ? filter.filters : [filter];
  const values = terms.map((term) =>
    term.kind === 'compare' && term.operator === 'eq' && term.path.keys[0] === 'value'
      ? term.comparand.value
      : undefined,
  );
  return values.every((value) => typeof value === 'string') ? values : undefined;
}

/** Clients send one operation per member: neighbours of a kind become one change. */
function withChange(changes: readonly GroupChange[], change: GroupChange): readonly GroupChange[] {
  const last = changes.at(-1);
  if (last?.kind === 'addMembers' && change.kind === 'addMembers') {
    return [...changes.slice(0, -1), { kind: 'addMembers', members: [...last.members, ...change.members] }];
  }
  if (last?.kind === 'removeMembers' && change.kind === 'removeMembers') {
    return [...changes.slice(0, -1), { kind: 'removeMembers', values: [...last.values, ...change.values] }];
  }
  return [...changes, change];
}
