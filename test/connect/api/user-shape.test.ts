import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createUserMembers,
  identityInfo,
  phoneConfig,
  userFields,
} from '../../../src/connect/api/user-shape.ts';
import type { UserFields } from '../../../src/connect/user.ts';

const id = fc.uuid();
const e164 = fc.stringMatching(/^\+[1-9]\d{5,14}$/);
const orNone = (value: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), value);

const anyFields: fc.Arbitrary<UserFields> = fc.record({
  firstName: fc.string({ maxLength: 255 }),
  lastName: fc.string({ maxLength: 300 }),
  email: orNone(fc.emailAddress()),
  secondaryEmail: orNone(fc.emailAddress()),
  mobile: orNone(e164),
  securityProfileIds: fc.uniqueArray(id, { minLength: 1, maxLength: 10 }).map((ids) => ids.sort()),
  routingProfileId: id,
  hierarchyGroupId: orNone(id),
  phoneType: fc.constantFrom('SOFT_PHONE', 'DESK_PHONE'),
  deskPhoneNumber: orNone(e164),
  autoAccept: fc.boolean(),
  afterContactWorkTimeLimit: fc.integer({ min: 0, max: 2_000_000 }),
  persistentConnection: fc.boolean(),
});

const ofType = fc.constantFrom('SAML', 'CONNECT_MANAGED', 'EXISTING_DIRECTORY');

test('what CreateUser sends is what DescribeUser gives back', () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      expect(userFields(createUserMembers(fields, 'CONNECT_MANAGED'))).toEqual(fields);
    }),
  );
});

test('what an update sends, over what was there, is what was wanted', () => {
  fc.assert(
    fc.property(anyFields, anyFields, ofType, (from, to, type) => {
      const before = createUserMembers(from, 'CONNECT_MANAGED');
      const IdentityInfo = { ...before.IdentityInfo, ...identityInfo(to, from, type) };
      const kept = {
        ...(type === 'CONNECT_MANAGED' ? {} : { email: from.email }),
        ...(type === 'EXISTING_DIRECTORY' ? { firstName: from.firstName, lastName: from.lastName } : {}),
      };
      const { firstName, lastName, email, secondaryEmail, mobile } = to;
      expect(userFields({ IdentityInfo })).toMatchObject({
        firstName,
        lastName,
        email,
        secondaryEmail,
        mobile,
        ...kept,
      });
    }),
  );
});

describe('IdentityInfo', () => {
  const to = { firstName: 'Ana', lastName: 'Li', email: 'a@x.test', secondaryEmail: '', mobile: '' };
  const cases = [
    { type: 'CONNECT_MANAGED', sent: { FirstName: 'Ana', LastName: 'Li', Email: 'a@x.test' } },
    { type: 'SAML', sent: { FirstName: 'Ana', LastName: 'Li' } },
    { type: 'EXISTING_DIRECTORY', sent: {} },
  ] as const;
  test.each(cases)('on $type has only what that accepts', ({ type, sent }) => {
    expect(identityInfo(to, {}, type)).toEqual(sent);
  });

  test('is told of an empty value only where there is one to be cleared', () => {
    expect(
      identityInfo({ secondaryEmail: '', mobile: '' }, { secondaryEmail: 'a@x.test', mobile: '' }, 'SAML'),
    ).toEqual({
      SecondaryEmail: '',
    });
  });
});

test('a user without phone settings is created with a softphone', () => {
  const { PhoneConfig } = createUserMembers({ securityProfileIds: ['a'], routingProfileId: 'b' }, 'SAML');
  expect(PhoneConfig).toEqual({ PhoneType: 'SOFT_PHONE' });
});

test('a phone update sends what it is given and no empty number', () => {
  expect(phoneConfig({ phoneType: 'SOFT_PHONE', deskPhoneNumber: '', autoAccept: false })).toEqual({
    PhoneType: 'SOFT_PHONE',
    AutoAccept: false,
  });
});

test('security profiles are read sorted and once each', () => {
  expect(userFields({ SecurityProfileIds: ['c', 'a', 'c', 'b'] }).securityProfileIds).toEqual([
    'a',
    'b',
    'c',
  ]);
});
