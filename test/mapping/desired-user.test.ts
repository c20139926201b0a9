import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdentityManagementType } from '../../src/connect/user.ts';

import { desiredUser } from '../../src/mapping/desired-user.ts';
import type { UserGroup } from '../../src/mapping/user-group.ts';
import { explainUser } from '../../src/mapping/explain.ts';
import type { UserJson } from '../../src/mapping/expression/attributes.ts';
import type { Mapping, MappingResult } from '../../src/mapping/mapping.ts';
import { ana, catalog, groupsOf, mappingOf, noCeiling } from './acme.ts';
import { anyUser } from './any-user.ts';

const SALES = `
  - name: sales
    when: { group: Sales }
    set: { routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, London, Sales] }`;
const SUPERVISORS = `
  - name: supervisors
    when: { group: Supervisors }
    set: { routingProfile: Supervisors, securityProfiles: [CallCenterManager, Agent] }`;
const DESK = `
  - name: desk
    when: { group: Leeds }
    set: { phone: { type: DESK_PHONE, number: { cel: 'e164(phone(user, "work"), "GB")' }, autoAccept: true } }`;

function map(
  mapping: Mapping,
  groups: readonly UserGroup[],
  user: UserJson = ana,
  identityManagementType: IdentityManagementType = 'SAML',
): MappingResult {
  const instance = { alias: 'uk', identityManagementType };
  return desiredUser({ user, groups, mapping, instance, catalog, ceiling: noCeiling });
}

describe('a mapped user', () => {
  it('gets username, identity and what the matching rules set, in ids', () => {
    const result = map(mappingOf(SALES), groupsOf('Sales', 'Everyone'));
    expect(result).toMatchObject({
      kind: 'mapped',
      user: {
        username: 'ana@acme.test',
        fields: {
          firstName: 'Ana',
          lastName: 'Lima',
          secondaryEmail: 'ana@acme.test',
          mobile: '+447700900123',
          securityProfileIds: ['sp-Agent'],
          routingProfileId: 'rp-Sales',
          hierarchyGroupId: 'hg-sales',
        },
      },
    });
  });

  it('has security profiles from every matching rule, and the rest from the first that sets it', () => {
    const result = map(mappingOf(SUPERVISORS + SALES + DESK), groupsOf('Sales', 'Supervisors', 'Leeds'));
    expect(fieldsOf(result)).toMatchObject({
      securityProfileIds: ['sp-Agent', 'sp-CallCenterManager'],
      routingProfileId: 'rp-Supervisors',
      hierarchyGroupId: 'hg-sales',
      phoneType: 'DESK_PHONE',
      deskPhoneNumber: '+442079460958',
      autoAccept: true,
    });
  });

  it('has every phone field from the first rule that sets that field', () => {
    const more = `
  - { name: late, when: { group: Leeds }, set: { phone: { type: SOFT_PHONE, autoAccept: false, afterContactWorkTimeLimit: 30 } } }`;
    expect(fieldsOf(map(mappingOf(SALES + DESK + more), groupsOf('Sales', 'Leeds')))).toMatchObject({
      phoneType: 'DESK_PHONE',
      autoAccept: true,
      afterContactWorkTimeLimit: 30,
    });
  });

  it('has no field that no rule sets', () => {
    const rule =
      '  - { name: a, when: { group: A }, set: { routingProfile: Sales, securityProfiles: [Agent] } }';
    expect(Object.keys(fieldsOf(map(mappingOf(rule), groupsOf('A')))).sort()).toEqual(
      ['firstName', 'lastName', 'mobile', 'routingProfileId', 'secondaryEmail', 'securityProfileIds'].sort(),
    );
  });

  it.each([
    ['SAML', ['firstName', 'lastName', 'mobile', 'secondaryEmail']],
    ['CONNECT_MANAGED', ['email', 'firstName', 'lastName', 'mobile', 'secondaryEmail']],
    ['EXISTING_DIRECTORY', ['mobile', 'secondaryEmail']],
  ] as const)('on %s has the identity fields that it takes: %j', (type, identity) => {
    const known: readonly string[] = ['firstName', 'lastName', 'email', 'secondaryEmail', 'mobile'];
    const fields = fieldsOf(map(mappingOf(SALES), groupsOf('Sales'), ana, type));
    expect(
      Object.keys(fields)
        .filter((field) => known.includes(field))
        .sort(),
    ).toEqual(identity);
  });

  it('has names in NFC, and empty contact data where the identity provider has none', () => {
    const user = { userName: 'zoe', name: { givenName: 'Zoe\u0308', familyName: 'A' } };
    expect(fieldsOf(map(mappingOf(SALES), groupsOf('Sales'), user))).toMatchObject({
      firstName: 'Zo\u00eb',
      secondaryEmail: '',
      mobile: '',
    });
  });

  it('keeps the case of the username', () => {
    const result = map(mappingOf(SALES), groupsOf('Sales'), { ...ana, userName: 'Ana@Acme.Test' });
    expect(result).toMatchObject({ user: { username: 'Ana@Acme.Test' } });
  });

  it('is told apart by conditions', () => {
    const rule = (when: string) =>
      mappingOf(`  - { name: r, when: ${when}, set: { routingProfile: Sales, securityProfiles: [Agent] } }`);
    const kinds = (when: string, ...names: readonly string[]) => map(rule(when), groupsOf(...names)).kind;
    expect(kinds('{ group: A }', 'A')).toBe('mapped');
    expect(kinds('{ group: A }', 'a')).toBe('unmatched');
    expect(kinds('{ anyGroup: [A, B] }', 'B')).toBe('mapped');
    expect(kinds('{ anyGroup: [A, B] }', 'C')).toBe('unmatched');
    expect(kinds('{ allGroups: [A, B] }', 'B', 'A')).toBe('mapped');
    expect(kinds('{ allGroups: [A, B] }', 'A')).toBe('unmatched');
    expect(kinds('{ groupExternalId: ext-A }', 'A')).toBe('mapped');
    expect(kinds('{ groupExternalId: A }', 'A')).toBe('unmatched');
  });

  it('is not told by rules for other instances', () => {
    const rules = `
  - { name: us, instances: [us], when: { group: Sales }, set: { securityProfiles: [Admin] } }
  - { name: uk, instances: [us, uk], when: { group: Sales }, set: { routingProfile: Sales, securityProfiles: [Agent] } }`;
    expect(fieldsOf(map(mappingOf(rules), groupsOf('Sales'))).securityProfileIds).toEqual(['sp-Agent']);
  });

  it('takes values from the user where a rule says so, and an empty one sets nothing', () => {
    const rules = `
  - name: asked for
    when: { group: Sales }
    set: { routingProfile: { cel: user.connect.routingProfile }, hierarchy: [EMEA, { cel: user.enterprise.division }] }${SALES}`;
    const asking = {
      ...ana,
      'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User': { routingProfile: 'Support' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { division: 'Leeds' },
    };
    expect(fieldsOf(map(mappingOf(rules), groupsOf('Sales'), asking))).toMatchObject({
      routingProfileId: 'rp-Support',
      hierarchyGroupId: 'hg-leeds',
    });
    expect(fieldsOf(map(mappingOf(rules), groupsOf('Sales')))).toMatchObject({
      routingProfileId: 'rp-Sales',
      hierarchyGroupId: 'hg-sales',
    });
  });
});

describe('the trace', () => {
  it('says which rule, which fact and which rules lost', () => {
    const result = map(mappingOf(SUPERVISORS + SALES), groupsOf('Sales', 'Supervisors'));
    expect(result.kind === 'mapped' && result.trace().filter(({ field }) => field !== 'mobile')).toEqual([
      entry('username', 'ana@acme.test', 'username', null, 'user.userName = "ana@acme.test"'),
      entry('firstName', 'Ana', 'identity', null, 'user.name.givenName = "Ana"'),
      entry('lastName', 'Lima', 'identity', null, 'user.name.familyName = "Lima"'),
      entry('secondaryEmail', 'ana@acme.test', 'identity', null, 'user.emails = ["ana@acme.test" (work)]'),
      entry('securityProfileIds', 'CallCenterManager', 'supervisors', 11, 'member of "Supervisors"'),
      entry('securityProfileIds', 'Agent', 'supervisors', 11, 'member of "Supervisors"'),
      entry('securityProfileIds', 'Agent', 'sales', 14, 'member of "Sales"'),
      {
        ...entry('routingProfileId', 'Supervisors', 'supervisors', 11, 'member of "Supervisors"'),
        lost: [{ rule: 'sales', at: { file: 'mapping.yaml', line: 14, column: 5 }, value: 'Sales' }],
      },
      entry('hierarchyGroupId', 'EMEA / London / Sales', 'sales', 14, 'member of "Sales"'),
    ]);
  });

  it('adds the attribute that a value was taken from', () => {
    const result = map(mappingOf(SALES + DESK), groupsOf('Leeds', 'Sales'));
    expect(
      result.kind === 'mapped' && result.trace().find(({ field }) => field === 'deskPhoneNumber')?.because,
    ).toBe('member of "Leeds"; user.phoneNumbers = ["07700 900123" (mobile), "+44 20 7946 0958" (work)]');
  });

  function entry(field: string, value: unknown, rule: string, line: number | null, because: string) {
    return { field, value, rule, at: line && { file: 'mapping.yaml', line, column: 5 }, because, lost: [] };
  }
});

describe('a user is unmatched', () => {
  it('when no rule that applies grants a security profile, with the nearest rules first', () => {
    const rules = `${SUPERVISORS}${DESK}${SALES}
  - { name: both, when: { allGroups: [Leeds, X, Y] }, set: { securityProfiles: [Agent] } }
  - { name: any, when: { anyGroup: [M, N] }, set: { securityProfiles: [Agent] } }
  - { name: external, when: { groupExternalId: '7' }, set: { securityProfiles: [Agent] } }
  - { name: asks, when: { group: Leeds }, set: { securityProfiles: [{ cel: user.title }] } }`;
    expect(explainUser(map(mappingOf(rules), groupsOf('Leeds', 'sales')))).toMatchObject({
      kind: 'unmatched',
      closest: [
        { rule: 'asks', missing: 'it applies, but yields no security profile for this user' },
        { rule: 'sales', missing: 'not in "Sales", but in "sales"' },
        { rule: 'any', missing: 'not in any of "M", "N"' },
        { rule: 'supervisors', missing: 'not in "Supervisors"' },
        { rule: 'external', missing: 'not in a group with externalId "7"' },
        { rule: 'both', missing: 'not in "X" and "Y"' },
      ],
    });
  });
});

describe('a user is invalid', () => {
  const long = Array.from({ length: 11 }, (_, index) => `P${index}`);
  const wide = {
    ...catalog,
    id: (...[kind, name]: Parameters<typeof catalog.id>) =>
      kind === 'securityProfiles' && long.includes(name) ? `sp-${name}` : catalog.id(kind, name),
  };
  const rule = (set: string) => `  - { name: r, when: { group: Sales }, set: ${set} }`;
  const cases: readonly [
    why: string,
    rules: string,
    user: object,
    problem: object,
    granted: readonly string[],
  ][] = [
    [
      'with an unknown security profile, and keeps the ones that resolve',
      rule('{ routingProfile: Sales, securityProfiles: [Agnt, Admin] }'),
      {},
      {
        code: 'unknownSecurityProfile',
        detail: 'Rule "r": no security profile named "Agnt" in instance "uk".',
        remedy: 'Closest: "Agent". Correct the name in the rule, or create it in Amazon Connect.',
      },
      ['sp-Admin'],
    ],
    [
      'with an unknown routing profile',
      rule('{ routingProfile: sales, securityProfiles: [Agent] }'),
      {},
      { code: 'unknownRoutingProfile', field: 'routingProfileId' },
      ['sp-Agent'],
    ],
    [
      'with an unknown hierarchy group',
      rule('{ routingProfile: Sales, securityProfiles: [Agent], hierarchy: [EMEA, Paris] }'),
      {},
      {
        code: 'unknownHierarchyGroup',
        detail: 'Rule "r": no hierarchy group named "EMEA / Paris" in instance "uk".',
      },
      ['sp-Agent'],
    ],
    [
      'with a proficiency in an unknown attribute',
      rule('{ routingProfile: Sales, securityProfiles: [Agent], proficiencies: { product: { CRM: 4 } } }'),
      {},
      {
        code: 'unknownProficiency',
        field: 'proficiencies',
        detail: 'Rule "r": no predefined attribute named "product" in instance "uk".',
        remedy: 'Closest: "Product". Correct it in the rule, or create it in Amazon Connect.',
      },
      ['sp-Agent'],
    ],
    [
      'with a proficiency in an unknown value',
      rule('{ routingProfile: Sales, securityProfiles: [Agent], proficiencies: { Product: { Biling: 4 } } }'),
      {},
      {
        code: 'unknownProficiency',
        detail: 'Rule "r": no value "Biling" of the predefined attribute "Product" in instance "uk".',
        remedy: 'Closest: "Billing". Correct it in the rule, or create it in Amazon Connect.',
      },
      ['sp-Agent'],
    ],
    [
      'without a routing profile',
      rule('{ securityProfiles: [Agent] }'),
      {},
      {
        code: 'noRoutingProfile',
        detail: 'The rules that apply ("r") set no routing profile; Connect requires one.',
      },
      ['sp-Agent'],
    ],
    [
      'whose routing profile is in no table',
      rule(`{ routingProfile: { cel: 'default(user.title, "")' }, securityProfiles: [Agent] }`),
      {},
      {
        code: 'noRoutingProfile',
        detail:
          'Rule "r" reads the routing profile from `default(user.title, "")`, which yields none for this user; Connect requires one.',
      },
      ['sp-Agent'],
    ],
    [
      'with more than ten security profiles',
      rule(`{ routingProfile: Sales, securityProfiles: [Agent, ${long.slice(0, 9).join(', ')}] }`).concat(
        '\n  - { name: s, when: { group: Sales }, set: { securityProfiles: [P9, P10] } }',
      ),
      {},
      {
        code: 'tooManySecurityProfiles',
        detail: 'The rules grant 12 security profiles; Connect takes 10 for a user.',
      },
      ['sp-Agent', ...long.map((name) => `sp-${name}`)].sort(),
    ],
    [
      'with a desk phone without a number',
      SALES + DESK,
      { phoneNumbers: [] },
      {
        code: 'noDeskPhoneNumber',
        detail:
          'Rule "desk" sets phone type DESK_PHONE, but no rule that applies yields a desk phone number.',
      },
      ['sp-Agent'],
    ],
    [
      'with a desk phone number that is none',
      rule(
        '{ routingProfile: Sales, securityProfiles: [Agent], phone: { number: { cel: \'phone(user, "mobile")\' } } }',
      ),
      {},
      {
        code: 'phoneNumberInvalid',
        detail: 'The desk phone number "07700 900123" is not in the form of E.164, like +442079460958.',
      },
      ['sp-Agent'],
    ],
    [
      'with an expression that has no value for him',
      rule('{ routingProfile: { cel: "user.emails[3].value" }, securityProfiles: [Agent] }'),
      {},
      { code: 'expressionFailed', field: 'routingProfileId' },
      ['sp-Agent'],
    ],
    ['with an illegal username', SALES, { userName: 'ana lima' }, { code: 'usernameInvalid' }, ['sp-Agent']],
    [
      'without a last name',
      SALES,
      { name: { givenName: 'Ana' } },
      { code: 'nameInvalid', field: 'lastName' },
      ['sp-Agent'],
    ],
    [
      'with a name that is too long',
      SALES,
      { name: { givenName: 'x'.repeat(256), familyName: 'L' } },
      { detail: 'The first name has 256 characters; Connect takes 255.' },
      ['sp-Agent'],
    ],
    [
      'with half a character in a name',
      SALES,
      { name: { givenName: 'A\ud800', familyName: 'L' } },
      { code: 'nameInvalid' },
      ['sp-Agent'],
    ],
    [
      'with an accent that no letter has',
      SALES,
      { name: { givenName: 'X\u0301', familyName: 'L' } },
      { code: 'nameInvalid', field: 'firstName', detail: expect.stringContaining('no combining marks') },
      ['sp-Agent'],
    ],
    [
      'with a bad address',
      SALES,
      { emails: [{ value: "o'brien@acme.test" }] },
      { code: 'emailInvalid' },
      ['sp-Agent'],
    ],
  ];
  it.each(cases)('%s', (_, rules, change, problem, granted) => {
    const result = desiredUser({
      user: { ...ana, ...change },
      groups: groupsOf('Sales', 'Leeds'),
      mapping: mappingOf(rules),
      instance: { alias: 'uk', identityManagementType: 'SAML' },
      catalog: wide,
      ceiling: noCeiling,
    });
    expect(result).toMatchObject({
      kind: 'invalid',
      problems: [problem],
      grantedSecurityProfileIds: granted,
    });
  });
});

describe('mapping holds whatever the identity provider sends', () => {
  const mapping = mappingOf(`${SUPERVISORS}${SALES}${DESK}
  - name: from the user
    when: { anyGroup: [Sales, Support] }
    set:
      routingProfile: { cel: user.connect.routingProfile }
      securityProfiles: [{ cel: user.enterprise.department }]
      phone: { number: { cel: 'primary(user.phoneNumbers)' } }`);
  const anyGroups = fc
    .subarray(['Sales', 'Support', 'Supervisors', 'Leeds'])
    .map((names) => groupsOf(...names));
  const anyType = fc.constantFrom<IdentityManagementType>('SAML', 'CONNECT_MANAGED', 'EXISTING_DIRECTORY');

  it('what it calls mapped is a legal CreateUser', () => {
    let mapped = 0;
    fc.assert(
      fc.property(anyUser, anyGroups, anyType, (user, groups, type) => {
        const result = map(mapping, groups, user, type);
        if (result.kind !== 'mapped') return;
        mapped += 1;
        expect(faultsOf(result.user, type)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(mapped).toBeGreaterThan(20);
  });

  it('the order of groups does not matter, and neither does asking twice', () => {
    fc.assert(
      fc.property(anyUser, anyGroups, anyType, (user, groups, type) => {
        const once = map(mapping, groups, user, type);
        expect(told(map(mapping, groups, user, type))).toEqual(told(once));
        expect(told(map(mapping, groups.toReversed(), user, type))).toEqual(told(once));
      }),
    );
  });

  it('a user who becomes invalid loses no security profile that the rules grant him', () => {
    fc.assert(
      fc.property(anyUser, anyGroups, (user, groups) => {
        const usual = map(mapping, groups, { ...user, userName: 'ana', name: ana.name, emails: [] });
        const broken = map(mapping, groups, { ...user, userName: '', name: ana.name, emails: [] });
        expect(grantedBy(broken)).toEqual(grantedBy(usual));
      }),
    );
  });
});

/** All that a result says, its explanation included. */
function told(result: MappingResult) {
  return [JSON.stringify(result), explainUser(result)];
}

function fieldsOf(result: MappingResult) {
  if (result.kind !== 'mapped') throw new Error(JSON.stringify(result));
  return result.user.fields;
}

function grantedBy(result: MappingResult): readonly string[] {
  if (result.kind === 'unmatched') return [];
  return result.kind === 'mapped' ? result.user.fields.securityProfileIds : result.grantedSecurityProfileIds;
}

/** The documented rules of CreateUser, written once more: what breaks one of them. */
function faultsOf(
  { username, fields }: Extract<MappingResult, { kind: 'mapped' }>['user'],
  type: IdentityManagementType,
): readonly string[] {
  const e164 = /^(\+[1-9]\d{1,14})?$/;
  const names = [fields.firstName, fields.lastName].filter((name) => name !== undefined);
  const rules: Record<string, boolean> = {
    username: /^[a-zA-Z0-9_.@-]{1,64}$/.test(username) && (type !== 'SAML' || username.length >= 2),
    at: !username.includes('@') || /^[^@]+@[^@]+\.[^@.]+$/.test(username),
    firstName: (fields.firstName?.length ?? 0) <= 255,
    lastName: (fields.lastName?.length ?? 0) <= (type === 'CONNECT_MANAGED' ? 256 : 300),
    required: names.length === (type === 'EXISTING_DIRECTORY' ? 0 : 2) && names.every((name) => name !== ''),
    nfc: names.every((name) => name === name.normalize('NFC') && name.isWellFormed()),
    email: type === 'CONNECT_MANAGED' || fields.email === undefined,
    secondaryEmail:
      !fields.secondaryEmail ||
      (fields.secondaryEmail.length <= 265 &&
        /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/.test(fields.secondaryEmail)),
    mobile: e164.test(fields.mobile ?? ''),
    deskPhone:
      e164.test(fields.deskPhoneNumber ?? '') &&
      !(fields.phoneType === 'DESK_PHONE' && !fields.deskPhoneNumber),
    routingProfile: fields.routingProfileId.startsWith('rp-'),
    securityProfiles: fields.securityProfileIds.length >= 1 && fields.securityProfileIds.length <= 10,
    distinct: new Set(fields.securityProfileIds).size === fields.securityProfileIds.length,
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}
