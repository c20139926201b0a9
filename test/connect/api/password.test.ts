import { expect, test } from 'vitest';
import { forgottenPassword } from '../../../src/connect/api/password.ts';

test('every password is legal for Connect and unlike any other', () => {
  const passwords = Array.from({ length: 500 }, forgottenPassword);
  const legal = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d\S]{8,64}$/;
  expect(passwords.filter((password) => !legal.test(password))).toEqual([]);
  expect(new Set(passwords).size).toBe(500);
});
