import { describe, expect, it } from 'vitest';
import type { ConnectUserId } from '../../src/connect/user.ts';
import type { Change } from '../../src/plan/plan.ts';
import { planUser } from '../../src/plan/plan-user.ts';
import { afterChange, afterFound, afterPlan, beforePlan } from '../../src/plan/progress.ts';
import { ANA_ID, FIELDS, linked, OWN_TAGS, planInput, suspendedLink } from './examples.ts';

const userId = ANA_ID;
const newId = 'u-new' as ConnectUserId;
const { routingProfileId: _routing, ...WITHOUT_ROUTING } = FIELDS;

describe('before the first call', () => {
  it('a suspension keeps its snapshot and forgets the profiles that it overwrites', () => {
    const input = planInput({ wanted: { kind: 'suspended', cause: 'deactivated' } });
    const begun = beforePlan(linked(), planUser(input), input);
    const { securityProfileIds: _taken, ...lastApplied } = FIELDS;
    expect(begun).toEqual(linked({ snapshot: FIELDS, lastApplied }));
    expect(beforePlan(begun, planUser({ ...input, link: begun }), input)).toBe(begun);
  });

  it('an earlier snapshot of a suspension broken off is kept', () => {
    const input = planInput({ wanted: { kind: 'suspended', cause: 'deactivated' } });
    const snapshot = { routingProfileId: 'lunch' };
    expect(beforePlan(linked({ snapshot }), planUser(input), input).snapshot).toBe(snapshot);
  });

  it('a value about to be written is forgotten, so that the write is not taken for an edit', () => {
    const wanted = {
      kind: 'active',
      user: { username: 'ana', fields: { ...FIELDS, routingProfileId: 'vip' } },
    } as const;
    const input = planInput({ wanted });
    expect(beforePlan(linked(), planUser(input), input).lastApplied).toEqual(WITHOUT_ROUTING);
  });

  it('a supervisor’s routing profile about to be restored is not ours', () => {
    const link = suspendedLink({ snapshot: { ...FIELDS, routingProfileId: 'lunch' } });
    const input = planInput({ link });
    expect(beforePlan(link, planUser(input), input).lastApplied.routingProfileId).toBe('sales');
  });

  it('profiles exchanged by hand and withdrawn are still not given back', () => {
    const link = linked({ actual: { ...FIELDS, securityProfileIds: ['admin'] } });
    const input = planInput({ link });
    const plan = planUser(input);
    const after = afterChange(beforePlan(link, plan, input), plan.changes[0]!, null);
    expect(planUser(planInput({ link: after })).changes).toEqual([]);
  });

  it('nothing is stored for a plan without changes', () => {
    const link = linked();
    expect(beforePlan(link, planUser(planInput()), planInput())).toBe(link);
  });
});

describe('after a change', () => {
  const cases: { name: string; change: Change; link: object }[] = [
    {
      name: 'access taken is suspended',
      change: {
        kind: 'updateUserSecurityProfiles',
        userId,
        from: ['agent'],
        to: ['no-access'],
        lifecycle: 'suspended',
      },
      link: {
        lifecycle: 'suspended',
        actual: { ...FIELDS, securityProfileIds: ['no-access'] },
        lastApplied: FIELDS,
      },
    },
    {
      name: 'routing is seen and ours',
      change: { kind: 'updateUserRoutingProfile', userId, from: 'sales', to: 'vip' },
      link: {
        actual: { ...FIELDS, routingProfileId: 'vip' },
        lastApplied: { ...FIELDS, routingProfileId: 'vip' },
      },
    },
    {
      name: 'hierarchy is seen',
      change: { kind: 'updateUserHierarchy', userId, from: '', to: 'h' },
      link: { actual: { ...FIELDS, hierarchyGroupId: 'h' } },
    },
    {
      name: 'phone is seen',
      change: { kind: 'updateUserPhoneConfig', userId, from: {}, to: { autoAccept: true } },
      link: { actual: { ...FIELDS, autoAccept: true } },
    },
    {
      name: 'status is remembered',
      change: { kind: 'putUserStatus', userId, to: 'offline' },
      link: { agentStatusId: 'offline', actual: FIELDS },
    },
  ];
  it.each(cases)('$name', ({ change, link }) =>
    expect(afterChange(linked(), change, null)).toMatchObject(link),
  );

  it('what an object-wide call changed is ours, what it sent as it was is not', () => {
    const change: Change = {
      kind: 'updateUserIdentityInfo',
      userId,
      from: {},
      to: { firstName: 'Ana', lastName: 'Roe', mobile: '+449' },
    };
    const actual = { ...FIELDS, mobile: '+449' };
    expect(afterChange(linked({ actual }), change, null)).toEqual(
      linked({ actual: { ...actual, lastName: 'Roe' }, lastApplied: { ...FIELDS, lastName: 'Roe' } }),
    );
  });

  it('access given is active, and the agent’s status his own', () => {
    const change: Change = {
      kind: 'updateUserSecurityProfiles',
      userId,
      from: ['no-access'],
      to: ['agent'],
      lifecycle: 'active',
    };
    expect(afterChange(suspendedLink(), change, null)).toMatchObject({
      lifecycle: 'active',
      agentStatusId: null,
      snapshot: FIELDS,
    });
  });

  it('a deleted user has no link', () => {
    expect(afterChange(linked(), { kind: 'deleteUser', userId, from: FIELDS }, null)).toBeNull();
  });

  it('an update without a link is a bug that shows', () => {
    expect(() => afterChange(null, { kind: 'putUserStatus', userId, to: 'offline' }, null)).toThrow(
      'putUserStatus',
    );
  });

  const create: Change = {
    kind: 'createUser',
    username: 'ana',
    to: FIELDS,
    tags: OWN_TAGS,
    mappedTags: {},
    replaces: null,
  };

  it('a created user is what was asked for', () => {
    expect(afterChange(null, create, newId)).toEqual(linked({ userId: newId }));
  });

  it('a replaced user retires, and what was applied to him goes over to the new one', () => {
    const old = linked({ username: 'ann', actual: { ...FIELDS, routingProfileId: 'lunch' } });
    const to = { ...FIELDS, routingProfileId: 'lunch' };
    const link = afterChange(old, { ...create, to, replaces: { userId, username: 'ann' } }, newId)!;
    expect(link).toEqual(
      linked({
        userId: newId,
        actual: to,
        lastApplied: FIELDS,
        retiring: { userId, username: 'ann', actual: old.actual, agentStatusId: null },
      }),
    );
    const taken: Change = {
      kind: 'updateUserSecurityProfiles',
      userId,
      from: ['agent'],
      to: ['no-access'],
      lifecycle: 'suspended',
    };
    const after = afterChange(link, taken, null)!;
    expect(after).toMatchObject({ lifecycle: 'active', actual: to });
    expect(after.retiring?.actual.securityProfileIds).toEqual(['no-access']);
  });

  it('a username that comes back finds the user it had, who is brought up to date', () => {
    const left = { ...FIELDS, securityProfileIds: ['no-access'], routingProfileId: 'parked' };
    const replaces = { userId, username: 'ann' };
    const link = afterFound(
      linked({ username: 'ann' }),
      { ...create, replaces },
      { id: newId, fields: left, tags: OWN_TAGS },
    );
    expect(planUser(planInput({ link: { ...link, retiring: null } })).changes).toMatchObject([
      { kind: 'updateUserRoutingProfile', userId: newId, to: 'sales' },
      { kind: 'updateUserSecurityProfiles', userId: newId, to: ['agent'] },
    ]);
  });

  it('a user who is created anew keeps the one who still retires', () => {
    const retiring = {
      userId: 'u-old' as ConnectUserId,
      username: 'ann',
      actual: FIELDS,
      agentStatusId: null,
    };
    expect(afterChange(linked({ lifecycle: 'deleted', retiring }), create, newId)).toEqual(
      linked({ userId: newId, retiring }),
    );
  });
});

describe('after a plan', () => {
  const settle = (over: Parameters<typeof planInput>[0]) => {
    const input = planInput(over);
    return afterPlan(input.link!, planUser(input), input);
  };
  const suspended = { kind: 'suspended', cause: 'deactivated' } as const;
  const retiring = {
    userId: 'u-old' as ConnectUserId,
    username: 'ann',
    actual: { ...FIELDS, securityProfileIds: ['no-access'], routingProfileId: 'parked' },
    agentStatusId: 'offline',
  };

  it('what is wanted was applied, and the snapshot has served', () => {
    expect(settle({ link: linked({ lastApplied: {}, snapshot: FIELDS, agentStatusId: 'offline' }) })).toEqual(
      linked(),
    );
  });

  it('a user found without access is suspended, though no call said so', () => {
    const actual = { ...FIELDS, securityProfileIds: ['no-access'], routingProfileId: 'parked' };
    const link = linked({ actual, snapshot: FIELDS, agentStatusId: 'offline' });
    expect(settle({ link, wanted: suspended })).toEqual(suspendedLink());
  });

  it('a parked plan applies nothing', () => {
    const reason = { code: 'c', detail: 'd', remedy: 'r' };
    const wanted = { kind: 'parked', reason, grantedSecurityProfileIds: ['agent'] } as const;
    expect(settle({ wanted })).toEqual(linked());
  });

  it('a user deleted by hand stays reported until he was deactivated in between', () => {
    const link = linked({ lifecycle: 'deleted' });
    expect(settle({ link })).toEqual(link);
    const ended = settle({ link, wanted: suspended });
    expect(planUser(planInput({ link: ended })).changes).toMatchObject([{ kind: 'createUser' }]);
  });

  it('the replaced user is let go once he is suspended, and not before', () => {
    expect(settle({ link: linked({ retiring }) }).retiring).toBeNull();
    expect(settle({ link: linked({ retiring }), suspend: null }).retiring).toBe(retiring);
  });
});
