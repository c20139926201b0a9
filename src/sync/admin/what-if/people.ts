/** Users of a reply: all are counted, so many are named. */
export interface People {
  readonly users: number;
  /** userNames, in the order of creation. */
  readonly listed: readonly string[];
}

/** What a person can still look through; who needs more narrows the mapping down first. */
const MAX_LISTED = 100;

/** Where names are told apart. */
interface Limit {
  /** How many; the others are gathered under `others`. */
  readonly names: number;
  readonly others: string;
}

/** Gathers people under names. */
export class PeopleByName {
  readonly #people = new Map<string, { users: number; readonly listed: string[] }>();
  readonly #limit: Limit | null;

  /** @param limit null where names come from the mapping or the instance; what a user is told may name him */
  constructor(limit: Limit | null = null) {
    this.#limit = limit;
  }

  add(name: string, userName: string): void {
    const under = this.#isTold(name) ? name : this.#limit!.others;
    const people = this.#people.get(under) ?? { users: 0, listed: [] };
    people.users += 1;
    if (people.listed.length < MAX_LISTED) people.listed.push(userName);
    this.#people.set(under, people);
  }

  #isTold(name: string): boolean {
    return this.#limit === null || this.#people.has(name) || this.#people.size < this.#limit.names;
  }

  of(name: string): People {
    return this.#people.get(name) ?? { users: 0, listed: [] };
  }

  names(): readonly string[] {
    return [...this.#people.keys()];
  }

  /** Most people first. */
  entries(): readonly ({ readonly name: string } & People)[] {
    return [...this.#people]
      .map(([name, people]) => ({ name, ...people }))
      .sort((a, b) => b.users - a.users || (a.name < b.name ? -1 : 1));
  }
}
