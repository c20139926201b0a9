import { type Effect, EFFECTS } from '../../../src/plan/plan.ts';
import { effectsOfUser } from '../../../src/store/guard-effects.ts';
import { activeMapping } from '../../../src/store/mapping-versions.ts';
import { listUsers } from '../../../src/sync/admin.ts';
import { INSTANCE_ID, type World } from '../world.ts';
import { Account } from './account.ts';
import { type BridgeFile, type Ceiling, ceilingOf } from './bridge-files.ts';
import { MAPPING_FILES, type MappingFile } from './command.ts';
import type { People } from './people.ts';
import { type Circumstances, mappingText, wish } from './rules.ts';

/** Everybody's account, and under which mapping and names it is kept. */
export class Expectation {
  readonly #world: World;
  readonly #people: People;
  readonly #accounts = new Map<string, Account>();
  /** Mapping files that may have been active since the last rest. */
  #files = new Set<MappingFile>(['base']);
  #active: MappingFile = 'base';
  /** Whether the routing profile Support had its name since the last rest. */
  #supports = new Set([true]);
  #hasSupport = true;
  /** What bridge.yaml may have forbidden since the last rest. */
  #ceilings = new Set<Ceiling>(['usual']);
  #ceiling: Ceiling = 'usual';

  constructor(world: World, people: People) {
    this.#world = world;
    this.#people = people;
  }

  /** @param userName under which whoever was deleted is hired again */
  open(scimId: string, slot: number, userName: string): void {
    const earlier = [...this.#accounts.values()].filter(
      (account) => account.slot === slot && !account.isOver,
    );
    const former = earlier.findLast((account) => this.usernameOf(account) === userName) ?? earlier.at(-1);
    this.#accounts.set(scimId, new Account(scimId, slot, former ?? null, this.#world.clock.now()));
  }

  /** The newest of the slot. */
  accountOf(slot: number): Account | undefined {
    return [...this.#accounts.values()].findLast((account) => account.slot === slot);
  }

  usernameOf({ connectId }: Account): string | undefined {
    return this.#users().find(({ id }) => id === connectId)?.username;
  }

  proposed(file: MappingFile): void {
    if (file !== 'broken') this.#files.add(file);
  }

  /** @returns whether the routing profile Support is to have its name from now on */
  renamedSupport(): boolean {
    this.#hasSupport = !this.#hasSupport;
    this.#supports.add(this.#hasSupport);
    return this.#hasSupport;
  }

  bridged(file: BridgeFile): void {
    this.#ceiling = ceilingOf(file);
    this.#ceilings.add(this.#ceiling);
  }

  /** Whatever the bridge may come to see of what was changed until now. */
  noteWishes(): void {
    const now = this.#world.clock.now();
    for (const [id, account] of this.#accounts) {
      const facts = this.#people.facts.get(id) ?? null;
      const groups = this.#people.groupsOf(id);
      const wants = (at: Omit<Circumstances, 'now'>) => account.wants(wish(facts, groups, { ...at, now }));
      for (const file of this.#files)
        for (const hasSupport of this.#supports)
          for (const ceiling of this.#ceilings) wants({ file, hasSupport, ceiling });
      wants({ file: this.#active, hasSupport: this.#hasSupport, ceiling: this.#ceiling });
    }
  }

  /** Which file is active is the product's word; that it is never the broken one is not. */
  async noteMapping(): Promise<void> {
    const active = await activeMapping(this.#world.runtime.store.read, 'main');
    const file = MAPPING_FILES.find((each) => mappingText(each) === active?.text);
    if (file === undefined || file === 'broken') throw new Error('a mapping with an unknown name is active');
    this.#active = file;
    this.#files.add(file);
    this.noteWishes();
  }

  /**
   * @param resynced whether the bridge has had the time to compare everything with Connect
   * @throws Error with all that is wrong
   */
  async judge(resynced: boolean): Promise<void> {
    await this.noteMapping();
    const { items } = await listUsers(this.#world.runtime, { limit: 200 });
    const problems: string[] = [];
    const common = { now: this.#world.clock.now(), users: this.#users(), resynced };
    for (const [id, account] of this.#accounts) {
      const link = items.find(({ userId }) => userId === id);
      const parked = link?.sync === 'parked' ? (link.reason?.code ?? 'unknown') : null;
      const held = await heldOf(this.#world, id);
      if (resynced && link?.sync === 'held' && held.length === 0) problems.push(`${id}: held for nothing`);
      const found = account.judge({ ...common, verdict: { held, parked } });
      problems.push(...found.map((problem) => `${id}: ${problem}`));
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
    if (resynced) this.#forgetWhatWas();
  }

  #forgetWhatWas(): void {
    const proposed = MAPPING_FILES.find((file) => mappingText(file) === this.#world.mapping());
    this.#files = new Set([this.#active]);
    if (proposed) this.proposed(proposed);
    this.#supports = new Set([this.#hasSupport]);
    this.#ceilings = new Set([this.#ceiling]);
  }

  #users() {
    return this.#world.simulator.operator.snapshot(INSTANCE_ID).users;
  }
}

async function heldOf({ runtime }: World, userId: string): Promise<readonly Effect[]> {
  const { states } = await effectsOfUser(runtime.store.read, userId, 'uk');
  return EFFECTS.filter((effect) => states[effect] === 'held');
}
