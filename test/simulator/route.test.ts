import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchPath, pathTemplate } from '../../src/simulator/wire/route.ts';

const template = pathTemplate('/users/{InstanceId}/{UserId}');

test('any labels come back as they were encoded, slashes and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (InstanceId, UserId) => {
      const path = `/users/${encodeURIComponent(InstanceId)}/${encodeURIComponent(UserId)}`;
      expect(matchPath(template, path)).toEqual({ InstanceId, UserId });
    }),
  );
});

test.each([
  { path: '/users/arn%3Aaws%3Aconnect%3A%2Fx/u', labels: { InstanceId: 'arn:aws:connect:/x', UserId: 'u' } },
  { path: '/users//u', labels: { InstanceId: '', UserId: 'u' } },
  { path: '/users/i/', labels: { InstanceId: 'i', UserId: '' } },
  { path: '/users/i', labels: undefined },
  { path: '/users/i/u/', labels: undefined },
  { path: '/users-summary/i/u', labels: undefined },
  { path: '/users/%zz/u', labels: { InstanceId: '%zz', UserId: 'u' } },
])('$path has labels $labels', ({ path, labels }) => {
  expect(matchPath(template, path)).toEqual(labels);
});
