import type { Effect } from '../../../src/plan/plan.ts';
import {
  afterWish,
  asFound,
  type ConnectUserSnapshot,
  distinct,
  fresh,
  isSuspended,
  type Standing,
  takenOver,
  valueOf,
} from './expected-user.ts';
import {
  isRightWhenHeld,
  LEFT_BEHIND,
  type Moment,
  type ProfileStanding,
  profilesAfter,
  profilesOfNew,
  profilesWhenHeld,
  unsafe,
} from './expected-profiles.ts';
import { type Field, FIELDS, isSameWish, type Wish } from './rules.ts';

type ActiveWish = Extract<Wish, { kind: 'active' }>;

/** What holds back a part of what becomes of his security profiles. */
const OF_PROFILES: readonly Effect[] = ['grant', 'sensitive', 'reduce'];
const DAY_MS = 24 * 3_600_000;

/** What is to be of one SCIM user in Connect, from his making until after his end. */
export class Account {
  readonly scimId: string;
  readonly slot: number;
  /** Whose Connect user he is to get, having come under the same name. */
  readonly former: Account | null;
  connectId: string | null = null;
  /** Deleted by hand. */
  gone = false;
  /** His ownership tags were taken by hand; what he was then, once that is known to the bridge. */
  disowned: { text: string | null } | null = null;
  /** Connect users that renames left behind, with when they were certainly still in use. */
  readonly replaced = new Map<string, number>();
  /** Another took over his Connect user. */
  isOver = false;
  #wishes: Wish[] = [];
  #appliedWish: ActiveWish | null = null;
  #fields = new Map<Field, readonly Standing[]>();
  #profiles: readonly ProfileStanding[] = [];
  /** What the bridge may ever have granted him: while a loss is held he may keep that, and nothing else. */
  readonly #given = new Set<string>();
  #activeAt: number;

  constructor(scimId: string, slot: number, former: Account | null, now: number) {
    this.scimId = scimId;
    this.slot = slot;
    this.former = former;
    this.#activeAt = now;
  }

  /** Notes what is wanted from now on; each may be carried out, or be overtaken by the next. */
  wants(wish: Wish): void {
    this.#wishes.push(wish);
    if (wish.kind !== 'suspended') for (const name of wish.profiles) this.#given.add(name);
  }

  /** Somebody edits him in Connect. */
  edited(field: Field, value: string): void {
    this.#fields.set(
      field,
      (this.#fields.get(field) ?? []).map((one) => ({ ...one, value })),
    );
  }

  editedProfiles(value: readonly string[]): void {
    this.#profiles = this.#profiles.map((one) => ({ ...one, value }));
  }

  /** @returns what is wrong; what is right is from now on what was */
  judge(moment: Moment): readonly string[] {
    const final = this.#wishes.at(-1);
    if (!final || this.isOver) return [];
    const own = moment.users.filter(({ tags }) => tags['scim-bridge:user'] === this.scimId);
    if (this.disowned) return this.#judgeDisowned(moment);
    // The bridge cannot know it yet.
    if (this.gone && !moment.resynced && own.every(({ id }) => this.replaced.has(id))) return [];
    const problems = [
      ...unsafe(own, final, moment, this.#given),
      ...(final.kind === 'active' ? this.#judgeActive(own, final, moment) : []),
      ...(final.kind === 'suspended' ? this.#judgeSuspended(own, moment) : []),
      ...(final.kind === 'parked' ? this.#judgeParked(own, final, moment) : []),
    ];
    this.#wishes = [final];
    return problems;
  }

  #judgeActive(own: readonly ConnectUserSnapshot[], final: ActiveWish, moment: Moment): readonly string[] {
    const { verdict, users, resynced } = moment;
    const current = own.find(({ username }) => username === final.username);
    if (verdict.held.length > 0) return this.#judgeHeld(own, final, moment);
    if (verdict.parked !== null) {
      const isLegal = !resynced || this.#isLegal(verdict.parked, final, users);
      // What needed no call counted as applied while the bridge could not know that he was gone.
      if (isLegal && resynced && verdict.parked === 'deletedInConnect') this.#appliedWish = final;
      const problems = isLegal ? [] : [`${final.username} is parked as ${verdict.parked} without a cause`];
      return [...problems, ...this.#openEnd(own, final, moment)];
    }
    if (!current) return [`${final.username} is not in Connect`];
    this.#met(current, moment);
    for (const { id } of own)
      if (id !== current.id && !this.replaced.has(id)) this.replaced.set(id, moment.now);
    const problems = this.#judgeFields(current, final, moment);
    this.#activeAt = moment.now;
    this.#appliedWish = final;
    const leftBehind = own.filter((user) => user.id !== current.id && !isSuspended(user));
    return [...problems, ...leftBehind.map(({ username }) => `${username} was replaced and has access`)];
  }

  /** Whose plan is held in part has all the rest. */
  #judgeHeld(own: readonly ConnectUserSnapshot[], final: ActiveWish, moment: Moment): readonly string[] {
    const { held, parked } = moment.verdict;
    const isTaken = held.includes('deactivate') || held.includes('delete');
    const problems = isTaken && moment.resynced ? [`${held.join(', ')} held of one who is to be active`] : [];
    const current =
      own.find(({ username }) => username === final.username) ??
      own.find((user) => held.includes('recreate') && !this.replaced.has(user.id) && !isSuspended(user));
    if (!moment.resynced || parked !== null || !current || isSuspended(current))
      return [...problems, ...this.#openEnd(own, final, moment)];
    this.#met(current, moment);
    this.#activeAt = moment.now;
    return [...problems, ...this.#judgeFields(current, final, moment)];
  }

  #isLegal(parked: string, final: ActiveWish, users: readonly ConnectUserSnapshot[]): boolean {
    switch (parked) {
      case 'deletedInConnect':
        return this.gone && this.#wishes.some((wish) => isSameWish(wish, this.#appliedWish));
      case 'usernameTaken':
        return users.some(
          ({ username, tags }) => username === final.username && tags['scim-bridge:user'] !== this.scimId,
        );
      case 'formerUser':
        return this.former !== null && !this.former.isOver;
      default:
        return false;
    }
  }

  /** He may have been made meanwhile, or replaced, or neither. */
  #openEnd(own: readonly ConnectUserSnapshot[], final: Wish, moment: Moment): readonly string[] {
    const usable = own.filter((user) => (this.gone && moment.resynced) || !this.replaced.has(user.id));
    const current = usable.find((user) => !isSuspended(user)) ?? usable.at(-1);
    if (!current) return [];
    this.#met(current, moment);
    return this.#judgeFields(current, final, { ...moment, resynced: false });
  }

  #judgeSuspended(own: readonly ConnectUserSnapshot[], moment: Moment): readonly string[] {
    const { held } = moment.verdict;
    if (held.includes('deactivate')) return this.#openEnd(own, this.#wishes.at(-1)!, moment);
    const access = moment.resynced ? own.filter((user) => !isSuspended(user)) : [];
    const problems = access.map((user) => `${user.username} is not suspended: ${describe(user)}`);
    const current =
      own.find(({ id }) => id === this.connectId) ?? own.find(({ id }) => !this.replaced.has(id));
    if (current) {
      this.#met(current, moment);
      return [...problems, ...this.#judgeFields(current, this.#wishes.at(-1)!, moment)];
    }
    // Whoever came under his name has him now: that account judges him.
    if (moment.users.some(({ id }) => id === this.connectId)) return problems;
    const mayBeDeleted = moment.now - this.#activeAt >= DAY_MS;
    if (this.connectId && !this.gone && !mayBeDeleted) problems.push(`${this.connectId} was deleted`);
    if (this.connectId) this.#forget();
    this.gone = false;
    return problems;
  }

  #judgeParked(own: readonly ConnectUserSnapshot[], final: Wish, moment: Moment): readonly string[] {
    const { verdict, resynced } = moment;
    const problems =
      resynced && verdict.parked === null && verdict.held.length === 0 ? ['is not parked'] : [];
    return [...problems, ...this.#openEnd(own, final, moment)];
  }

  #judgeDisowned({ users, resynced }: Moment): readonly string[] {
    const user = users.find(({ id }) => id === this.connectId);
    const text = JSON.stringify(user);
    const before = this.disowned!.text;
    if (resynced) this.disowned!.text = text;
    return before !== null && before !== text ? [`touched though not ours: ${before} → ${text}`] : [];
  }

  /** Which Connect user is his now: the one he had, one made new, or that of his former life. */
  #met(current: ConnectUserSnapshot, { now, verdict }: Moment): void {
    if (current.id === this.connectId) return;
    const wishes = this.#wishes.filter((wish) => wish.kind === 'active');
    const anew = new Map(FIELDS.map((field) => [field, wishes.flatMap((wish) => fresh(field, wish))]));
    const profilesAnew = wishes.flatMap(({ profiles }) => profilesOfNew(profiles, verdict.held.length > 0));
    if (this.former?.connectId === current.id) this.#takeOver(this.former, wishes);
    else if (this.connectId !== null && !this.gone) {
      this.replaced.set(this.connectId, now);
      for (const [field, standings] of anew)
        this.#fields.set(field, [...(this.#fields.get(field) ?? []), ...standings]);
      this.#profiles = [...this.#profiles, ...profilesAnew];
    } else {
      const isLeftBehind = this.replaced.has(current.id);
      this.#fields = isLeftBehind
        ? new Map(FIELDS.map((field) => [field, asFound(field, current, wishes)]))
        : anew;
      this.#profiles = isLeftBehind ? [...profilesAnew, LEFT_BEHIND] : profilesAnew;
    }
    this.replaced.delete(current.id);
    this.connectId = current.id;
    this.gone = false;
  }

  /** Hired again: a joiner in the Connect user that he once had. */
  #takeOver(former: Account, wishes: readonly ActiveWish[]): void {
    former.isOver = true;
    for (const field of FIELDS) {
      const standings = former.#fields.get(field) ?? [];
      const left = standings.flatMap((one) => wishes.map((wish) => takenOver(field, one, wish)));
      this.#fields.set(field, left);
    }
    this.#profiles = former.#profiles.map((one) => ({ ...one, applied: undefined, suspended: true }));
  }

  #judgeFields(current: ConnectUserSnapshot, final: Wish, moment: Moment): readonly string[] {
    const problems: string[] = [];
    for (const field of FIELDS) {
      const isOpen = field === 'routingProfile' && moment.verdict.held.includes('routing');
      const before = this.#fields.get(field) ?? [];
      const open = this.#reached(before, isOpen ? { ...moment, resynced: false } : moment, (one, wish) =>
        afterWish(field, one, wish),
      );
      const value = valueOf(field, current);
      const met = open.filter((one) => one.value === value);
      if (met.length === 0) {
        const expected = [...new Set(open.map((one) => one.value))].join('" or "');
        problems.push(`${current.username}: ${field} is "${value}", expected "${expected}"`);
      }
      const seen = moment.resynced ? met.map((one) => ({ ...one, seen: value })) : met;
      this.#fields.set(field, distinct(seen));
    }
    return [...problems, ...this.#judgeProfiles(current, final, moment)];
  }

  #judgeProfiles(current: ConnectUserSnapshot, final: Wish, moment: Moment): readonly string[] {
    const value = [...current.securityProfiles].sort();
    const isHeldBack = moment.verdict.held.some((effect) => OF_PROFILES.includes(effect));
    const open = this.#reached(
      this.#profiles,
      isHeldBack ? { ...moment, resynced: false } : moment,
      profilesAfter,
    );
    if (isHeldBack) {
      this.#profiles = profilesWhenHeld(value, open);
      return isRightWhenHeld(value, open, final)
        ? []
        : [`${current.username} has ${value.join(' + ')} while something is held`];
    }
    const met = open.filter((one) => String(one.value) === String(value));
    this.#profiles = [...new Map(met.map((one) => [JSON.stringify(one), one])).values()];
    if (met.length > 0) return [];
    const expected = [...new Set(open.map((one) => one.value.join(' + ')))].join(' or ');
    return [`${current.username} has ${value.join(' + ')}, expected ${expected} (${final.kind})`];
  }

  /** Every standing that the wishes since the last judgement can have led to. */
  #reached<S>(
    before: readonly S[],
    { verdict, resynced }: Moment,
    after: (one: S, wish: Wish) => readonly S[],
  ) {
    let open = [...before];
    for (const wish of this.#wishes) {
      const next = open.flatMap((one) => after(one, wish));
      open = [...new Map([...open, ...next].map((one) => [JSON.stringify(one), one])).values()];
    }
    const final = this.#wishes.at(-1)!;
    const isTaken = verdict.held.includes('deactivate');
    const isSettled = resynced && !isTaken && (verdict.parked === null || final.kind === 'parked');
    return isSettled ? open.flatMap((one) => after(one, final)) : open;
  }

  #forget(): void {
    this.connectId = null;
    this.#fields.clear();
    this.#profiles = [];
  }
}

function describe({ securityProfiles, routingProfile }: ConnectUserSnapshot): string {
  return `${securityProfiles.join(' + ')}, ${routingProfile}`;
}
