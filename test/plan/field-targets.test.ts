import { describe, expect, it } from 'vitest';
import type { Ownership, UserField, UserFields } from '../../src/connect/user.ts';
import { fieldTargets } from '../../src/plan/field-targets.ts';
import { FIELDS, linked, OWNERSHIP, suspendedLink } from './examples.ts';

describe('the target of a field, from what was applied, is wanted and is there', () => {
  type Case = [Ownership, string | undefined, string | undefined, string | undefined, string | undefined];
  const cases: Case[] = [
    // ownership, applied, wanted, actual → target
    ['enforce', 'a', 'a', 'a', 'a'],
    ['enforce', 'a', 'a', 'hand', 'a'],
    ['enforce', 'a', 'b', 'hand', 'b'],
    ['enforce', 'a', undefined, 'a', ''],
    ['enforce', 'a', undefined, 'hand', 'hand'],
    ['enforce', undefined, undefined, 'hand', 'hand'],
    ['follow', 'a', 'a', 'a', 'a'],
    ['follow', 'a', 'a', 'hand', 'hand'],
    ['follow', 'a', 'a', '', ''],
    ['follow', 'a', 'b', 'a', 'b'],
    ['follow', 'a', 'b', 'hand', 'b'],
    ['follow', undefined, 'b', 'hand', 'b'],
    ['follow', 'a', undefined, 'a', ''],
    ['follow', 'a', undefined, 'hand', 'hand'],
    ['seed', 'a', 'b', 'a', 'a'],
    ['seed', 'a', undefined, 'a', 'a'],
    ['ignore', 'a', 'b', 'hand', 'hand'],
    ['ignore', 'a', undefined, 'a', 'a'],
  ];
  it.each(cases)('%s: applied %s, wanted %s, actual %s → %s', (owner, applied, wanted, actual, target) => {
    const of = (hierarchyGroupId: string | undefined) =>
      hierarchyGroupId === undefined ? FIELDS : { ...FIELDS, hierarchyGroupId };
    const targets = fieldTargets(
      { username: 'ana', fields: of(wanted) },
      linked({ lastApplied: of(applied), actual: of(actual) }),
      { ...OWNERSHIP, hierarchyGroupId: owner },
    );
    expect(targets.hierarchyGroupId).toBe(target);
  });
});

describe('a field that no rule sets any more goes back to what Connect has where nothing was set', () => {
  const cases: [UserField, Partial<UserFields>, unknown][] = [
    ['mobile', { mobile: '+441' }, ''],
    ['autoAccept', { autoAccept: true }, false],
    ['afterContactWorkTimeLimit', { afterContactWorkTimeLimit: 30 }, 0],
    ['phoneType', { phoneType: 'DESK_PHONE', deskPhoneNumber: '+441' }, 'SOFT_PHONE'],
    ['deskPhoneNumber', { phoneType: 'DESK_PHONE', deskPhoneNumber: '+441' }, ''],
    ['lastName', {}, 'Diaz'],
  ];
  it.each(cases)('%s', (field, had, target) => {
    const { lastName: _unset, ...wanted } = FIELDS;
    const before = { ...FIELDS, ...had };
    const link = linked({ lastApplied: before, actual: before });
    expect(fieldTargets({ username: 'ana', fields: wanted }, link, OWNERSHIP)[field]).toBe(target);
  });

  it('keeps the number of a desk phone that somebody else chose: Connect refuses one without', () => {
    const link = linked({
      lastApplied: { ...FIELDS, deskPhoneNumber: '+441' },
      actual: { ...FIELDS, deskPhoneNumber: '+441', phoneType: 'DESK_PHONE' },
    });
    const targets = fieldTargets({ username: 'ana', fields: FIELDS }, link, OWNERSHIP);
    expect(targets).toMatchObject({ phoneType: 'DESK_PHONE', deskPhoneNumber: '+441' });
  });
});

describe('security profiles', () => {
  const cases = [
    { name: 'withdraws one added by hand', applied: ['a'], wanted: ['a'], actual: ['a', 'x'], target: ['a'] },
    {
      name: 'does not give back one taken by hand',
      applied: ['a', 'b'],
      wanted: ['a', 'b'],
      actual: ['a'],
      target: ['a'],
    },
    {
      name: 'gives back once something else is wanted',
      applied: ['a', 'b'],
      wanted: ['a', 'b', 'c'],
      actual: ['a'],
      target: ['a', 'b', 'c'],
    },
    {
      name: 'leaves nothing of what was exchanged by hand',
      applied: ['a'],
      wanted: ['a'],
      actual: ['x'],
      target: [],
    },
    {
      name: 'finishes a gain that was broken off',
      applied: undefined,
      wanted: ['a', 'b'],
      actual: ['a'],
      target: ['a', 'b'],
    },
  ];
  it.each(cases)('$name', ({ applied, wanted, actual, target }) => {
    const { securityProfileIds: _any, ...rest } = FIELDS;
    const link = linked({
      lastApplied: applied ? { ...rest, securityProfileIds: applied } : rest,
      actual: { ...rest, securityProfileIds: actual },
    });
    const desired = { username: 'ana', fields: { ...rest, securityProfileIds: wanted } };
    const ignored = { ...OWNERSHIP, securityProfileIds: 'ignore' } as const;
    expect(fieldTargets(desired, link, OWNERSHIP).securityProfileIds).toEqual(target);
    expect(fieldTargets(desired, link, ignored).securityProfileIds).toEqual(target);
  });

  it('come from the mapping alone after a suspension', () => {
    const link = suspendedLink({ snapshot: { ...FIELDS, securityProfileIds: ['agent', 'admin'] } });
    const { securityProfileIds } = fieldTargets({ username: 'ana', fields: FIELDS }, link, OWNERSHIP);
    expect(securityProfileIds).toEqual(['agent']);
  });
});

describe('the routing profile after a suspension', () => {
  const cases: {
    name: string;
    owner: Ownership;
    snapshot: Partial<UserFields> | null;
    wanted: string;
    target: string;
  }[] = [
    {
      name: 'is the supervisor’s again',
      owner: 'follow',
      snapshot: { routingProfileId: 'lunch' },
      wanted: 'sales',
      target: 'lunch',
    },
    {
      name: 'is the new one that the mapping wants',
      owner: 'follow',
      snapshot: { routingProfileId: 'lunch' },
      wanted: 'vip',
      target: 'vip',
    },
    {
      name: 'is the mapping’s when enforced',
      owner: 'enforce',
      snapshot: { routingProfileId: 'lunch' },
      wanted: 'sales',
      target: 'sales',
    },
    {
      name: 'is restored when only seeded',
      owner: 'seed',
      snapshot: { routingProfileId: 'lunch' },
      wanted: 'sales',
      target: 'lunch',
    },
    {
      name: 'is restored even when ignored',
      owner: 'ignore',
      snapshot: { routingProfileId: 'lunch' },
      wanted: 'sales',
      target: 'lunch',
    },
    {
      name: 'is never the parking one for want of a snapshot',
      owner: 'follow',
      snapshot: null,
      wanted: 'sales',
      target: 'sales',
    },
  ];
  it.each(cases)('$name', ({ owner, snapshot, wanted, target }) => {
    const desired = { username: 'ana', fields: { ...FIELDS, routingProfileId: wanted } };
    const ownership = { ...OWNERSHIP, routingProfileId: owner };
    expect(fieldTargets(desired, suspendedLink({ snapshot }), ownership).routingProfileId).toBe(target);
  });

  it('leaves a desk phone alone that was edited during the suspension', () => {
    const link = suspendedLink({
      snapshot: { ...FIELDS, deskPhoneNumber: '+441' },
      actual: { ...FIELDS, deskPhoneNumber: '+442' },
    });
    expect(fieldTargets({ username: 'ana', fields: FIELDS }, link, OWNERSHIP).deskPhoneNumber).toBe('+442');
  });
});
