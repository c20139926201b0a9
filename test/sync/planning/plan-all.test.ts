import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMembers } from '../../../src/store/group-members.ts';
import { pinGroup } from '../../../src/store/group-pins.ts';
import { insertGroup } from '../../../src/store/groups.ts';
import { markExpired } from '../../../src/store/link/retention.ts';
import { upsertLink } from '../../../src/store/links.ts';
import type { Tx } from '../../../src/store/schema.ts';
import { insertUser } from '../../../src/store/users.ts';
import { compareAll, planAll } from '../../../src/sync/planning/plan-all.ts';
import { planForUser } from '../../../src/sync/planning/plan-for-user.ts';
import type { UserPlan } from '../../../src/sync/planning/plan-for-user.ts';
import { loadMapping } from '../../../src/config/mapping-config.ts';
import { engines } from '../../store/temporary-store.ts';
import { INSTANCES, MAPPING, linkOf, planningContext } from './directory.ts';

const GROUPS = ['Sales', 'Sales UK', 'Other'];

/** One person as the store may have him: with the SCIM user or without, linked in some instances. */
const person = fc.record({
  /** Of three, so that Connect usernames meet, in different cases too. */
  name: fc.constantFrom('ana', 'Ana', 'bo', null),
  scim: fc.constantFrom('active', 'active', 'active', 'inactive', 'deleted'),
  title: fc.constantFrom('Lead', 'Agent'),
  groups: fc.subarray(GROUPS),
  links: fc.array(
    fc.record({
      instance: fc.constantFrom(...INSTANCES),
      lifecycle: fc.constantFrom('active', 'suspended', 'deleted'),
      expired: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
});

type Person = typeof person extends fc.Arbitrary<infer T> ? T : never;

async function store(tx: Tx, people: readonly Person[], pin: string | undefined): Promise<void> {
  for (const displayName of GROUPS)
    await insertGroup(tx, { id: displayName, directory: 'main', doc: { displayName }, at: 0 });
  if (pin !== undefined) await pinGroup(tx, { directory: 'main', name: 'Sales', groupId: pin });
  for (const [n, { name, scim, title, groups, links }] of people.entries()) {
    const id = `user${n}`;
    const username = name ?? id;
    const doc = {
      schemas: [],
      userName: `${username}@${n}.test`,
      name: { givenName: 'Ana', familyName: 'Lima' },
      title,
      active: scim === 'active',
    };
    if (scim !== 'deleted') {
      await insertUser(tx, { id, directory: 'main', doc, at: 0 });
      for (const group of groups) await addMembers(tx, group, [{ value: id }]);
    }
    for (const { instance, lifecycle, expired } of links) {
      const key = { userId: id, instance };
      await upsertLink(tx, linkOf(key, { username, lifecycle }, scim === 'deleted' ? 5 : null));
      if (expired) await markExpired(tx, key);
    }
  }
}

const shown = ({ key, user, link, takesOver, access, input, plan }: UserPlan) => ({
  key,
  user,
  link,
  takesOver,
  access,
  input,
  plan,
});

/** Users are planned in every instance, those without a SCIM user where they have a link. */
function placesOf(people: readonly Person[]): readonly string[] {
  const places = people.flatMap(({ scim, links }, n) =>
    (scim === 'deleted' ? links.map(({ instance }) => instance) : INSTANCES).map(
      (alias) => `user${n} ${alias}`,
    ),
  );
  return [...new Set(places)].sort();
}

describe.each(engines)('everybody on $engine', ({ engine, open }) => {
  test('is planned by pages as each is planned alone, under one mapping and under two', async () => {
    const other = MAPPING.replace('group: Sales', 'groupPrefix: Sales');
    const { context, directory } = planningContext();
    const people = fc.array(person, { minLength: 75, maxLength: 80 });
    const pins = fc.constantFrom('Sales', 'Sales UK', undefined);
    await fc.assert(
      fc.asyncProperty(people, pins, async (folk, pin) => {
        const end: (() => Promise<void>)[] = [];
        const opened = await open((ends) => end.unshift(ends));
        const { read } = opened;
        await opened.write((tx) => store(tx, folk, pin));
        const mapping = loadMapping(other, 'mapping.yaml');
        const planned: UserPlan[] = [];
        for await (const user of planAll(context, read, directory, directory.mapping!.mapping))
          planned.push(user);
        expect(planned.map(({ key }) => `${key.userId} ${key.instance}`).sort()).toEqual(placesOf(folk));
        const alone = await Promise.all(planned.map(({ key }) => planForUser(context, read, key)));
        expect(planned.map(shown)).toEqual(alone.map((user) => shown(user as UserPlan)));
        const after: UserPlan[] = [];
        const before: unknown[] = [];
        for await (const each of compareAll(context, read, directory, mapping)) {
          after.push(each.after);
          before.push(shown(each.before as UserPlan));
        }
        const aloneAfter = await Promise.all(
          planned.map(({ key }) => planForUser(context, read, key, mapping)),
        );
        expect(before).toEqual(planned.map(shown));
        expect(after.map(shown)).toEqual(aloneAfter.map((user) => shown(user as UserPlan)));
        for (const ends of end) await ends();
      }),
      { numRuns: engine === 'postgres' ? 2 : 6 },
    );
  });

  test('is planned once in each instance, also when the identity provider deleted him', async () => {
    const { context, directory } = planningContext();
    const opened = await open();
    const links = INSTANCES.map((instance) => ({ instance, lifecycle: 'active', expired: false }) as const);
    const left = { name: null, scim: 'deleted', title: 'Agent', groups: [], links } as const;
    const works = { ...left, scim: 'active', groups: ['Sales'], links: [] } as const;
    await opened.write((tx) => store(tx, [left, works] as never, undefined));
    const planned: string[] = [];
    for await (const { key, plan } of planAll(context, opened.read, directory, directory.mapping!.mapping))
      planned.push(`${key.userId} ${key.instance} ${plan.changes[0]?.kind}`);
    expect(planned).toEqual([
      'user1 uk createUser',
      'user1 us createUser',
      'user0 uk updateUserSecurityProfiles',
      'user0 us updateUserSecurityProfiles',
    ]);
  });
});
