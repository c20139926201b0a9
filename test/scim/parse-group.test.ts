import { describe, expect, it } from 'vitest';
import { parseGroup } from '../../src/scim/parse-group.ts';
import { GROUP_SCHEMA } from '../../src/scim/resource.ts';
import { testSchema } from './filter-resources.ts';

const cases = [
  {
    name: 'Okta: an empty group',
    sent: { schemas: [GROUP_SCHEMA], displayName: 'Blue', members: [] },
    group: { displayName: 'Blue', members: [] },
  },
  {
    name: 'Entra: a schema that is no URN, and no members',
    sent: {
      schemas: [GROUP_SCHEMA, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'e-1',
      displayName: 'Blue',
      meta: { resourceType: 'Group' },
    },
    group: { displayName: 'Blue', externalId: 'e-1' },
  },
  {
    name: 'null members, which say nothing',
    sent: { displayName: 'Blue', members: null },
    group: { displayName: 'Blue' },
  },
  {
    name: 'Okta AIW: members with a null display',
    sent: { displayName: 'Blue', id: 'g-1', members: [{ value: 'u-1', display: null }] },
    group: { displayName: 'Blue', members: [{ value: 'u-1' }] },
  },
  {
    name: 'a member sent twice',
    sent: { displayName: 'Blue', members: [{ value: 'u-1' }, { value: 'u-1', type: 'User' }] },
    group: { displayName: 'Blue', members: [{ value: 'u-1', type: 'User' }] },
  },
  {
    name: 'an Okta group description, which has no place',
    sent: { displayName: 'Blue', 'urn:okta:custom:group:1.0': { description: 'x' } },
    group: { displayName: 'Blue' },
  },
];

describe('a group in a body', () => {
  it.each(cases)('accepts $name', ({ sent, group }) => {
    expect(parseGroup(sent, testSchema)).toEqual(group);
  });

  it.each([
    { sent: {}, says: 'displayName is missing' },
    { sent: { displayName: ' ' }, says: 'displayName is blank' },
    { sent: { displayName: ['a', 'b'] }, says: 'displayName is a list of 2' },
    { sent: { displayName: 'Blue', members: [{ display: 'Ada' }] }, says: 'members[0].value is missing' },
    { sent: { displayName: 'Blue', members: [null] }, says: 'members[0].value is missing' },
    { sent: { displayName: 'Blue', members: [''] }, says: 'members[0].value is missing' },
    { sent: { displayName: 'Blue', members: [{}] }, says: 'members[0].value is missing' },
    { sent: { displayName: 'Blue', members: [{ value: 'u-1' }, { value: null }] }, says: 'members[1].value' },
    { sent: { displayName: 'Blue', members: [7] }, says: 'members[0] is the number 7' },
    { sent: { displayName: 'Blue', members: [{ value: 'a\0' }] }, says: 'members[0].value holds a NUL' },
  ])('refuses $sent', ({ sent, says }) => {
    expect(() => parseGroup(sent, testSchema)).toThrow(says);
  });
});
