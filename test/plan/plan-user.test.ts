import { describe, expect, it } from 'vitest';
import type { DesiredUser } from '../../src/connect/user.ts';
import type { LinkedUser, PlanInput, Wanted } from '../../src/plan/plan.ts';
import { planUser } from '../../src/plan/plan-user.ts';
import {
  ANA,
  ANA_ID,
  FIELDS,
  linked,
  OWN_TAGS,
  OWNERSHIP,
  planInput,
  SUSPEND,
  suspendedLink,
} from './examples.ts';

const userId = ANA_ID;
const active: Wanted = { kind: 'active', user: ANA };
const suspended: Wanted = { kind: 'suspended', cause: 'deactivated' };
const deleted: Wanted = { kind: 'deleted', cause: 'deleted' };
const parked = (...grantedSecurityProfileIds: string[]): Wanted => ({
  kind: 'parked',
  reason: { code: 'unknownRoutingProfile', detail: 'd', remedy: 'r' },
  grantedSecurityProfileIds,
});
const wants = (fields: object): Wanted => ({
  kind: 'active',
  user: { ...ANA, fields: { ...FIELDS, ...fields } },
});

const profiles = (from: string[], to: string[], lifecycle: 'active' | 'suspended') => ({
  kind: 'updateUserSecurityProfiles',
  userId,
  from,
  to,
  lifecycle,
});
const routing = (from: string, to: string) => ({ kind: 'updateUserRoutingProfile', userId, from, to });
const offline = { kind: 'putUserStatus', userId, to: 'offline' };
const deleteAna = { kind: 'deleteUser', userId, from: FIELDS };
const create = (over: object = {}) => ({
  kind: 'createUser',
  username: 'ana',
  to: FIELDS,
  tags: { 'scim-bridge:id': 'acme', 'scim-bridge:user': 'scim-ana' },
  mappedTags: {},
  replaces: null,
  ...over,
});
const suspension = [profiles(['agent'], ['no-access'], 'suspended'), routing('sales', 'parked'), offline];

/** Today's user has one profile more than the mapping grants. */
const overgranted = linked({ actual: { ...FIELDS, securityProfileIds: ['admin', 'agent'] } });
const deletedLink = linked({ lifecycle: 'deleted' });

describe('what is wanted meets what Connect has', () => {
  interface Case {
    readonly name: string;
    readonly over: Partial<PlanInput>;
    readonly plan: object;
  }
  const cases: Case[] = [
    {
      name: 'active, absent: created',
      over: { wanted: active, link: null },
      plan: { changes: [create()], lane: 'joiner', lifecycle: 'active', effects: [], needsRead: false },
    },
    {
      name: 'active, active: no call',
      over: { wanted: active },
      plan: { changes: [], effects: [], lifecycle: 'active', parked: null, needsRead: false },
    },
    {
      name: 'active, suspended: the rest first, access last',
      over: { wanted: active, link: suspendedLink() },
      plan: {
        changes: [routing('parked', 'sales'), profiles(['no-access'], ['agent'], 'active')],
        lane: 'joiner',
        lifecycle: 'active',
        effects: ['grant'],
        needsRead: false,
      },
    },
    {
      name: 'active as before, deleted by hand: reported, not given back',
      over: { wanted: active, link: deletedLink },
      plan: { changes: [], lifecycle: 'deleted', parked: { code: 'deletedInConnect' } },
    },
    {
      name: 'active otherwise, deleted by hand: created',
      over: { wanted: wants({ lastName: 'Roe' }), link: deletedLink },
      plan: { changes: [create({ to: { ...FIELDS, lastName: 'Roe' } })], lifecycle: 'active', parked: null },
    },
    {
      name: 'active with a field less, deleted by hand: created',
      over: {
        wanted: active,
        link: linked({ lifecycle: 'deleted', lastApplied: { ...FIELDS, mobile: '+441' } }),
      },
      plan: { changes: [create()] },
    },
    {
      name: 'active under another username, deleted by hand: created',
      over: { wanted: active, link: linked({ lifecycle: 'deleted', username: 'ann' }) },
      plan: { changes: [create()], effects: [] },
    },

    {
      name: 'suspended, absent: nothing',
      over: { wanted: suspended, link: null },
      plan: { changes: [], lifecycle: 'absent' },
    },
    {
      name: 'suspended, active: profiles, routing, status, after a read',
      over: { wanted: suspended },
      plan: {
        changes: suspension,
        effects: ['deactivate'],
        lane: 'leaver',
        lifecycle: 'suspended',
        needsRead: true,
      },
    },
    {
      name: 'suspended, suspended: no call',
      over: { wanted: suspended, link: suspendedLink() },
      plan: { changes: [], effects: [], lifecycle: 'suspended', needsRead: false },
    },
    {
      name: 'suspended, half suspended: the rest, uncounted',
      over: {
        wanted: suspended,
        link: suspendedLink({
          actual: { ...FIELDS, securityProfileIds: ['no-access'] },
          agentStatusId: null,
        }),
      },
      plan: {
        changes: [routing('sales', 'parked'), offline],
        effects: [],
        lane: 'leaver',
        lifecycle: 'suspended',
        needsRead: false,
      },
    },
    {
      name: 'suspended, given a profile by hand: taken again',
      over: {
        wanted: suspended,
        link: suspendedLink({
          actual: { securityProfileIds: ['admin', 'no-access'], routingProfileId: 'parked' },
        }),
      },
      plan: { changes: [profiles(['admin', 'no-access'], ['no-access'], 'suspended')], lane: 'leaver' },
    },
    {
      name: 'suspended, deleted by hand: nothing',
      over: { wanted: suspended, link: deletedLink },
      plan: { changes: [], lifecycle: 'deleted', parked: null },
    },
    {
      name: 'suspended, held: keeps what he has',
      over: { wanted: suspended, withhold: ['deactivate'] },
      plan: { changes: [], effects: ['deactivate'], lifecycle: 'active' },
    },
    {
      name: 'suspended without suspend profiles: parked',
      over: { wanted: suspended, suspend: null },
      plan: { changes: [], parked: { code: 'noSuspendTarget' }, lifecycle: 'active' },
    },
    {
      name: 'suspended already, without suspend profiles: nothing',
      over: { wanted: suspended, suspend: null, link: suspendedLink() },
      plan: { changes: [], parked: null, lifecycle: 'suspended' },
    },
    {
      name: 'suspended without a status to set',
      over: { wanted: suspended, suspend: { ...SUSPEND, agentStatusId: null } },
      plan: { changes: suspension.slice(0, 2) },
    },

    {
      name: 'deleted, absent: nothing',
      over: { wanted: deleted, link: null },
      plan: { changes: [], effects: [], lifecycle: 'absent' },
    },
    {
      name: 'deleted, active: read first, for his quick connects, then deleted',
      over: { wanted: deleted },
      plan: {
        changes: [deleteAna],
        effects: ['deactivate', 'delete'],
        lane: 'leaver',
        lifecycle: 'deleted',
        needsRead: true,
      },
    },
    {
      name: 'deleted, suspended: deleted',
      over: { wanted: deleted, link: suspendedLink() },
      plan: { changes: [{ kind: 'deleteUser' }], effects: ['delete'], lifecycle: 'deleted' },
    },
    {
      name: 'deleted, deleted by hand: nothing',
      over: { wanted: deleted, link: deletedLink },
      plan: { changes: [], effects: [] },
    },
    {
      name: 'deleted, the delete held: suspended',
      over: { wanted: deleted, withhold: ['delete'] },
      plan: {
        changes: suspension,
        effects: ['deactivate', 'delete'],
        lifecycle: 'suspended',
        needsRead: true,
      },
    },
    {
      name: 'deleted, all held: keeps what he has',
      over: { wanted: deleted, withhold: ['deactivate', 'delete'] },
      plan: { changes: [], effects: ['deactivate', 'delete'], lifecycle: 'active' },
    },
    {
      name: 'deleted, suspended, the delete held: no call',
      over: { wanted: deleted, link: suspendedLink(), withhold: ['delete'] },
      plan: { changes: [], effects: ['delete'], lifecycle: 'suspended' },
    },
    {
      name: 'deleted needs no suspend profiles',
      over: { wanted: deleted, suspend: null },
      plan: { changes: [deleteAna], parked: null },
    },
    {
      name: 'deleted, the delete held, without suspend profiles: parked',
      over: { wanted: deleted, suspend: null, withhold: ['delete'] },
      plan: { changes: [], effects: ['deactivate', 'delete'], parked: { code: 'noSuspendTarget' } },
    },

    {
      name: 'skip, absent: nothing',
      over: { wanted: { kind: 'skip' }, link: null },
      plan: { changes: [], lifecycle: 'absent', parked: null },
    },

    {
      name: 'parked, absent: nothing',
      over: { wanted: parked('agent'), link: null },
      plan: { changes: [], parked: { code: 'unknownRoutingProfile' }, lifecycle: 'absent' },
    },
    {
      name: 'parked, active with what is granted: nothing',
      over: { wanted: parked('agent', 'more') },
      plan: { changes: [], lifecycle: 'active', effects: [] },
    },
    {
      name: 'parked, active with more: loses it',
      over: { wanted: parked('agent'), link: overgranted },
      plan: {
        changes: [profiles(['admin', 'agent'], ['agent'], 'active')],
        lane: 'reduction',
        lifecycle: 'active',
        parked: { code: 'unknownRoutingProfile' },
        needsRead: false,
      },
    },
    {
      name: 'parked, none is left: suspended',
      over: { wanted: parked('more') },
      plan: {
        changes: suspension,
        effects: ['deactivate'],
        lane: 'leaver',
        lifecycle: 'suspended',
        parked: { code: 'unknownRoutingProfile' },
        needsRead: true,
      },
    },
    {
      name: 'parked, none is left, held',
      over: { wanted: parked(), withhold: ['deactivate'] },
      plan: { changes: [], effects: ['deactivate'], lifecycle: 'active' },
    },
    {
      name: 'parked, none is left, without suspend profiles',
      over: { wanted: parked(), suspend: null },
      plan: { changes: [], parked: { code: 'noSuspendTarget' } },
    },
    {
      name: 'parked, suspended: no call',
      over: { wanted: parked('agent'), link: suspendedLink() },
      plan: { changes: [], effects: [], lifecycle: 'suspended', parked: { code: 'unknownRoutingProfile' } },
    },
    {
      name: 'parked, half suspended: the rest',
      over: { wanted: parked('agent'), link: suspendedLink({ agentStatusId: null }) },
      plan: { changes: [offline], effects: [], lifecycle: 'suspended' },
    },
    {
      name: 'parked, suspended by hand: left so',
      over: {
        wanted: parked('agent'),
        link: linked({ actual: { ...FIELDS, securityProfileIds: ['no-access'] } }),
      },
      plan: { changes: [], effects: [], lifecycle: 'active' },
    },
    {
      name: 'parked, deleted by hand: nothing',
      over: { wanted: parked(), link: deletedLink },
      plan: { changes: [], lifecycle: 'deleted' },
    },
  ];
  it.each(cases)('$name', ({ over, plan }) => expect(planUser(planInput(over))).toMatchObject(plan));
});

describe('one call per aspect that changes', () => {
  const all = Object.fromEntries(
    Object.keys(OWNERSHIP).map((field) => [field, 'enforce']),
  ) as typeof OWNERSHIP;
  const phone = {
    phoneType: 'DESK_PHONE',
    deskPhoneNumber: '+441',
    autoAccept: false,
    afterContactWorkTimeLimit: 0,
    persistentConnection: false,
  } as const;
  const identity = { firstName: 'Ana', lastName: 'Diaz', secondaryEmail: 'ana@x.test', mobile: '+441' };

  it('a loss of profiles comes first', () => {
    const plan = planUser(planInput({ wanted: wants({ routingProfileId: 'vip' }), link: overgranted }));
    expect(plan).toMatchObject({
      changes: [profiles(['admin', 'agent'], ['agent'], 'active'), routing('sales', 'vip')],
      lane: 'reduction',
      needsRead: false,
    });
  });

  it('a gain of profiles comes last', () => {
    const plan = planUser(
      planInput({
        wanted: wants({
          routingProfileId: 'vip',
          hierarchyGroupId: 'h',
          securityProfileIds: ['agent', 'qa'],
        }),
      }),
    );
    expect(plan.changes.map(({ kind }) => kind)).toEqual([
      'updateUserRoutingProfile',
      'updateUserHierarchy',
      'updateUserSecurityProfiles',
    ]);
    expect(plan.lane).toBe('move');
  });

  it('a name change sends the whole identity, after a read when some member is not ours', () => {
    const plan = planUser(
      planInput({
        wanted: wants({ lastName: 'Roe' }),
        link: linked({ actual: { ...FIELDS, mobile: '+442' } }),
      }),
    );
    expect(plan).toMatchObject({
      changes: [
        { kind: 'updateUserIdentityInfo', userId, to: { firstName: 'Ana', lastName: 'Roe', mobile: '+442' } },
      ],
      lane: 'cosmetic',
      needsRead: true,
    });
  });

  it('a name change needs no read when all members are enforced', () => {
    const before = { ...FIELDS, ...identity };
    const link = linked({ lastApplied: before, actual: before });
    expect(planUser(planInput({ wanted: wants({ ...identity, lastName: 'Roe' }), link }))).toMatchObject({
      changes: [{ kind: 'updateUserIdentityInfo' }],
      needsRead: false,
    });
  });

  it.each([
    [OWNERSHIP, true],
    [all, false],
  ])('a phone change keeps the members that a supervisor set (%#)', (ownership, needsRead) => {
    const link = linked({
      lastApplied: { ...FIELDS, ...phone },
      actual: { ...FIELDS, ...phone, autoAccept: true },
    });
    const plan = planUser(
      planInput({ ownership, link, wanted: wants({ ...phone, deskPhoneNumber: '+449' }) }),
    );
    expect(plan).toMatchObject({
      changes: [
        { kind: 'updateUserPhoneConfig', to: { ...phone, deskPhoneNumber: '+449', autoAccept: needsRead } },
      ],
      needsRead,
    });
  });

  it.each([
    ['SAML', { email: 'a@x.test' }, 0],
    ['CONNECT_MANAGED', { email: 'a@x.test' }, 1],
    ['EXISTING_DIRECTORY', { lastName: 'Roe' }, 0],
    ['EXISTING_DIRECTORY', { mobile: '+441' }, 1],
  ] as const)('on %s a change of %j makes %i calls', (identityManagementType, fields, calls) => {
    expect(planUser(planInput({ identityManagementType, wanted: wants(fields) })).changes).toHaveLength(
      calls,
    );
  });

  it('a field that is ignored is not written at creation either, unless Connect makes nobody without it', () => {
    const ownership = {
      ...OWNERSHIP,
      lastName: 'ignore',
      routingProfileId: 'ignore',
      mobile: 'ignore',
    } as const;
    const wanted = wants({ mobile: '+441' });
    expect(planUser(planInput({ link: null, wanted, ownership })).changes).toEqual([create()]);
  });

  it('a user exchanged by hand to a profile that is not granted loses it and is given nothing', () => {
    const link = linked({ actual: { ...FIELDS, securityProfileIds: ['admin'] } });
    expect(planUser(planInput({ link })).changes).toEqual([profiles(['admin'], ['no-access'], 'active')]);
    expect(planUser(planInput({ link, suspend: null }))).toMatchObject({
      changes: [],
      parked: { code: 'noSuspendTarget' },
    });
  });

  it('a user suspended by hand stays so', () => {
    const link = linked({ actual: { ...FIELDS, securityProfileIds: ['no-access'] } });
    expect(planUser(planInput({ link }))).toMatchObject({ changes: [], parked: null, lifecycle: 'active' });
  });
});

describe('another username', () => {
  const ann = linked({ username: 'ann' });
  const replaces = { userId, username: 'ann' };

  it('is a new user first, and then the old one suspended', () => {
    expect(planUser(planInput({ link: ann }))).toEqual({
      changes: [create({ replaces }), ...suspension],
      effects: ['recreate'],
      lane: 'move',
      lifecycle: 'active',
      parked: null,
      needsRead: true,
    });
  });

  it('takes along what was edited in Connect, and today’s profiles', () => {
    const actual = {
      ...FIELDS,
      securityProfileIds: ['admin', 'agent'],
      routingProfileId: 'lunch',
      hierarchyGroupId: 'by-hand',
    };
    const [withdrawn, created] = planUser(planInput({ link: { ...ann, actual } })).changes;
    expect(withdrawn).toEqual(profiles(['admin', 'agent'], ['agent'], 'active'));
    expect(created).toMatchObject({
      to: { ...FIELDS, routingProfileId: 'lunch', hierarchyGroupId: 'by-hand' },
    });
  });

  it('takes from the old one first what he is to lose, since the new one may not come for long', () => {
    const actual = { ...FIELDS, securityProfileIds: ['agent', 'quality'] };
    const plan = planUser(planInput({ link: { ...ann, actual, lastApplied: actual } }));
    expect(plan.changes.map(({ kind }) => kind)).toEqual([
      'updateUserSecurityProfiles',
      'createUser',
      ...suspension.map(({ kind }) => kind),
    ]);
    expect(plan).toMatchObject({ effects: ['recreate', 'reduce'], lane: 'reduction', needsRead: false });
  });

  it('held: the old user is kept up to date', () => {
    const input = planInput({ link: ann, wanted: wants({ lastName: 'Roe' }), withhold: ['recreate'] });
    expect(planUser(input)).toMatchObject({
      changes: [{ kind: 'updateUserIdentityInfo', userId }],
      effects: ['recreate'],
    });
  });

  it('without suspend profiles: parked, removals made all the same', () => {
    const plan = planUser(planInput({ link: { ...overgranted, username: 'ann' }, suspend: null }));
    expect(plan).toMatchObject({
      changes: [profiles(['admin', 'agent'], ['agent'], 'active')],
      parked: { code: 'noSuspendTarget' },
    });
  });
});

describe('the user who was replaced', () => {
  const old = {
    userId: 'u-old' as LinkedUser['userId'],
    username: 'ann',
    actual: FIELDS,
    agentStatusId: null,
  };
  const wanteds: Wanted[] = [active, suspended, deleted, parked('agent')];

  it.each(wanteds)('is suspended before anything else when $kind is wanted', (wanted) => {
    const plan = planUser(planInput({ wanted, link: linked({ retiring: old }) }));
    const ofOld = suspension.map((change) => ({ ...change, userId: 'u-old' }));
    expect(plan.changes.slice(0, 3)).toEqual(ofOld);
    expect(plan.lane).toBe('leaver');
  });

  it('is not lost sight of while he cannot be suspended', () => {
    const plan = planUser(planInput({ wanted: deleted, link: linked({ retiring: old }), suspend: null }));
    expect(plan).toMatchObject({ changes: [], parked: { code: 'noSuspendTarget' } });
  });
});

describe('tags and proficiencies', () => {
  const product = (attributeValue: string, level: number) => ({
    attributeName: 'Product',
    attributeValue,
    level,
  });
  const wanting = (more: Partial<DesiredUser>) => ({ kind: 'active', user: { ...ANA, ...more } }) as const;

  it('come with the user, but proficiencies cannot be created: they are the next plan', () => {
    const input = planInput({ link: null, wanted: wanting({ tags: { site: 'leeds' } }) });
    expect(planUser(input).changes).toMatchObject([
      { kind: 'createUser', tags: { site: 'leeds', ...OWN_TAGS }, mappedTags: { site: 'leeds' } },
    ]);
  });

  const cases = [
    {
      name: 'a tag that is wanted anew is set beside the others',
      user: { tags: { site: 'york' } },
      link: { tags: { applied: { site: 'leeds' }, actual: { ...OWN_TAGS, site: 'leeds', desk: '7' } } },
      changes: [{ kind: 'tagResource', userId: ANA_ID, from: { site: 'leeds' }, to: { site: 'york' } }],
    },
    {
      name: 'a tag that somebody changed stays until another is wanted',
      user: { tags: { site: 'leeds' } },
      link: { tags: { applied: { site: 'leeds' }, actual: { ...OWN_TAGS, site: 'hull' } } },
      changes: [],
    },
    {
      name: 'a tag that no rule sets any more is taken off, one of others is not',
      user: {},
      link: { tags: { applied: { site: 'leeds' }, actual: { ...OWN_TAGS, site: 'leeds', desk: '7' } } },
      changes: [{ kind: 'untagResource', userId: ANA_ID, from: { site: 'leeds' } }],
    },
    {
      name: 'a former user who is taken over gets our tags first',
      user: {},
      link: { tags: { applied: {}, actual: { ...OWN_TAGS, 'scim-bridge:user': 'former' } } },
      changes: [
        {
          kind: 'tagResource',
          userId: ANA_ID,
          from: { 'scim-bridge:user': 'former' },
          to: { 'scim-bridge:user': 'scim-ana' },
        },
      ],
    },
    {
      name: 'what is too many goes first, then levels change, then comes what is new',
      user: { proficiencies: [product('Billing', 2), product('CRM', 4)] },
      link: {
        proficiencies: {
          applied: [product('CRM', 1), product('Fax', 5)],
          actual: [product('CRM', 1), product('Fax', 5), product('Chat', 3)],
        },
      },
      changes: [
        { kind: 'disassociateUserProficiencies', userId: ANA_ID, from: [product('Fax', 5)] },
        {
          kind: 'updateUserProficiencies',
          userId: ANA_ID,
          from: [product('CRM', 1)],
          to: [product('CRM', 4)],
        },
        { kind: 'associateUserProficiencies', userId: ANA_ID, to: [product('Billing', 2)] },
      ],
    },
    {
      name: 'a level that a supervisor changed stays',
      user: { proficiencies: [product('CRM', 1)] },
      link: { proficiencies: { applied: [product('CRM', 1)], actual: [product('CRM', 5)] } },
      changes: [],
    },
  ];
  it.each(cases)('$name', ({ user, link, changes }) => {
    expect(planUser(planInput({ wanted: wanting(user), link: linked(link) })).changes).toEqual(changes);
  });

  it('proficiencies that are not known are read first', () => {
    const link = linked({ proficiencies: { applied: [], actual: null } });
    const plan = planUser(planInput({ wanted: wanting({ proficiencies: [product('CRM', 1)] }), link }));
    expect(plan).toMatchObject({ changes: [], needsRead: true });
    expect(planUser(planInput({ link })).needsRead).toBe(false);
  });
});
