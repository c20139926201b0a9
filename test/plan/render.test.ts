import { describe, expect, it } from 'vitest';
import type { ConnectUserId } from '../../src/connect/user.ts';
import type { Change } from '../../src/plan/plan.ts';
import { renderChange, renderFields, renderPlan } from '../../src/plan/render.ts';

const userId = 'u1' as ConnectUserId;
const nameOf = (kind: string, id: string) => `${kind}:${id}`;

describe('a change in the admin’s names', () => {
  const cases: [Change, string][] = [
    [
      {
        kind: 'createUser',
        username: 'ana',
        to: {
          securityProfileIds: ['a', 'b'],
          routingProfileId: 'r',
          lastName: 'Diaz',
          mobile: '',
          autoAccept: false,
        },
        tags: {},
        mappedTags: {},
        replaces: null,
      },
      'create ana: last name Diaz, security profiles securityProfiles:a + securityProfiles:b, routing profile routingProfiles:r, auto-accept false',
    ],
    [
      {
        kind: 'updateUserIdentityInfo',
        userId,
        from: { firstName: 'Ana', lastName: 'Diaz' },
        to: { firstName: 'Ana', lastName: 'Roe', mobile: '' },
      },
      'last name Diaz → Roe',
    ],
    [
      {
        kind: 'updateUserPhoneConfig',
        userId,
        from: { phoneType: 'DESK_PHONE', deskPhoneNumber: '+441' },
        to: { phoneType: 'SOFT_PHONE', deskPhoneNumber: '' },
      },
      'phone type DESK_PHONE → SOFT_PHONE, desk phone number +441 → none',
    ],
    [
      { kind: 'updateUserPhoneConfig', userId, from: {}, to: { afterContactWorkTimeLimit: 0 } },
      'after-contact work (s) → 0',
    ],
    [
      { kind: 'updateUserRoutingProfile', userId, from: 'r', to: 's' },
      'routing profile routingProfiles:r → routingProfiles:s',
    ],
    [{ kind: 'updateUserRoutingProfile', userId, from: '', to: 's' }, 'routing profile → routingProfiles:s'],
    [{ kind: 'updateUserHierarchy', userId, from: '', to: 'h' }, 'hierarchy → hierarchyGroups:h'],
    [{ kind: 'updateUserHierarchy', userId, from: 'h', to: '' }, 'hierarchy hierarchyGroups:h → none'],
    [
      { kind: 'updateUserSecurityProfiles', userId, from: ['a'], to: ['a', 'b'], lifecycle: 'active' },
      'security profiles securityProfiles:a → securityProfiles:a + securityProfiles:b',
    ],
    [
      { kind: 'updateUserSecurityProfiles', userId, from: [], to: ['a'], lifecycle: 'active' },
      'security profiles → securityProfiles:a',
    ],
    [{ kind: 'putUserStatus', userId, to: 'off' }, 'agent status → agentStatuses:off'],
    [{ kind: 'deleteUser', userId, from: {} }, 'delete the user'],
  ];
  it.each(cases)('%j', (change, text) => expect(renderChange(change, nameOf)).toBe(text));
});

it('a plan says which of its calls are made to the user who is replaced', () => {
  const changes: Change[] = [
    {
      kind: 'createUser',
      username: 'ana.roe',
      to: { securityProfileIds: ['a'], routingProfileId: 'r' },
      tags: {},
      mappedTags: {},
      replaces: { userId, username: 'ana' },
    },
    { kind: 'updateUserSecurityProfiles', userId, from: ['a'], to: ['n'], lifecycle: 'suspended' },
  ];
  expect(renderPlan({ changes }, (_, id) => id)).toEqual([
    'create ana.roe in place of ana: security profiles a, routing profile r',
    'ana: security profiles a → n',
  ]);
});

it('fields that a user does not have are not shown', () => {
  expect(renderFields({ mobile: '', hierarchyGroupId: 'h' }, nameOf)).toEqual([
    'hierarchy hierarchyGroups:h',
  ]);
});
