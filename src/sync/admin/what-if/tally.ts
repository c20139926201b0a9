import { EFFECTS } from '../../../plan/plan.ts';
import type { Effect } from '../../../plan/plan.ts';
import type { NameOf } from '../../../plan/render.ts';
import { effectsCaused } from '../../planning/effects-caused.ts';
import type { UserPlan, Waiting } from '../../planning/plan-for-user.ts';
import { parameterOf } from '../explain.ts';
import { fieldDifferences, moveOf, standingOf } from './compare-plans.ts';
import type { Move, Standing } from './compare-plans.ts';
import { PeopleByName } from './people.ts';

const MOVES: readonly Move[] = [
  'created',
  'reactivated',
  'suspended',
  'deleted',
  'withdrawn',
  'parked',
  'released',
];

/** Adds up, for one instance, what another mapping changes. */
export class Tally {
  readonly #names: NameOf;
  readonly #moves = new PeopleByName();
  readonly #parked = new PeopleByName({ names: 200, others: 'other reasons' });
  readonly #changed = new PeopleByName();
  readonly #recreated = new PeopleByName();
  readonly #byField = new PeopleByName();
  readonly #byRule = new PeopleByName();
  readonly #gain = new PeopleByName();
  readonly #lose = new PeopleByName();
  readonly #heads = { before: new Map<string, number>(), after: new Map<string, number>() };
  readonly #users = { before: 0, after: 0 };
  readonly #effects = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;

  constructor(names: NameOf) {
    this.#names = names;
  }

  add(before: UserPlan | Waiting, after: UserPlan): void {
    const userName = after.user?.userName ?? after.link?.userName ?? '';
    const [was, is] = [standingOf(before), standingOf(after)];
    const move = moveOf(was, is);
    if (move !== null) this.#moves.add(move, userName);
    if (move === 'parked') this.#parked.add(after.plan.parked!.detail, userName);
    if (was.kind === 'active' && is.kind === 'active') this.#addDifferences(before, after, userName);
    this.#addProfiles(was, is, userName);
    this.#count('before', was);
    this.#count('after', is);
    this.#addEffects(before, after, userName);
  }

  #addDifferences(before: UserPlan | Waiting, after: UserPlan, userName: string): void {
    const differences = fieldDifferences(before, after);
    if (differences.length > 0) this.#changed.add('', userName);
    for (const { field } of differences) this.#byField.add(parameterOf(field), userName);
    for (const rule of new Set(differences.flatMap(({ rules }) => rules))) this.#byRule.add(rule, userName);
  }

  #addProfiles(was: Standing, is: Standing, userName: string): void {
    const name = (id: string) => this.#names('securityProfiles', id);
    for (const id of is.securityProfileIds)
      if (!was.securityProfileIds.includes(id)) this.#gain.add(name(id), userName);
    for (const id of was.securityProfileIds)
      if (!is.securityProfileIds.includes(id)) this.#lose.add(name(id), userName);
  }

  #count(side: 'before' | 'after', { exists, routingProfileId }: Standing): void {
    if (exists) this.#users[side] += 1;
    if (routingProfileId === null) return;
    const heads = this.#heads[side];
    const name = this.#names('routingProfiles', routingProfileId);
    heads.set(name, (heads.get(name) ?? 0) + 1);
  }

  /** Only what the mapping causes, as its activation counts it. */
  #addEffects(before: UserPlan | Waiting, after: UserPlan, userName: string): void {
    const caused = effectsCaused(before, after);
    for (const effect of caused) this.#effects[effect] += 1;
    if (!caused.includes('recreate')) return;
    this.#recreated.add('', userName);
    // Whom he replaces stays in Connect, suspended, and counts against the quota.
    this.#users.after += 1;
  }

  /** As the guard takes it. */
  get effects(): Readonly<Record<Effect, number>> {
    return this.#effects;
  }

  result() {
    return {
      usersInConnect: { ...this.#users },
      ...(Object.fromEntries(MOVES.map((move) => [move, this.#moves.of(move)])) as Record<
        Move,
        ReturnType<PeopleByName['of']>
      >),
      recreated: this.#recreated.of(''),
      parkedBecause: this.#parked.entries(),
      changed: this.#changed.of(''),
      changedByField: this.#byField.entries(),
      changedByRule: this.#byRule.entries(),
      securityProfiles: this.#profiles(),
      routingProfiles: this.#headCounts(),
    };
  }

  #profiles() {
    const names = [...new Set([...this.#gain.names(), ...this.#lose.names()])].sort();
    return names.map((name) => ({ name, gain: this.#gain.of(name), lose: this.#lose.of(name) }));
  }

  #headCounts() {
    const { before, after } = this.#heads;
    const names = [...new Set([...before.keys(), ...after.keys()])].sort();
    return names.map((name) => ({ name, before: before.get(name) ?? 0, after: after.get(name) ?? 0 }));
  }
}
