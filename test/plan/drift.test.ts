import { expect, test } from 'vitest';
import type { UserFields } from '../../src/connect/user.ts';
import { driftOf } from '../../src/plan/drift.ts';
import type { LinkedUser } from '../../src/plan/plan.ts';
import { FIELDS, linked, OWNERSHIP, planInput, suspendedLink } from './examples.ts';

const actual = (over: Partial<UserFields>): LinkedUser => linked({ actual: { ...FIELDS, ...over } });

const cases: readonly { name: string; link: LinkedUser; drift: readonly [string, string][] }[] = [
  { name: 'a user as we left him', link: linked(), drift: [] },
  {
    name: 'an added profile',
    link: actual({ securityProfileIds: ['admin', 'agent'] }),
    drift: [['securityProfileIds', 'revert']],
  },
  {
    name: 'a profile taken, the suspend profile standing in',
    link: actual({ securityProfileIds: ['no-access'] }),
    drift: [['securityProfileIds', 'report']],
  },
  {
    name: 'a profile exchanged',
    link: actual({ securityProfileIds: ['admin'] }),
    drift: [
      ['securityProfileIds', 'revert'],
      ['securityProfileIds', 'report'],
    ],
  },
  {
    name: 'an edited name, which is enforced',
    link: actual({ lastName: 'King' }),
    drift: [['lastName', 'revert']],
  },
  {
    name: 'another routing profile, which is followed',
    link: actual({ routingProfileId: 'support' }),
    drift: [['routingProfileId', 'keep']],
  },
  { name: 'a field that the bridge never set', link: actual({ deskPhoneNumber: '+441' }), drift: [] },
  { name: 'a suspended user as we left him', link: suspendedLink(), drift: [] },
  {
    name: 'a suspended user who was given access',
    link: suspendedLink({ actual: { ...FIELDS, routingProfileId: 'parked' } }),
    drift: [['securityProfileIds', 'revert']],
  },
  { name: 'a deleted user', link: linked({ lifecycle: 'deleted' }), drift: [['user', 'report']] },
];

test.each(cases)('$name', ({ link, drift }) => {
  expect(driftOf(planInput({ link })).map(({ field, kind }) => [field, kind])).toEqual(drift);
});

test('an ignored field is nobody’s drift, and a deleted user whom nobody wants neither', () => {
  const ownership = { ...OWNERSHIP, routingProfileId: 'ignore' } as const;
  expect(driftOf(planInput({ ownership, link: actual({ routingProfileId: 'support' }) }))).toEqual([]);
  const wanted = { kind: 'suspended', cause: 'deactivated' } as const;
  expect(driftOf(planInput({ wanted, link: linked({ lifecycle: 'deleted' }) }))).toEqual([]);
});
