import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forbiddenGrants, unknownCeilings } from '../../src/mapping/check/check-grants.ts';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import { type GrantLimits, limitGrants, NO_LIMITS } from '../../src/mapping/grants.ts';
import { ana, catalog, groupsOf, mappingOf } from './acme.ts';

const permissions = new Map([
  ['sp-Admin', ['Users.Edit', 'Users.Delete']],
  ['sp-CallCenterManager', ['Users.Edit', 'AccessMetrics']],
  ['sp-Agent', ['BasicAgentAccess']],
]);

function limited(granted: readonly string[], limits: Partial<GrantLimits>) {
  return limitGrants(granted, { limits: { ...NO_LIMITS, ...limits }, permissions }, catalog);
}

describe('the ceiling', () => {
  const cases: readonly [
    limits: Partial<GrantLimits>,
    granted: readonly string[],
    left: readonly string[],
    codes: readonly string[],
    detail: RegExp,
  ][] = [
    [{}, ['sp-Admin'], ['sp-Admin'], [], /^$/],
    [
      { never: ['Admin'] },
      ['sp-Admin', 'sp-Agent'],
      ['sp-Agent'],
      ['forbiddenSecurityProfile'],
      /grant the security profile "Admin", which grants\.never/,
    ],
    [
      { only: ['Agent'] },
      ['sp-Admin', 'sp-Agent'],
      ['sp-Agent'],
      ['forbiddenSecurityProfile'],
      /"Admin", which is not among grants\.only/,
    ],
    [
      { neverPermissions: ['Users.Delete', 'Users.Edit'] },
      ['sp-Admin', 'sp-Agent', 'sp-CallCenterManager'],
      ['sp-Agent'],
      ['forbiddenSecurityProfile', 'forbiddenSecurityProfile'],
      /"Admin", which permits Users\.Delete, Users\.Edit/,
    ],
    [
      { conflicts: [['Agent', 'QualityAnalyst']] },
      ['sp-Agent', 'sp-QualityAnalyst'],
      ['sp-Agent', 'sp-QualityAnalyst'],
      ['conflictingSecurityProfiles'],
      /grant "Agent" and "QualityAnalyst", which grants\.conflicts/,
    ],
    // A conflict with what is forbidden anyway is none.
    [
      { never: ['Admin'], conflicts: [['Admin', 'Agent']] },
      ['sp-Admin', 'sp-Agent'],
      ['sp-Agent'],
      ['forbiddenSecurityProfile'],
      /never/,
    ],
  ];
  it.each(cases)('%j over %j leaves %j', (limits, granted, left, codes, detail) => {
    const { securityProfileIds, problems } = limited(granted, limits);
    expect(securityProfileIds).toEqual(left);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems[0]?.detail ?? '').toMatch(detail);
  });

  it('is never exceeded, whatever the rules grant', () => {
    const names = ['Admin', 'Agent', 'CallCenterManager', 'QualityAnalyst'];
    const some = fc.subarray(names);
    const mapping = mappingOf(
      names
        .map(
          (name) =>
            `  - { name: ${name}, when: { group: ${name} }, set: { routingProfile: Sales, securityProfiles: [${name}] } }`,
        )
        .join('\n'),
    );
    fc.assert(
      fc.property(
        some,
        some,
        fc.option(some),
        fc.subarray(['Users.Edit', 'AccessMetrics']),
        (groups, never, only, denied) => {
          const limits = { never, only, conflicts: [never], neverPermissions: denied, sensitive: [] };
          const result = desiredUser({
            user: ana,
            groups: groupsOf(...groups),
            mapping,
            instance: { alias: 'uk', identityManagementType: 'SAML' },
            catalog,
            ceiling: { limits, permissions },
          });
          if (result.kind === 'unmatched') return;
          const ids =
            result.kind === 'mapped'
              ? result.user.fields.securityProfileIds
              : result.grantedSecurityProfileIds;
          for (const id of ids) {
            expect(never).not.toContain(id.slice(3));
            if (only !== null) expect(only).toContain(id.slice(3));
            expect(denied.some((permission) => permissions.get(id)?.includes(permission))).toBe(false);
          }
          if (result.kind === 'mapped') expect(ids).toHaveLength(groups.length);
        },
      ),
    );
  });

  it('is itself checked for names that there are not', () => {
    const limits = { ...NO_LIMITS, never: ['Admn'], only: ['Agent'], conflicts: [['Agent', 'Nobody']] };
    expect(unknownCeilings(limits, catalog, 'uk')).toEqual([
      'grants.never of bridge.yaml: no security profile named "Admn" in instance "uk". Closest: "Admin".',
      expect.stringMatching(/^grants\.conflicts of bridge\.yaml: no security profile named "Nobody"/),
    ]);
  });

  it('finds rules that grant by name what it forbids, where they apply', () => {
    const mapping = mappingOf(`
  - { name: admins, when: { group: A }, set: { securityProfiles: [Agent, Admin] } }
  - { name: elsewhere, instances: [us], when: { group: A }, set: { securityProfiles: [Admin] } }`);
    expect(forbiddenGrants(mapping, { ...NO_LIMITS, never: ['Admin'] }, 'uk')).toEqual([
      {
        file: 'mapping.yaml',
        line: 11,
        column: 74,
        message:
          'rule "admins" in instance "uk": The rules grant the security profile "Admin", which grants.never of bridge.yaml forbids.',
      },
    ]);
  });
});
