import {
  afterWish,
  type ConnectUserSnapshot,
  distinct,
  fresh,
  NO_ACCESS,
  PARKED,
  type Standing,
  valueOf,
} from './expected-user.ts';
import { type ProfileStanding, profilesAfter } from './expected-profiles.ts';
import { type Field, FIELDS, ownershipOf, type Wish } from './rules.ts';

type ActiveWish = Extract<Wish, { kind: 'active' }>;

/** What the product says of a user; whether it may say so is judged here. */
export interface Verdict {
  readonly held: boolean;
  readonly parked: string | null;
}

export interface Moment {
  readonly now: number;
  /** All users in Connect. */
  readonly users: readonly ConnectUserSnapshot[];
  readonly verdict: Verdict;
  /** Whether Connect was compared with the store, so that edits are known. */
  readonly resynced: boolean;
}

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
    if (this.gone && own.length === 0 && !moment.resynced) return [];
    const problems = [
      ...this.#judgeSafety(own, final, moment),
      ...(final.kind === 'active' ? this.#judgeActive(own, final, moment) : []),
      ...(final.kind === 'suspended' ? this.#judgeSuspended(own, moment) : []),
      ...(final.kind === 'parked' ? this.#judgeParked(own, final, moment) : []),
    ];
    this.#wishes = [final];
    return problems;
  }

  /** Design.md §9: what the mapping does not grant, nobody keeps who is not held. */
  #judgeSafety(own: readonly ConnectUserSnapshot[], final: Wish, { verdict, resynced }: Moment) {
    const granted = final.kind === 'suspended' ? [] : final.profiles;
    const problems: string[] = [];
    const active = own.filter((user) => !isSuspended(user));
    if (active.length > 1)
      problems.push(`${active.map(({ username }) => username).join(' and ')} are both active`);
    if (!resynced || verdict.held) return problems;
    for (const { username, securityProfiles } of active) {
      const over = securityProfiles.filter((name) => name !== NO_ACCESS && !granted.includes(name));
      if (over.length > 0)
        problems.push(
          `${username} has ${over.join(', ')}; the rules grant ${granted.join(', ') || 'nothing'}`,
        );
    }
    return problems;
  }

  #judgeActive(own: readonly ConnectUserSnapshot[], final: ActiveWish, moment: Moment): readonly string[] {
    const { verdict, users, resynced } = moment;
    const current = own.find(({ username }) => username === final.username);
    if (verdict.held || verdict.parked !== null) {
      const isLegal = verdict.held || !resynced || this.#isLegal(verdict.parked!, final, users);
      const problems = isLegal ? [] : [`parked as ${verdict.parked} without a cause`];
      return [...problems, ...this.#openEnd(own, final, moment)];
    }
    if (!current) return [`${final.username} is not in Connect`];
    this.#met(current, moment);
    const problems = this.#judgeFields(current, final, moment);
    this.#activeAt = moment.now;
    this.#appliedWish = final;
    const leftBehind = own.filter((user) => user.id !== current.id && !isSuspended(user));
    return [...problems, ...leftBehind.map(({ username }) => `${username} was replaced and has access`)];
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
    const usable = own.filter((user) => !this.replaced.has(user.id));
    const current = usable.find((user) => !isSuspended(user)) ?? usable.at(-1);
    if (!current) return [];
    this.#met(current, moment);
    return this.#judgeFields(current, final, { ...moment, resynced: false });
  }

  #judgeSuspended(own: readonly ConnectUserSnapshot[], moment: Moment): readonly string[] {
    if (moment.verdict.held) return this.#openEnd(own, this.#wishes.at(-1)!, moment);
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
    const problems = resynced && verdict.parked === null && !verdict.held ? ['is not parked'] : [];
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
  #met(current: ConnectUserSnapshot, { now }: Moment): void {
    if (current.id === this.connectId) return;
    const wishes = this.#wishes.filter((wish) => wish.kind === 'active');
    const anew = new Map(FIELDS.map((field) => [field, wishes.flatMap((wish) => fresh(field, wish))]));
    const profilesAnew = wishes.map(({ profiles }) => ({
      applied: profiles,
      value: profiles,
      suspended: false,
    }));
    if (this.former?.connectId === current.id) this.#takeOver(this.former, wishes);
    else if (this.connectId !== null && !this.gone) {
      this.replaced.set(this.connectId, now);
      for (const [field, standings] of anew)
        this.#fields.set(field, [...(this.#fields.get(field) ?? []), ...standings]);
      this.#profiles = [...this.#profiles, ...profilesAnew];
    } else {
      this.#fields = anew;
      this.#profiles = profilesAnew;
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
      const open = this.#reached(this.#fields.get(field) ?? [], moment, (one, wish) =>
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
    const open = this.#reached(this.#profiles, moment, profilesAfter);
    const value = [...current.securityProfiles].sort();
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
    const isSettled = resynced && !verdict.held && (verdict.parked === null || final.kind === 'parked');
    return isSettled ? open.flatMap((one) => after(one, final)) : open;
  }

  #forget(): void {
    this.connectId = null;
    this.#fields.clear();
    this.#profiles = [];
  }
}

function takenOver(field: Field, standing: Standing, wish: ActiveWish): Standing {
  const { before: _ofTheFormer, ...kept } = standing;
  const wanted = wish.fields[field];
  if (wanted === undefined) return kept;
  const isSeed = ownershipOf(field, wish.file) === 'seed';
  const value = isSeed ? wanted : kept.value;
  return { ...kept, applied: undefined, value, suspended: true };
}

function isSuspended(user: ConnectUserSnapshot): boolean {
  return String(user.securityProfiles) === NO_ACCESS && user.routingProfile === PARKED;
}

function isSameWish(wish: Wish, applied: ActiveWish | null): boolean {
  if (wish.kind !== 'active' || applied === null) return false;
  const { site: _s, proficiencies: _p, ...fields } = wish.fields;
  const { site: _as, proficiencies: _ap, ...before } = applied.fields;
  return (
    wish.username === applied.username &&
    String(wish.profiles) === String(applied.profiles) &&
    JSON.stringify(fields) === JSON.stringify(before)
  );
}

function describe({ securityProfiles, routingProfile }: ConnectUserSnapshot): string {
  return `${securityProfiles.join(' + ')}, ${routingProfile}`;
}
