import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type {
  ConnectUserId,
  DesiredUser,
  UserFields,
  UserProficiency,
  UserTags,
} from '../../src/connect/user.ts';
import type { Change, LinkedUser, PlanInput, Wanted } from '../../src/plan/plan.ts';
import { planUser } from '../../src/plan/plan-user.ts';
import { afterChange, afterFound, afterPlan, beforePlan } from '../../src/plan/progress.ts';
import { FIELDS, OWN_TAGS, planInput, SUSPEND } from './examples.ts';

interface ModelUser {
  readonly username: string;
  fields: Partial<UserFields>;
  status: string;
  tags: UserTags;
  proficiencies: readonly UserProficiency[];
}

/** One person's users in a Connect instance, and what the bridge has stored about him. */
interface World {
  readonly users: Map<ConnectUserId, ModelUser>;
  link: LinkedUser | null;
  /** A call whose answer was lost; the next attempt reads before it plans. */
  lost: Change | null;
  /** What the follow fields may be: what the mapping, or later a supervisor, decided; both after a wish that was broken off. */
  readonly decided: Record<FollowField, readonly string[]>;
  everLost: boolean;
  settled: boolean;
  /** An active wish was broken off, and none was fulfilled since. */
  unfulfilled: boolean;
  lastWanted: DesiredUser['fields'] | null;
  renames: number;
}

type FollowField = 'routingProfileId' | 'hierarchyGroupId';
const BY_HAND = ['lunch', 'by-hand'];

/** `calls`: accepted ones before the crash. `recorded`: the last of them was stored. */
type Crash = { readonly calls: number; readonly recorded: boolean } | null;

type Step =
  | { readonly kind: 'want'; readonly wanted: Wanted; readonly rename: boolean; readonly crash: Crash }
  | { readonly kind: 'edit'; readonly fields: Partial<UserFields> };

const SUBSETS = [['a'], ['b'], ['a', 'b'], ['a', 'b', 'c']];

const fields = fc.record({
  firstName: fc.constantFrom('Ana', 'Anna'),
  lastName: fc.constant('Diaz'),
  mobile: fc.constantFrom('', '+441', '+442'),
  securityProfileIds: fc.constantFrom(...SUBSETS),
  routingProfileId: fc.constantFrom('sales', 'vip'),
  hierarchyGroupId: fc.constantFrom('h1', 'h2'),
});

const proficiency = (attributeValue: string, level: number) => ({
  attributeName: 'Product',
  attributeValue,
  level,
});

const labels: fc.Arbitrary<Pick<DesiredUser, 'tags' | 'proficiencies'>> = fc.record({
  tags: fc.constantFrom<UserTags[]>({}, { site: 'leeds' }, { site: 'york', team: 'a' }),
  proficiencies: fc.constantFrom<(readonly UserProficiency[])[]>(
    [],
    [proficiency('CRM', 1)],
    [proficiency('Billing', 2), proficiency('CRM', 4)],
  ),
});

const wanted: fc.Arbitrary<Wanted> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fields, labels).map(
      ([{ mobile, ...rest }, more]): Wanted => ({
        kind: 'active',
        user: { username: 'ana', fields: mobile === '' ? rest : { ...rest, mobile }, ...more },
      }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Wanted>({ kind: 'suspended', cause: 'deactivated' }) },
  { weight: 1, arbitrary: fc.constant<Wanted>({ kind: 'deleted', cause: 'deleted' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([], ...SUBSETS).map(
      (grantedSecurityProfileIds): Wanted => ({
        kind: 'parked',
        reason: { code: 'c', detail: 'd', remedy: 'r' },
        grantedSecurityProfileIds,
      }),
    ),
  },
);

const crash: fc.Arbitrary<Crash> = fc.option(
  fc.record({ calls: fc.integer({ min: 1, max: 5 }), recorded: fc.boolean() }),
);

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('want' as const),
        wanted,
        rename: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
        crash,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('edit' as const),
        fields: fc.constantFrom<Partial<UserFields>[]>(
          { routingProfileId: 'lunch' },
          { hierarchyGroupId: 'by-hand' },
          { mobile: '+449' },
          { securityProfileIds: ['a', 'admin', 'b', 'c'] },
        ),
      }),
    },
  ),
  { maxLength: 12 },
);

it('after any history of wishes, edits and crashes, Connect has what is wanted, and no call is left to make', () => {
  fc.assert(
    fc.property(steps, wanted, (history, last) => {
      const world = newWorld();
      for (const step of history) play(world, step);
      attempt(world, last, null);
      resync(world, last);
      expectRest(world, wantedNow(world, last));
      expect(planUser(inputOf(world, last)).changes).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

it('withholding deletes and renames still converges, and keeps the old name', () => {
  fc.assert(
    fc.property(fields, fc.boolean(), crash, (of, leaves, broken) => {
      const world = newWorld();
      attempt(world, { kind: 'active', user: { username: 'ana', fields: of } }, null);
      world.renames++;
      const next: Wanted = leaves
        ? { kind: 'deleted', cause: 'deleted' }
        : { kind: 'active', user: { username: 'ana', fields: FIELDS } };
      attempt(world, next, broken, ['recreate', 'delete']);
      attempt(world, next, null, ['recreate', 'delete']);
      expect([...world.users.values()].map(({ username }) => username)).toEqual(['ana0']);
      const [user] = world.users.values();
      expect(user!.fields.securityProfileIds).toEqual(leaves ? ['no-access'] : ['agent']);
      expect(planUser(inputOf(world, next, ['recreate', 'delete'])).changes).toEqual([]);
    }),
  );
});

function newWorld(): World {
  return {
    users: new Map(),
    link: null,
    lost: null,
    everLost: false,
    settled: true,
    unfulfilled: false,
    decided: { routingProfileId: [], hierarchyGroupId: [] },
    lastWanted: null,
    renames: 0,
  };
}

function play(world: World, step: Step): void {
  if (step.kind === 'edit') return edit(world, step.fields);
  if (step.rename) world.renames++;
  attempt(world, step.wanted, step.crash);
}

/** A supervisor edits an active user whom the bridge is not just working on. */
function edit(world: World, change: Partial<UserFields>): void {
  const user = world.link && world.users.get(world.link.userId);
  if (!user || !world.settled || world.unfulfilled || world.link?.lifecycle !== 'active') return;
  user.fields = { ...user.fields, ...change };
  if (change.routingProfileId) world.decided.routingProfileId = [change.routingProfileId];
  if (change.hierarchyGroupId) world.decided.hierarchyGroupId = [change.hierarchyGroupId];
}

/** As the reconciler: settle what was lost, read where the plan asks for it, then call by call, planning anew after each. */
function attempt(world: World, target: Wanted, broken: Crash, withhold: PlanInput['withhold'] = []): void {
  if (world.lost) recover(world, world.lost);
  decide(world, target, !world.unfulfilled && !broken);
  if (target.kind === 'active') world.unfulfilled = true;
  let hasRead = false;
  for (let calls = 1; calls < 20; calls++) {
    // Needed from the first call on, or only after one that could not wait for it.
    if (!hasRead && planUser(inputOf(world, target, withhold)).needsRead) {
      read(world);
      hasRead = true;
    }
    const input = inputOf(world, target, withhold);
    const plan = planUser(input);
    const [change] = plan.changes;
    world.settled = !change;
    if (!change) {
      if (target.kind === 'active') world.unfulfilled = false;
      if (world.link) world.link = afterPlan(world.link, plan, input);
      return;
    }
    if (world.link) world.link = beforePlan(world.link, plan, input);
    expectNoUngranted(change, target);
    const id = call(world, change);
    if (broken?.calls === calls && !broken.recorded) {
      world.lost = change;
      world.everLost = true;
    } else world.link = afterChange(world.link, change, id);
    if (broken?.calls === calls) return;
  }
  throw new Error('the plan does not end');
}

function recover(world: World, lost: Change): void {
  world.lost = null;
  if (lost.kind === 'createUser') {
    const [id, user] = [...world.users].find(([, { username }]) => username === lost.username)!;
    world.link = afterFound(world.link, lost, { id, fields: user.fields, tags: user.tags });
  } else if (lost.kind === 'deleteUser') world.link = null;
  else read(world);
}

function read(world: World): void {
  const user = world.link && world.users.get(world.link.userId);
  if (!world.link || !user) return;
  const { tags, proficiencies } = world.link;
  world.link = {
    ...world.link,
    actual: user.fields,
    tags: { ...tags, actual: user.tags },
    proficiencies: { ...proficiencies, actual: user.proficiencies },
  };
}

/**
 * What follows the mapping is decided anew when the mapping wants something new, or the person is new. A wish that
 * was broken off may or may not have ended an edit.
 */
function decide(world: World, target: Wanted, done: boolean): void {
  if (target.kind !== 'active') return;
  const before = world.link ? world.lastWanted : null;
  for (const field of ['routingProfileId', 'hierarchyGroupId'] as const) {
    const value = target.user.fields[field]!;
    const edits = world.decided[field].filter((decided) => BY_HAND.includes(decided));
    if (before?.[field] !== value) world.decided[field] = done ? [value] : [...edits, value];
  }
  world.lastWanted = target.user.fields;
}

function call(world: World, change: Change): ConnectUserId | null {
  if (change.kind === 'createUser') {
    expect([...world.users.values()].map(({ username }) => username)).not.toContain(change.username);
    const id = `u${world.users.size}-${change.username}` as ConnectUserId;
    const { username, to, tags } = change;
    world.users.set(id, { username, fields: to, status: 'available', tags, proficiencies: [] });
    return id;
  }
  const user = world.users.get(change.userId)!;
  if (change.kind === 'deleteUser') world.users.delete(change.userId);
  else if (change.kind === 'putUserStatus') user.status = change.to;
  else if (isLabelling(change)) label(user, change);
  else if (change.kind === 'updateQuickConnectConfig' || change.kind === 'deleteQuickConnect')
    throw new Error('nobody has a quick connect here');
  else user.fields = { ...user.fields, ...fieldsOfCall(change) };
  return null;
}

type Labelling = Extract<Change, { kind: `${string}Resource` | `${string}Proficiencies` }>;

function isLabelling(change: Change): change is Labelling {
  return /Resource$|Proficiencies$/.test(change.kind);
}

/** As Connect: it refuses to add what is there, and to change the level of what is not. */
function label(user: ModelUser, change: Labelling): void {
  const has = (all: readonly UserProficiency[], { attributeValue }: UserProficiency) =>
    all.some((one) => one.attributeValue === attributeValue);
  const others = (gone: readonly UserProficiency[]) => user.proficiencies.filter((one) => !has(gone, one));
  switch (change.kind) {
    case 'tagResource':
      user.tags = { ...user.tags, ...change.to };
      return;
    case 'untagResource': {
      const kept = Object.entries(user.tags).filter(([key]) => change.from[key] === undefined);
      user.tags = Object.fromEntries(kept);
      return;
    }
    case 'associateUserProficiencies':
      expect(change.to.filter((one) => has(user.proficiencies, one))).toEqual([]);
      user.proficiencies = [...user.proficiencies, ...change.to];
      return;
    case 'updateUserProficiencies':
      expect(change.to.filter((one) => !has(user.proficiencies, one))).toEqual([]);
      user.proficiencies = [...others(change.to), ...change.to];
      return;
    case 'disassociateUserProficiencies':
      user.proficiencies = others(change.from);
      return;
    default:
      change satisfies never;
  }
}

function fieldsOfCall(
  change: Exclude<
    Change,
    Labelling | { kind: 'createUser' | 'deleteUser' | 'putUserStatus' | `${string}QuickConnect${string}` }
  >,
): Partial<UserFields> {
  switch (change.kind) {
    case 'updateUserIdentityInfo':
    case 'updateUserPhoneConfig':
      return change.to;
    case 'updateUserRoutingProfile':
      return { routingProfileId: change.to };
    case 'updateUserHierarchy':
      return { hierarchyGroupId: change.to };
    case 'updateUserSecurityProfiles':
      return { securityProfileIds: change.to };
    default:
      return change satisfies never;
  }
}

function resync(world: World, target: Wanted): void {
  read(world);
  attempt(world, target, null);
}

function wantedNow({ renames }: World, target: Wanted): Wanted {
  return target.kind === 'active'
    ? { ...target, user: { ...target.user, username: `ana${renames}` } }
    : target;
}

function inputOf(world: World, target: Wanted, withhold: PlanInput['withhold'] = []): PlanInput {
  return planInput({ wanted: wantedNow(world, target), link: world.link, withhold });
}

/** A call never gives what the mapping does not grant. */
function expectNoUngranted(change: Change, target: Wanted): void {
  const given =
    change.kind === 'createUser'
      ? change.to.securityProfileIds
      : change.kind === 'updateUserSecurityProfiles'
        ? change.to
        : [];
  const granted = grantedBy(target);
  expect(given.filter((id) => !granted.includes(id) && id !== SUSPEND.securityProfileId)).toEqual([]);
}

function grantedBy(target: Wanted): readonly string[] {
  if (target.kind === 'active') return target.user.fields.securityProfileIds;
  return target.kind === 'parked' ? target.grantedSecurityProfileIds : [];
}

function expectRest(world: World, target: Wanted): void {
  const { link, users, decided } = world;
  const current = link ? users.get(link.userId)! : null;
  for (const [id, user] of users) if (id !== link?.userId) expectSuspended(user);
  if (target.kind === 'active') {
    expect(current?.username).toBe(target.user.username);
    expect(decided.routingProfileId).toContain(current!.fields.routingProfileId);
    expect(decided.hierarchyGroupId).toContain(current!.fields.hierarchyGroupId);
    expect(current!.fields).toMatchObject({
      firstName: target.user.fields.firstName,
      securityProfileIds: target.user.fields.securityProfileIds,
    });
    expect(current!.tags).toMatchObject(target.user.tags ?? {});
    expect(current!.proficiencies).toEqual(expect.arrayContaining([...(target.user.proficiencies ?? [])]));
    if (!world.everLost) {
      expect(current!.tags).toEqual({ ...target.user.tags, ...OWN_TAGS });
      expect(current!.proficiencies).toHaveLength(target.user.proficiencies?.length ?? 0);
    }
    if (target.user.fields.mobile) expect(current!.fields.mobile).toBe(target.user.fields.mobile);
    // No rule sets it: withdrawn if it was ours, left if it was a supervisor's, or if nobody can tell after a lost answer.
    else if (!world.everLost) expect(['', undefined, '+449']).toContain(current!.fields.mobile);
  }
  if (target.kind === 'suspended' && current) expectSuspended(current);
  if (target.kind === 'deleted') expect(link).toBeNull();
  if (target.kind === 'parked' && current) {
    if (link!.lifecycle === 'suspended') expectSuspended(current);
    else expect(grantedBy(target)).toEqual(expect.arrayContaining([...current.fields.securityProfileIds!]));
  }
}

function expectSuspended(user: { fields: Partial<UserFields>; status: string }): void {
  expect(user).toMatchObject({
    fields: { securityProfileIds: ['no-access'], routingProfileId: 'parked' },
    status: 'offline',
  });
}
