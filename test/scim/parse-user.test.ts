import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/error.ts';
import { newUser, parseUser, replaceUser } from '../../src/scim/parse-user.ts';
import type { JsonObject, JsonValue } from '../../src/scim/resource.ts';
import { AMAZON_CONNECT_SCHEMA, ENTERPRISE_SCHEMA, USER_SCHEMA } from '../../src/scim/resource.ts';
import { ACME_SCHEMA, testSchema } from './filter-resources.ts';

const ENT = ENTERPRISE_SCHEMA;

// biome-ignore format: one case per line
/** Each body has `userName: 'ada'` too, and each result its `schemas`. */
const accepted: readonly { name: string; sent: JsonObject; stored: JsonObject }[] = [
  { name: 'what Okta sends on create', sent: { externalId: '00u', groups: [], password: 'x', active: true, locale: 'en-US', emails: [{ primary: true, value: 'a@x', type: 'work' }] }, stored: { externalId: '00u', active: true, locale: 'en-US', emails: [{ primary: true, value: 'a@x', type: 'work' }] } },
  { name: 'what Entra sends on create', sent: { meta: { resourceType: 'User' }, roles: [], [ENT]: { employeeNumber: '7', department: 'R&D' } }, stored: { [ENT]: { employeeNumber: '7', department: 'R&D' } } },
  { name: 'the nulls of an older Entra', sent: { addresses: null, phoneNumbers: null, preferredLanguage: null, title: null, department: null, manager: null }, stored: {} },
  { name: 'a mistyped or unknown URN', sent: { schemas: ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User', 'x'], 'urn:nobody:User': { a: 1 } }, stored: {} },
  { name: 'an extension that schemas does not list', sent: { schemas: [USER_SCHEMA], [ACME_SCHEMA]: { costCenter: 'CC' } }, stored: { [ACME_SCHEMA]: { costCenter: 'CC' } } },
  { name: 'what the server had answered before', sent: { id: 'u-1', groups: [{ value: 'g' }], meta: { version: 'W/"3"' }, colour: 'red' }, stored: {} },
  { name: 'names in any case', sent: { DISPLAYNAME: 'Ada', Name: { GIVENNAME: 'Ada' }, Emails: [{ VALUE: 'a@x' }] }, stored: { displayName: 'Ada', name: { givenName: 'Ada' }, emails: [{ value: 'a@x' }] } },
  { name: 'a URN in any case', sent: { [ENT.toUpperCase()]: { DEPARTMENT: 'R&D' } }, stored: { [ENT]: { department: 'R&D' } } },
  { name: 'booleans as text', sent: { active: 'True', roles: [{ value: 'agent', primary: 'True' }] }, stored: { active: true, roles: [{ value: 'agent', primary: true }] } },
  { name: 'emptied attributes', sent: { title: '', emails: [], name: { givenName: '', familyName: null }, [ENT]: { department: '' } }, stored: {} },
  { name: 'an emptied element', sent: { emails: [{ value: '', type: 'work', primary: true }, { value: 'b@x' }] }, stored: { emails: [{ value: 'b@x' }] } },
  { name: 'an element with a label only', sent: { emails: [{ type: 'work' }] }, stored: { emails: [{ type: 'work' }] } },
  { name: 'null elements', sent: { emails: [null, { value: 'b@x' }] }, stored: { emails: [{ value: 'b@x' }] } },
  { name: 'OneLogin: emails as an object', sent: { emails: { value: 'a@x', primary: true } }, stored: { emails: [{ value: 'a@x', primary: true }] } },
  { name: 'OneLogin: managerId and null id', sent: { id: null, [ENT]: { manager: { managerId: 'u-9', displayName: 'Bo' } } }, stored: { [ENT]: { manager: { value: 'u-9' } } } },
  { name: 'manager as bare id', sent: { [ENT]: { manager: 'u-9' } }, stored: { [ENT]: { manager: { value: 'u-9' } } } },
  { name: 'manager as array', sent: { [ENT]: { manager: [{ value: 'u-9' }] } }, stored: { [ENT]: { manager: { value: 'u-9' } } } },
  { name: 'manager as ""', sent: { [ENT]: { manager: '' } }, stored: {} },
  { name: 'Entra: a role as sent on create', sent: { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'agent' }] }, stored: { roles: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'agent' }] } },
  { name: 'types that are not canonical', sent: { emails: [{ value: 'a@x', type: 'Personal' }] }, stored: { emails: [{ value: 'a@x', type: 'Personal' }] } },
  { name: 'values exactly as sent', sent: { displayName: '  Ada  ', phoneNumbers: [{ value: '(0) 1 / 2', type: 'work' }] }, stored: { displayName: '  Ada  ', phoneNumbers: [{ value: '(0) 1 / 2', type: 'work' }] } },
  { name: 'an element sent twice', sent: { emails: [{ value: 'a@x', type: 'work' }, { value: 'A@X', type: 'work', display: 'A' }] }, stored: { emails: [{ value: 'A@X', type: 'work', display: 'A' }] } },
  { name: 'two primaries', sent: { emails: [{ value: 'a@x', primary: true }, { value: 'b@x', primary: true }] }, stored: { emails: [{ value: 'a@x', primary: true }, { value: 'b@x', primary: false }] } },
  { name: 'certificates', sent: { x509Certificates: [{ value: 'MIIBCg==' }] }, stored: { x509Certificates: [{ value: 'MIIBCg==' }] } },
  { name: 'every type of a declared extension', sent: { [ACME_SCHEMA]: { startDate: '2026-02-28', senior: 'false', score: 3, rate: 5, reviewedAt: '2026-01-01T00:00:00+01:00' } }, stored: { [ACME_SCHEMA]: { startDate: '2026-02-28', senior: false, score: 3, rate: 5, reviewedAt: '2026-01-01T00:00:00+01:00' } } },
  { name: 'a hierarchy path with one name on two levels', sent: { [AMAZON_CONNECT_SCHEMA]: { hierarchyPath: ['EMEA', 'Sales', 'Sales'] } }, stored: { [AMAZON_CONNECT_SCHEMA]: { hierarchyPath: ['EMEA', 'Sales', 'Sales'] } } },
  { name: 'the product extension without its read-only part', sent: { [AMAZON_CONNECT_SCHEMA]: { securityProfiles: ['Agent', 'Agent'], instances: [{ instance: 'uk' }], phone: { type: 'SOFT_PHONE' } } }, stored: { [AMAZON_CONNECT_SCHEMA]: { securityProfiles: ['Agent'], phone: { type: 'SOFT_PHONE' } } } },
  { name: 'prototype names', sent: JSON.parse('{"__proto__":{"title":"x"},"constructor":{"a":1},"name":{"__proto__":{"givenName":"x"}}}') as JsonObject, stored: {} },
];

// biome-ignore format: one case per line
const refused: readonly { sent: JsonValue; says: string }[] = [
  { sent: 'ada', says: 'not a JSON object' },
  { sent: [], says: 'not a JSON object' },
  { sent: {}, says: 'userName is missing' },
  { sent: { userName: null }, says: 'userName is missing' },
  { sent: { userName: ' ' }, says: 'userName is blank' },
  { sent: { userName: 7 }, says: 'userName is the number 7. Expected a string.' },
  { sent: { userName: 'ada', active: 'maybe' }, says: 'active is the string "maybe". Expected true or false.' },
  { sent: { userName: 'ada', name: 'Ada' }, says: 'name is the string "Ada". Expected an object with formatted, familyName' },
  { sent: { userName: 'ada', name: { givenName: ['A', 'B'] } }, says: 'name.givenName is a list of 2. Expected a string.' },
  { sent: { userName: 'ada', emails: [{ value: 'a@x' }, { value: {} }] }, says: 'emails[1].value is an object' },
  { sent: { userName: 'ada', emails: [[{ value: 'a@x' }]] }, says: 'emails[0] is a list of 1' },
  { sent: { userName: 'ada', title: 'a\0' }, says: 'title holds a NUL character' },
  { sent: { userName: 'ada', emails: [{ value: '\udc00' }] }, says: 'emails[0].value holds half of a surrogate pair' },
  { sent: { userName: 'ada', USERNAME: 'bo' }, says: 'userName is given twice' },
  { sent: { userName: 'ada', name: { givenName: 'a', GivenName: 'b' } }, says: 'name.givenName is given twice' },
  { sent: { userName: 'ada', [ENT]: 'x' }, says: `${ENT} must be an object` },
  { sent: { userName: 'ada', [ENT]: { department: 7 } }, says: `${ENT}:department is the number 7` },
  { sent: { userName: 'ada', [ACME_SCHEMA]: { score: 1.5 } }, says: 'Expected a whole number' },
  { sent: { userName: 'ada', [ACME_SCHEMA]: { rate: '5' } }, says: 'Expected a number' },
  { sent: { userName: 'ada', [ACME_SCHEMA]: { startDate: '28.02.2026' } }, says: 'Expected a date such as' },
  { sent: { userName: 'ada', [ACME_SCHEMA]: { reviewedAt: '1' } }, says: 'Expected a date and time such as' },
  { sent: { userName: 'ada', x509Certificates: [{ value: '…' }] }, says: 'Expected base64 text' },
];

describe('a user in a body', () => {
  it.each(accepted)('accepts $name', ({ sent, stored }) => {
    const { schemas, ...user } = parseUser({ ...sent, userName: 'ada' }, testSchema);
    expect(user).toEqual({ ...stored, userName: 'ada' });
    expect(schemas).toEqual([USER_SCHEMA, ...Object.keys(stored).filter((name) => name.startsWith('urn:'))]);
  });

  it.each(refused)('refuses $sent: $says', ({ sent, says }) => {
    expect(() => parseUser(sent, testSchema)).toThrow(ScimError);
    expect(() => parseUser(sent, testSchema)).toThrow(says);
  });

  it('read back and sent again is the same user', () => {
    const user = parseUser(
      { userName: 'ada', emails: [{ value: 'a@x' }], [ENT]: { manager: 'u-9' } },
      testSchema,
    );
    const echoed = { ...user, id: 'u-1', meta: { version: 'W/"1"' }, groups: [{ value: 'g-1' }] };
    expect(replaceUser(user, parseUser(echoed, testSchema))).toEqual({ user, changed: false });
  });

  it('whatever the body, it is parsed or refused', () => {
    const anyBody = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom('userName', 'emails', 'name', 'active', ENT, '__proto__'),
        fc.jsonValue(),
      ),
    );
    fc.assert(
      fc.property(anyBody, (body) => {
        try {
          const user = parseUser(body, testSchema);
          expect(parseUser(user, testSchema)).toEqual(user);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('POST and PUT of a user', () => {
  const parse = (body: JsonObject) => parseUser({ userName: 'ada', ...body }, testSchema);

  it('makes a new user active unless told otherwise', () => {
    expect(newUser(parse({})).active).toBe(true);
    expect(newUser(parse({ active: null })).active).toBe(true);
    expect(newUser(parse({ active: 'False' })).active).toBe(false);
  });

  it.each([
    { sent: {}, active: false },
    { sent: { active: null }, active: false },
    { sent: { active: true }, active: true },
  ])('PUT $sent leaves a disabled user with active $active', ({ sent, active }) => {
    const { user } = replaceUser(parse({ active: false, title: 'Lead' }), parse(sent));
    expect(user).toEqual(parse({ active }));
  });

  it('clears what a PUT omits', () => {
    const { user, changed } = replaceUser(parse({ title: 'Lead', active: true }), parse({ active: true }));
    expect(user).not.toHaveProperty('title');
    expect(changed).toBe(true);
  });

  it('sees no change in another order of names', () => {
    const current = parse({ title: 'Lead', name: { givenName: 'A', familyName: 'B' } });
    const same = parse({ name: { familyName: 'B', givenName: 'A' }, title: 'Lead' });
    expect(replaceUser(current, same)).toEqual({ user: current, changed: false });
  });
});
