import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCatalog } from '../../src/connect/catalog.ts';
import type { DesiredUser, IdentityManagementType } from '../../src/connect/user.ts';
import { loadMapping } from '../../src/config/mapping-config.ts';
import { desiredUser } from '../../src/mapping/desired-user.ts';
import type { UserJson } from '../../src/mapping/expression/attributes.ts';
import { simulated } from '../connect/simulated.ts';
import { groupsOf, noCeiling } from './acme.ts';
import { anyText, anyUser } from './any-user.ts';

/** Everything that CreateUser takes, from the user wherever an expression can be written. */
const mapping = loadMapping(
  `version: 1
username: { value: user.userName, invalid: sanitize }
identity:
  firstName: user.name.givenName
  lastName: user.name.familyName
  email: primary(user.emails)
  secondaryEmail: default(primary(user.emails), "")
  mobile: e164(phone(user, "mobile"), "GB")
  directoryUserId: user.externalId
rules:
  - name: desk
    when: { group: Leeds }
    set: { phone: { type: DESK_PHONE, number: { cel: 'primary(user.phoneNumbers)' }, autoAccept: true } }
  - name: from the user
    when: { group: Sales }
    set:
      routingProfile: { cel: 'default(user.connect.routingProfile, "Sales")' }
      securityProfiles: [Agent, { cel: user.enterprise.department }]
      hierarchy: [EMEA, { cel: 'default(user.nickName, "Leeds")' }]
      tags: { title: { cel: user.title } }
      phone: { type: SOFT_PHONE, afterContactWorkTimeLimit: 30 }`,
  'mapping.yaml',
);

/** So rarely anything that most users are mapped, with much that is at the edge of what Connect takes. */
const mostly = (usual: fc.Arbitrary<string>) => fc.oneof({ weight: 14, arbitrary: usual }, anyText);
const likelyUser = fc.record(
  {
    externalId: anyText,
    nickName: mostly(fc.constantFrom('', 'Leeds')),
    title: mostly(fc.string({ unit: 'binary', maxLength: 256 })),
    userName: mostly(
      fc.oneof(
        fc.stringMatching(/^[a-zA-Z0-9_.-]{1,64}$/),
        fc.stringMatching(/^[a-z.]{1,40}@[a-z]{1,20}\.[a-z]{2,3}$/),
      ),
    ),
    name: fc.record({
      givenName: mostly(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })),
      familyName: mostly(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
          fc.string({ unit: fc.constantFrom('e', 'x', '\u0301'), minLength: 1 }),
        ),
      ),
    }),
    emails: fc.array(
      fc.record({
        value: mostly(
          fc.oneof(fc.emailAddress(), fc.constantFrom('jose\u0301@acme.test', 'x\u0301@acme.test')),
        ),
      }),
      { maxLength: 1 },
    ),
    phoneNumbers: fc.array(
      fc.record({
        value: mostly(fc.constantFrom('+442079460958', '+12125550123')),
        type: fc.constant('mobile'),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: ['userName', 'name', 'phoneNumbers'] },
);
const people = fc.oneof({ weight: 9, arbitrary: likelyUser }, anyUser);

it.each<IdentityManagementType>(['SAML', 'CONNECT_MANAGED', 'EXISTING_DIRECTORY'])(
  'whoever is mapped can be created in Connect, whatever the identity provider sends: %s',
  async (type) => {
    const { instance } = await simulated(type);
    const catalog = createCatalog(await instance.readCatalog());
    const wantedOf = (user: UserJson, index: number): readonly DesiredUser[] => {
      const groups = groupsOf('Sales', ...(index % 2 === 0 ? ['Leeds'] : []));
      const at = { alias: 'uk', identityManagementType: type };
      const result = desiredUser({ user, groups, mapping, instance: at, catalog, ceiling: noCeiling });
      return result.kind === 'mapped' ? [result.user] : [];
    };
    const wanted = fc.sample(people, 400).flatMap(wantedOf);
    // Two users of one name are kept apart by the reconciler.
    const unique = [...new Map(wanted.map((user) => [user.username.toLowerCase(), user])).values()];
    const refused: unknown[] = [];
    // One after another: a hundred at once take a busy machine longer than a call may last.
    for (const user of unique)
      await instance
        .createUser({ ...user, tags: user.tags ?? {} })
        .catch((error: unknown) => refused.push({ user, error: String(error) }));
    expect(refused).toEqual([]);
    expect(unique.length).toBeGreaterThan(50);
  },
);
