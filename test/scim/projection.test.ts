import { describe, expect, it } from 'vitest';
import { parseProjection, project, wants, wantsMembers } from '../../src/scim/projection.ts';
import type { JsonObject } from '../../src/scim/resource.ts';
import { AMAZON_CONNECT_SCHEMA, ENTERPRISE_SCHEMA, USER_SCHEMA } from '../../src/scim/resource.ts';
import { testSchema } from './filter-resources.ts';

const ENT = ENTERPRISE_SCHEMA;
const always = { schemas: [USER_SCHEMA, ENT], id: 'u-1' };
const user: JsonObject = {
  ...always,
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Byron' },
  emails: [{ value: 'a@x', type: 'work' }, { value: 'b@x' }],
  [ENT]: { department: 'R&D', manager: { value: 'u-9', $ref: 'r' } },
  meta: { resourceType: 'User', version: 'W/"1"' },
};

const cases: readonly { attributes?: string; excludedAttributes?: string; gives: JsonObject }[] = [
  { attributes: 'userName', gives: { ...always, userName: 'ada' } },
  { attributes: 'USERNAME', gives: { ...always, userName: 'ada' } },
  { attributes: `${USER_SCHEMA}:userName`, gives: { ...always, userName: 'ada' } },
  { attributes: 'name.givenName', gives: { ...always, name: { givenName: 'Ada' } } },
  { attributes: 'emails.type', gives: { ...always, emails: [{ type: 'work' }] } },
  { attributes: 'emails,emails.type', gives: { ...always, emails: user['emails'] ?? null } },
  { attributes: ENT, gives: { ...always, [ENT]: user[ENT] ?? null } },
  { attributes: `${ENT}:department`, gives: { ...always, [ENT]: { department: 'R&D' } } },
  { attributes: `${ENT}:manager.value`, gives: { ...always, [ENT]: { manager: { value: 'u-9' } } } },
  { attributes: 'meta.version', gives: { ...always, meta: { version: 'W/"1"' } } },
  { attributes: 'colour', gives: always },
  { attributes: 'password', gives: always },
  { excludedAttributes: 'emails', gives: without('emails') },
  { excludedAttributes: 'emails.type', gives: { ...user, emails: [{ value: 'a@x' }, { value: 'b@x' }] } },
  { excludedAttributes: 'name.givenName', gives: { ...user, name: { familyName: 'Byron' } } },
  { excludedAttributes: 'name.givenName,name.familyName', gives: without('name') },
  { excludedAttributes: ENT, gives: without(ENT) },
  { excludedAttributes: `${ENT}:manager`, gives: { ...user, [ENT]: { department: 'R&D' } } },
  { excludedAttributes: 'id,schemas,meta', gives: without('meta') },
  { excludedAttributes: 'colour', gives: user },
  { gives: user },
];

describe('a projection', () => {
  it.each(cases)('attributes=$attributes excludedAttributes=$excludedAttributes', ({ gives, ...query }) => {
    const projection = parseProjection(
      {
        attributes: query.attributes?.split(',') ?? [],
        excludedAttributes: query.excludedAttributes?.split(',') ?? [],
      },
      testSchema.user,
    );
    expect(project(user, projection, testSchema.user)).toEqual(gives);
  });

  it('refuses both lists at once', () => {
    expect(() => parseProjection({ attributes: ['a'], excludedAttributes: ['b'] }, testSchema.user)).toThrow(
      'not both',
    );
  });

  it.each([
    { query: {}, wanted: true },
    { query: { excludedAttributes: ['members'] }, wanted: false },
    { query: { excludedAttributes: ['members.display'] }, wanted: true },
    { query: { attributes: ['displayName'] }, wanted: false },
    { query: { attributes: ['id', 'members.value'] }, wanted: true },
  ])('$query needs the members: $wanted', ({ query, wanted }) => {
    expect(wantsMembers(parseProjection(query, testSchema.group), testSchema.group)).toBe(wanted);
  });

  it('gives what is returned on request only when it is named', () => {
    const instances = `${AMAZON_CONNECT_SCHEMA}:instances`;
    const asked = (query: object) =>
      wants(parseProjection(query, testSchema.user), testSchema.user, instances);
    expect(asked({})).toBe(false);
    expect(asked({ attributes: [AMAZON_CONNECT_SCHEMA] })).toBe(false);
    expect(asked({ attributes: [instances] })).toBe(true);
    expect(asked({ attributes: [`${instances}.sync`] })).toBe(true);
  });
});

function without(name: string): JsonObject {
  const { [name]: _, ...rest } = user;
  return rest;
}
