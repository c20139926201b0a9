import { INSTANCE_ID, type World } from '../world.ts';

/** Connect users that are not the bridge's to touch. */
export class Strangers {
  readonly #world: World;
  /** As they were made, by id. */
  readonly #made = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    this.#note('breakglass');
  }

  has(id: string): boolean {
    return this.#made.has(id);
  }

  come(usernames: readonly string[], bridge: 'none' | 'other' | 'ours'): void {
    const username = usernames.find((name) => !this.#world.connectUser(name));
    if (!username) return;
    const id = bridge === 'ours' ? 'acme-example' : 'other-bridge';
    const tags = bridge === 'none' ? {} : { 'scim-bridge:id': id, 'scim-bridge:user': 'nobody-we-know' };
    const user = { username, routingProfile: 'Sales', securityProfiles: ['Admin'], tags };
    this.#world.simulator.operator.createUser(INSTANCE_ID, user);
    this.#note(username);
  }

  go(usernames: readonly string[]): void {
    const stranger = usernames
      .map((name) => this.#world.connectUser(name))
      .find((user) => user && this.has(user.id));
    if (!stranger) return;
    this.#world.simulator.operator.deleteUser(INSTANCE_ID, stranger.username);
    this.#made.delete(stranger.id);
  }

  /** @returns what is wrong */
  judge(): readonly string[] {
    const { users } = this.#world.simulator.operator.snapshot(INSTANCE_ID);
    return [...this.#made].flatMap(([id, text]) => {
      const now = JSON.stringify(users.find((user) => user.id === id));
      return now === text ? [] : [`a stranger was touched: ${text} → ${now}`];
    });
  }

  #note(username: string): void {
    const user = this.#world.connectUser(username)!;
    this.#made.set(user.id, JSON.stringify(user));
  }
}
