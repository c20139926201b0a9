import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/error.ts';
import { groupPatch } from '../../../src/scim/patch/group-patch.ts';
import type { GroupChange } from '../../../src/scim/patch/group-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { JsonValue } from '../../../src/scim/resource.ts';
import { testSchema } from '../filter-resources.ts';

// biome-ignore format: one case per line
const cases: readonly { name: string; operations: JsonValue; changes: readonly unknown[] }[] = [
  { name: 'Okta: a rename without a path touches no member', operations: [{ op: 'replace', value: { id: 'g-1', displayName: 'Blue' } }], changes: [{ kind: 'setAttribute', attribute: 'displayName', value: 'Blue' }] },
  { name: 'Okta: removes and adds members in one request', operations: [{ op: 'remove', path: 'members[value eq "u-2"]' }, { op: 'add', path: 'members', value: [{ value: 'u-1', display: 'ada@acme.test' }] }], changes: [{ kind: 'removeMembers', values: ['u-2'] }, { kind: 'addMembers', members: [{ value: 'u-1', display: 'ada@acme.test' }] }] },
  { name: 'Okta: pushes all members', operations: [{ op: 'replace', path: 'members', value: [{ value: 'u-1', display: 'a' }, { value: 'u-2' }] }], changes: [{ kind: 'replaceMembers', members: [{ value: 'u-1', display: 'a' }, { value: 'u-2' }] }] },
  { name: 'Okta: pushes an empty group', operations: [{ op: 'replace', path: 'members', value: [] }], changes: [{ kind: 'removeAllMembers' }] },
  { name: 'Okta: pushes members without a path', operations: [{ op: 'replace', value: { displayName: 'Blue', members: [{ value: 'u-1' }] } }], changes: [{ kind: 'setAttribute', attribute: 'displayName', value: 'Blue' }, { kind: 'replaceMembers', members: [{ value: 'u-1' }] }] },
  { name: 'a value without a path may empty the group only by []', operations: [{ op: 'replace', value: { displayName: 'Blue', members: [] } }], changes: [{ kind: 'setAttribute', attribute: 'displayName', value: 'Blue' }, { kind: 'removeAllMembers' }] },
  { name: 'null or blank members in a value without a path say nothing', operations: [{ op: 'replace', value: { displayName: 'Blue', members: null } }, { op: 'replace', value: { members: '' } }], changes: [{ kind: 'setAttribute', attribute: 'displayName', value: 'Blue' }] },
  { name: 'Entra: adds members with a null $ref', operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-1' }] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }] }] },
  { name: 'Entra: removes only the members in the value', operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u-1' }] }], changes: [{ kind: 'removeMembers', values: ['u-1'] }] },
  { name: 'removes nobody for an empty value', operations: [{ op: 'Remove', path: 'members', value: [] }], changes: [{ kind: 'removeMembers', values: [] }] },
  { name: 'removes everybody without a value', operations: [{ op: 'remove', path: 'members' }], changes: [{ kind: 'removeAllMembers' }] },
  { name: 'adds nobody for an empty list', operations: [{ op: 'add', path: 'members', value: [] }], changes: [] },
  { name: 'JumpCloud: adds a member without display and type', operations: [{ op: 'add', path: 'members', value: [{ value: 'u-1' }] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }] }] },
  { name: 'Entra: renames', operations: [{ op: 'Replace', path: 'displayName', value: 'Blue 2' }], changes: [{ kind: 'setAttribute', attribute: 'displayName', value: 'Blue 2' }] },
  { name: 'clears externalId', operations: [{ op: 'replace', path: 'externalId', value: '' }], changes: [{ kind: 'setAttribute', attribute: 'externalId', value: null }] },
  { name: 'several filtered removals do not disturb each other', operations: ['u-1', 'u-2', 'u-3'].map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })), changes: [{ kind: 'removeMembers', values: ['u-1', 'u-2', 'u-3'] }] },
  { name: 'one filter names several members', operations: [{ op: 'remove', path: 'members[value eq "u-1" or value eq "u-2"]' }], changes: [{ kind: 'removeMembers', values: ['u-1', 'u-2'] }] },
  { name: 'keeps the order of adding and removing', operations: [{ op: 'add', path: 'members', value: [{ value: 'u-1' }] }, { op: 'remove', path: 'members[value eq "u-1"]' }, { op: 'add', path: 'members', value: [{ value: 'u-1' }] }, { op: 'add', path: 'members', value: [{ value: 'u-2' }] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }] }, { kind: 'removeMembers', values: ['u-1'] }, { kind: 'addMembers', members: [{ value: 'u-1' }, { value: 'u-2' }] }] },
  { name: 'a member id is a value and never a filter', operations: [{ op: 'Remove', path: 'members', value: [{ value: '77" or value pr or value eq "' }] }], changes: [{ kind: 'removeMembers', values: ['77" or value pr or value eq "'] }] },
  { name: 'a member once, however often it is in the value', operations: [{ op: 'add', path: 'members', value: [{ value: 'u-1' }, { value: 'u-1', display: 'a' }] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1', display: 'a' }] }] },
  { name: 'member ids differ by case', operations: [{ op: 'add', path: 'members', value: [{ value: 'u-1' }, { value: 'U-1' }] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }, { value: 'U-1' }] }] },
  { name: 'members as bare ids', operations: [{ op: 'add', path: 'members', value: ['u-1', 'u-2'] }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }, { value: 'u-2' }] }] },
  { name: 'one member without its array', operations: [{ op: 'add', path: 'members', value: { value: 'u-1' } }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1' }] }] },
  { name: 'add at a filtered path adds that member', operations: [{ op: 'add', path: 'members[value eq "u-1"]', value: { display: 'Ada' } }], changes: [{ kind: 'addMembers', members: [{ value: 'u-1', display: 'Ada' }] }] },
  { name: 'a schema that is no URN and unknown keys are ignored', operations: [{ op: 'add', value: { 'urn:okta:custom:group:1.0': { description: 'x' }, externalId: 'e' } }], changes: [{ kind: 'setAttribute', attribute: 'externalId', value: 'e' }] },
  { name: 'no operations', operations: [], changes: [] },
];

// biome-ignore format: one case per line
const refused: readonly { name: string; operations: JsonValue; error: string }[] = [
  { name: 'removing displayName', operations: [{ op: 'remove', path: 'displayName' }], error: '400 mutability' },
  { name: 'clearing displayName', operations: [{ op: 'replace', path: 'displayName', value: '' }], error: '400 invalidValue' },
  { name: 'blanking displayName', operations: [{ op: 'replace', path: 'displayName', value: ' ' }], error: '400 invalidValue' },
  { name: 'a member without value', operations: [{ op: 'add', path: 'members', value: [{ display: 'Ada' }] }], error: '400 invalidValue' },
  { name: 'members without value, which would empty the group', operations: [{ op: 'replace', path: 'members', value: [{ value: null }] }], error: '400 invalidValue' },
  { name: 'members of which one has no value, who would be removed', operations: [{ op: 'replace', value: { members: [{ value: 'u-1' }, null] } }], error: '400 invalidValue' },
  { name: 'a member that is a number', operations: [{ op: 'add', path: 'members', value: [7] }], error: '400 invalidValue' },
  { name: 'removing a part of all members', operations: [{ op: 'remove', path: 'members.value' }], error: '400 mutability' },
  { name: 'removing a part of a member', operations: [{ op: 'remove', path: 'members[value eq "u-1"].display' }], error: '400 mutability' },
  { name: 'changing a part of a member', operations: [{ op: 'replace', path: 'members[value eq "u-1"].display', value: 'x' }], error: '400 mutability' },
  { name: 'replacing a member in place', operations: [{ op: 'replace', path: 'members[value eq "u-1"]', value: { value: 'u-2' } }], error: '400 mutability' },
  { name: 'another id', operations: [{ op: 'replace', value: { id: 'g-2', displayName: 'Blue' } }], error: '400 mutability' },
  { name: 'a user attribute', operations: [{ op: 'replace', path: 'userName', value: 'x' }], error: '400 invalidPath' },
  { name: 'too many operations', operations: Array.from({ length: 1_001 }, () => ({ op: 'remove', path: 'members[value eq "u"]' })), error: '413 undefined' },
];

describe('PATCH of a group', () => {
  it.each(cases)('$name', ({ operations, changes: expected }) => {
    expect(changes(operations)).toEqual(expected);
  });

  it.each(refused)('refuses $name', ({ operations, error }) => {
    expect(() => changes(operations)).toThrow(ScimError);
    expect(refusal(operations)).toBe(error);
  });

  it('hands on any other filter over members', () => {
    const [change] = changes([{ op: 'remove', path: 'members[display sw "A" and type eq "User"]' }]);
    expect(change).toMatchObject({ kind: 'removeMembersMatching', filter: { kind: 'and' } });
  });

  it('takes ten thousand members in one operation', () => {
    const members = Array.from({ length: 10_000 }, (_, n) => ({ value: `u-${n}` }));
    expect(changes([{ op: 'replace', path: 'members', value: members }])).toEqual([
      { kind: 'replaceMembers', members },
    ]);
  });
});

function changes(operations: JsonValue): readonly GroupChange[] {
  return groupPatch(parsePatch({ Operations: operations }, testSchema.group, 'g-1'));
}

function refusal(operations: JsonValue): string {
  try {
    changes(operations);
    return 'ok';
  } catch (error) {
    return error instanceof ScimError ? `${error.status} ${error.scimType}` : String(error);
  }
}
