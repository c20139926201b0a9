import { describe, expect, it } from 'vitest';
import type { Change, LinkedUser } from '../../src/plan/plan.ts';
import { wasMade } from '../../src/plan/was-made.ts';
import { ANA_ID, FIELDS, linked, OWN_TAGS } from './examples.ts';

const userId = ANA_ID;
const crm = (level: number) => ({ attributeName: 'Product', attributeValue: 'CRM', level });
const skilled = (...actual: readonly ReturnType<typeof crm>[]) =>
  linked({ proficiencies: { applied: [], actual } });
const tagged = (more: Readonly<Record<string, string>>) =>
  linked({ tags: { applied: {}, actual: { ...OWN_TAGS, ...more } } });
const quickConnect = { id: 'q-1', name: 'Ana', contactFlowId: 'f-1' };
const quickConnects = [quickConnect];

describe('a call without an answer was made when a read shows what it sets', () => {
  const cases: { name: string; change: Change; before: LinkedUser; now: LinkedUser }[] = [
    {
      name: 'security profiles replaced',
      change: {
        kind: 'updateUserSecurityProfiles',
        userId,
        from: ['agent'],
        to: ['no-access'],
        lifecycle: 'suspended',
      },
      before: linked(),
      now: linked({ actual: { ...FIELDS, securityProfileIds: ['no-access'] } }),
    },
    {
      name: 'a name changed, with what the call sent as it was',
      change: {
        kind: 'updateUserIdentityInfo',
        userId,
        from: { firstName: 'Ana', lastName: 'Diaz' },
        to: { firstName: 'Ana', lastName: 'King' },
      },
      before: linked(),
      now: linked({ actual: { ...FIELDS, lastName: 'King' } }),
    },
    {
      name: 'a tag set',
      change: { kind: 'tagResource', userId, from: {}, to: { site: 'leeds' } },
      before: tagged({}),
      now: tagged({ site: 'leeds' }),
    },
    {
      name: 'a tag taken off',
      change: { kind: 'untagResource', userId, from: { site: 'leeds' } },
      before: tagged({ site: 'leeds' }),
      now: tagged({}),
    },
    {
      name: 'a proficiency added',
      change: { kind: 'associateUserProficiencies', userId, to: [crm(3)] },
      before: skilled(),
      now: skilled(crm(3)),
    },
    {
      name: 'a level changed',
      change: { kind: 'updateUserProficiencies', userId, from: [crm(3)], to: [crm(4)] },
      before: skilled(crm(3)),
      now: skilled(crm(4)),
    },
    {
      name: 'a proficiency taken away',
      change: { kind: 'disassociateUserProficiencies', userId, from: [crm(3)] },
      before: skilled(crm(3)),
      now: skilled(),
    },
    {
      name: 'a quick connect deleted',
      change: { kind: 'deleteQuickConnect', userId, quickConnect },
      before: linked({ quickConnects }),
      now: linked({ quickConnects: [] }),
    },
  ];
  it.each(cases)('$name', ({ change, before, now }) => {
    expect(wasMade(change, before, now)).toBe(true);
    expect(wasMade(change, before, before), 'it is not there').toBe(false);
    expect(wasMade(change, now, now), 'it was there before').toBe(false);
  });

  it('what no read of the user shows is never known to be made', () => {
    expect(wasMade({ kind: 'putUserStatus', userId, to: 'offline' }, linked(), linked())).toBe(false);
  });
});
