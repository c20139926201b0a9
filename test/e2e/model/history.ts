import { approve, held } from '../../../src/sync/admin/held.ts';
import { enqueueMany } from '../../../src/sync/enqueue.ts';
import { INSTANCE_ID, startWorld, type World } from '../world.ts';
import type { Account } from './account.ts';
import { type BridgeFile, bridgeText } from './bridge-files.ts';
import { disown, editByHand, reown } from './by-hand.ts';
import { type Command, type Edit, GROUPS } from './command.ts';
import { Expectation } from './expectation.ts';
import { People } from './people.ts';
import { type Facts, mappingText, NOBODY } from './rules.ts';
import { Strangers } from './strangers.ts';

const NAMES = ['ada', 'ben', 'cleo', 'dan', 'eve'] as const;
const USER_QUOTA = 500;
const HOUR_MS = 3_600_000;
/** The search index has no addresses, so one that is edited this soon after a write of the bridge is not found. */
const ADDRESSES: readonly Edit[] = ['mobile', 'secondaryEmail'];
const CLOCK_SKEW_MS = 2_500;
const READS = /^(List|Search|Describe|Get)/;

/** One history over the whole product, beside a plain account of what it must come to. */
export class History {
  readonly #world: World;
  readonly #people: People;
  readonly #expectation: Expectation;
  readonly #strangers: Strangers;
  /** SCIM ids by slot. */
  readonly #living = new Map<number, string>();
  #owesHour = false;
  readonly #plainBridge: string;
  #bridge: BridgeFile = 'usual';

  static async begin(): Promise<History> {
    let plainBridge = '';
    const world = await startWorld({
      mapping: mappingText('base'),
      bridge: (yaml) => bridgeText((plainBridge = yaml), 'usual'),
    });
    await world.quiet();
    const history = new History(world, plainBridge);
    for (const name of GROUPS) await history.#people.createGroup(name);
    return history;
  }

  private constructor(world: World, plainBridge: string) {
    this.#world = world;
    this.#plainBridge = plainBridge;
    this.#people = new People(world);
    this.#expectation = new Expectation(world, this.#people);
    this.#strangers = new Strangers(world);
  }

  end(): Promise<void> {
    return this.#world.stop();
  }

  /** @throws Error with everything that is not as it must be */
  async run(commands: readonly Command[]): Promise<void> {
    for (const [index, command] of commands.entries()) {
      try {
        await this.#take(command);
        this.#judgeCalls();
      } catch (error) {
        const after = `after command ${index}, ${JSON.stringify(command)}`;
        throw new Error(`${after}: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  async #take(command: Command): Promise<void> {
    await this.#happen(command);
    this.#expectation.noteWishes();
  }

  async #happen(command: Command): Promise<void> {
    const [world, people] = [this.#world, this.#people];
    const { operator } = world.simulator;
    switch (command.kind) {
      case 'createUser':
        return this.#createUser(command.slot, command.groups);
      case 'replaceUser':
        return this.#withUser(command.slot, (id, facts) =>
          people.replaceUser(id, { ...facts, familyName: command.familyName, email: '' }),
        );
      case 'setAttribute':
        return this.#withUser(command.slot, (id, facts) =>
          people.replaceUser(id, { ...facts, [command.value.attribute]: command.value.value }),
        );
      case 'setDate':
        return this.#withUser(command.slot, (id, facts) =>
          people.replaceUser(id, { ...facts, [command.side]: this.#dateIn(command.inMinutes) }),
        );
      case 'rename':
        return this.#withUser(command.slot, (id, facts) => {
          const [one, other] = usernames(command.slot);
          const userName = facts.userName === one ? other : one;
          return people.patchUser(id, { ...facts, userName }, 'userName', userName);
        });
      case 'setActive': {
        const { active } = command;
        return this.#withUser(command.slot, (id, facts) =>
          people.patchUser(id, { ...facts, active }, 'active', active),
        );
      }
      case 'deleteUser':
        return this.#withUser(command.slot, async (id) => {
          await people.deleteUser(id);
          this.#living.delete(command.slot);
        });
      case 'join':
        return this.#withUser(command.slot, (id) => people.join(command.group, id));
      case 'leave':
        return this.#withUser(command.slot, (id) => people.leave(command.group, id));
      case 'joinUnknown':
        return people.join(command.group, 'ghost');
      case 'createGroup':
        return people.createGroup(command.group);
      case 'renameGroup':
        return people.renameGroup(command.group);
      case 'deleteGroup':
        return people.deleteGroup(command.group);
      case 'writeMapping':
        world.setMapping(mappingText(command.file));
        this.#expectation.proposed(command.file);
        return world.clock.sleep(5_000);
      case 'writeBridge':
        return this.#writeBridge(command.file);
      case 'pass':
        return world.clock.sleep(command.seconds * 1_000);
      case 'rest':
        return this.#rest(command.approve);
      case 'editInConnect':
        return this.#atHand(command.slot, async (account, username) => {
          if (ADDRESSES.includes(command.edit)) await world.clock.sleep(CLOCK_SKEW_MS);
          editByHand(world, account, username, command.edit);
        });
      case 'deleteInConnect':
        return this.#atHand(command.slot, (account, username) => {
          operator.deleteUser(INSTANCE_ID, username);
          account.gone = true;
        });
      case 'disown':
        return this.#atHand(command.slot, (account, username) => disown(world, account, username));
      case 'reown': {
        const account = this.#expectation.accountOf(command.slot);
        return account && reown(world, account);
      }
      case 'strangerComes':
        await world.quiet();
        return this.#strangers.come(usernames(command.slot), command.bridge);
      case 'strangerGoes':
        return this.#strangers.go(usernames(command.slot));
      case 'renameRoutingProfile': {
        const names = ['Support (old)', 'Support'] as const;
        const [from, to] = this.#expectation.renamedSupport()
          ? names
          : (['Support', 'Support (old)'] as const);
        return operator.renameRoutingProfile(INSTANCE_ID, from, to);
      }
      case 'fault':
        return this.#addFault(command);
      case 'fillQuota':
        return operator.setUserQuota(INSTANCE_ID, operator.snapshot(INSTANCE_ID).users.length);
      case 'crash':
        await world.clock.sleep(command.afterMs);
        this.#owesHour ||= command.downSeconds > 24 * 3_600;
        return world.crash(command.downSeconds * 1_000);
      default:
        return command satisfies never;
    }
  }

  async #createUser(slot: number, groups: readonly string[]): Promise<void> {
    if (this.#living.has(slot)) return;
    const [userName] = usernames(slot);
    const id = await this.#people.createUser({ ...NOBODY, userName });
    this.#living.set(slot, id);
    this.#expectation.open(id, slot, userName);
    for (const group of groups) await this.#people.join(group, id);
  }

  async #withUser(slot: number, change: (id: string, facts: Facts) => Promise<void>): Promise<void> {
    const id = this.#living.get(slot);
    if (id !== undefined) await change(id, this.#people.facts.get(id)!);
  }

  async #writeBridge(file: BridgeFile): Promise<void> {
    this.#judgeCalls();
    if (file !== 'observe') this.#bridge = file;
    this.#expectation.bridged(file);
    await this.#world.editConfig(() => bridgeText(this.#plainBridge, file));
    // What was under way when it was told to observe comes to its end.
    if (file === 'observe') await this.#world.clock.sleep(10_000);
    this.#judgeCalls();
    this.#bridge = file;
  }

  #dateIn(minutes: number | null): string {
    return minutes === null ? '' : new Date(this.#world.clock.now() + minutes * 60_000).toISOString();
  }

  #addFault({ fault, operation, when, count }: Extract<Command, { kind: 'fault' }>): void {
    const { simulator } = this.#world;
    if (fault === 'throttle') simulator.addFault({ kind: fault, operation, count });
    else if (fault === 'slow') simulator.addFault({ kind: fault, operation, count, when, ms: 3_000 });
    else simulator.addFault({ kind: fault, operation, count, when });
  }

  /** An edit by hand comes between what the bridge has done and what it is told next. */
  async #atHand(
    slot: number,
    edit: (account: Account, username: string) => void | Promise<void>,
  ): Promise<void> {
    const account = this.#expectation.accountOf(slot);
    // What an observer was on the way to cannot be judged.
    if (!account || this.#bridge === 'observe') return;
    await this.#world.quiet();
    await this.#expectation.judge(false);
    const username = this.#expectation.usernameOf(account);
    if (username !== undefined && !account.disowned) await edit(account, username);
  }

  /** Nothing hinders the bridge any more, and it has had the time to look at everything. */
  async #rest(approves: boolean): Promise<void> {
    const { simulator, clock } = this.#world;
    simulator.clearFaults();
    simulator.operator.setUserQuota(INSTANCE_ID, USER_QUOTA);
    if (this.#owesHour) await clock.sleep(HOUR_MS + 300_000);
    this.#owesHour = false;
    if (this.#bridge === 'observe') await this.#writeBridge('usual');
    for (let turn = 0, isSettled = false; turn < 8 && !isSettled; turn++) {
      await this.#world.quiet();
      const isChanged = await this.#resync();
      await this.#world.quiet();
      const isApproved = approves && (await this.#approveAll());
      isSettled = turn > 0 && !isChanged && !isApproved;
    }
    await this.#expectation.judge(true);
    const problems = [...this.#strangers.judge(), ...(await this.#people.judge())];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    await this.#judgeRest();
  }

  /** @returns whether it found anything */
  async #resync(): Promise<boolean> {
    const last = () => this.#world.runtime.instances.get('uk')!.resync;
    const before = last();
    await this.#world.until(() => last() !== before && last() !== null, 20_000);
    return last()!.changed > 0 || last()!.problem !== null;
  }

  /** @returns whether anything was held */
  async #approveAll(): Promise<boolean> {
    const { items } = await held(this.#world.runtime);
    for (const { batch } of items) await approve(this.#world.runtime, batch, 'the model', true);
    if (items.length > 0) await this.#expectation.noteMapping();
    return items.length > 0;
  }

  /** At every call, not only at rest: nothing beyond the ceiling is granted, no stranger is touched. */
  #judgeCalls(): void {
    const { simulator, runtime } = this.#world;
    const admin = runtime.instances.get('uk')!.catalog?.id('securityProfiles', 'Admin');
    const calls = simulator.journal().filter(({ operation }) => !READS.test(operation));
    simulator.clearJournal();
    for (const { operation, userId = '', securityProfileIds = [] } of calls) {
      if (this.#strangers.has(userId)) throw new Error(`${operation} was called for a stranger`);
      if (this.#bridge === 'observe') throw new Error(`${operation} was called by an observer`);
      if (admin && securityProfileIds.includes(admin)) throw new Error(`${operation} grants Admin`);
    }
  }

  /** Everybody planned again makes no change. */
  async #judgeRest(): Promise<void> {
    const { runtime, simulator, quiet } = this.#world;
    this.#judgeCalls();
    await runtime.store.write(async (tx) => {
      for (const directory of runtime.directories.values()) await enqueueMany(tx, runtime, directory, null);
    });
    runtime.wake();
    await quiet();
    const made = simulator
      .journal()
      .filter(({ operation, status }) => status === 200 && !READS.test(operation))
      .map(({ operation }) => operation);
    if (made.length > 0) throw new Error(`at rest the bridge calls ${made.join(', ')}`);
  }
}

function usernames(slot: number): readonly [string, string] {
  return [`${NAMES[slot]}@acme.test`, `${NAMES[slot]}.new@acme.test`];
}
