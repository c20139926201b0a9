import { status } from '../../../src/sync/admin.ts';
import type { JournalEntry } from '../../../src/simulator/simulator.ts';
import { calls, openContactCenter } from './contact-center.ts';
import type { ContactCenter, Numbers } from './contact-center.ts';

/** How the reconciler did, on AWS's own quotas. */
export interface SyncResult {
  readonly name: string;
  readonly calls: number;
  readonly leastCalls: number;
  /** Of the operation that took longest, from its first call to its last. */
  readonly makespanS: number;
  /** The largest queue of one operation, through its bucket. */
  readonly boundS: number;
  readonly throttled: number;
  /** Of leavers whom the guard did not hold; null when there were none. */
  readonly revokeP50S: number | null;
  readonly revokeP95S: number | null;
  /** Until the last of those whom it held had lost his access, from the approval on. */
  readonly approvedAllS: number | null;
  /** Of real time. */
  readonly tookS: number;
}

interface Scenario {
  readonly name: string;
  readonly agents: number;
  readonly instances?: readonly ('uk' | 'us')[];
  /** @returns the fewest calls by operation that it can take */
  readonly run: (center: ContactCenter) => Promise<Readonly<Record<string, number>>>;
}

/** The bridge keeps one of AWS's burst of five for clocks that disagree. */
const BURST = 4;
const PER_SECOND = 2;

/** @param only the name of one scenario, `sync` for all; other names are of other measures */
export async function measureSync(
  only: string,
  progress: (what: string) => void,
): Promise<readonly SyncResult[]> {
  const results: SyncResult[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => only === 'sync' || only === name)) {
    progress(`sync: ${scenario.name}`);
    results.push(await measure(scenario));
  }
  return results;
}

async function measure({ name, agents, instances, run }: Scenario): Promise<SyncResult> {
  const center = await openContactCenter({ agents, ...(instances && { instances }) });
  try {
    const startedAt = performance.now();
    const least = await run(center);
    await center.settled();
    const journal = calls(center.simulator.journal());
    const { unheldMs } = (await status(center.runtime)).timeToRevoke;
    return {
      name,
      calls: journal.length,
      leastCalls: Object.values(least).reduce((sum, count) => sum + count, 0),
      makespanS: makespanS(journal),
      boundS: Math.max(...Object.values(least).map((count) => Math.max(0, count - BURST) / PER_SECOND)),
      throttled: journal.filter(({ status: code }) => code === 429).length,
      revokeP50S: secondsOf(unheldMs.p50),
      revokeP95S: secondsOf(unheldMs.p95),
      approvedAllS:
        center.approval.at === null ? null : (lastRemovalAt(journal) - center.approval.at) / 1_000,
      tookS: (performance.now() - startedAt) / 1_000,
    };
  } finally {
    await center.close();
  }
}

function makespanS(journal: readonly JournalEntry[]): number {
  const spans = [...Map.groupBy(journal, ({ operation }) => operation).values()].map((entries) => {
    const times = entries.map(({ at }) => at);
    return Math.max(...times) - Math.min(...times);
  });
  return Math.max(...spans) / 1_000;
}

function lastRemovalAt(journal: readonly JournalEntry[]): number {
  const removals = journal.filter(({ operation }) => operation === 'UpdateUserSecurityProfiles');
  return Math.max(...removals.map(({ at }) => at));
}

function secondsOf(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

const leave = (center: ContactCenter, numbers: Numbers) =>
  center.change(numbers, (doc) => ({ ...doc, active: false }));

const SCENARIOS: readonly Scenario[] = [
  {
    name: '5,000 joiners',
    agents: 0,
    run: async (center) => {
      await center.hire({ first: 0, count: 5_000 });
      return { CreateUser: 5_000 };
    },
  },
  {
    name: '2,000 mixed changes',
    agents: 2_000,
    run: async (center) => {
      await center.move({ first: 0, count: 1_000 });
      await center.change({ first: 1_000, count: 1_000 }, (doc, n) => ({
        ...doc,
        name: { givenName: 'Anna', familyName: `Number ${n}` },
      }));
      return { UpdateUserRoutingProfile: 1_000, UpdateUserHierarchy: 1_000, UpdateUserIdentityInfo: 1_000 };
    },
  },
  {
    name: 'single leavers among 3,000 joiners, 10,000 active',
    agents: 10_000,
    run: async (center) => {
      await center.hire({ first: 10_000, count: 3_000 });
      const leavers = 300;
      for (let n = 0; n < leavers; n++) {
        await center.clock.sleep(3_000);
        await leave(center, { first: n, count: 1 });
      }
      return { CreateUser: 3_000, ...suspensions(leavers) };
    },
  },
  {
    name: '500 approved leavers among 3,000 joiners',
    agents: 2_000,
    run: async (center) => {
      // 5 % of the active may go without approval, and those who go leave fewer who are active.
      await leave(center, { first: 0, count: 605 });
      await center.settled();
      await center.clock.sleep(30_000);
      center.simulator.clearJournal();
      await center.hire({ first: 2_000, count: 3_000 });
      await center.clock.sleep(60_000);
      const approved = await center.approveHeld();
      if (approved !== 500) throw new Error(`The guard held ${approved} leavers, not 500.`);
      return { CreateUser: 3_000, ...suspensions(approved) };
    },
  },
  {
    name: 'resync of 10,000 users, 100 of them edited',
    agents: 10_000,
    run: async (center) => {
      for (let n = 0; n < 100; n++)
        center.simulator.operator.editUser('acme-uk', `agent${n}@acme.test`, { lastName: 'Edited' });
      const instance = center.runtime.instances.get('uk')!;
      while (instance.resync === null) await center.clock.sleep(10_000);
      return { ListUsers: 11, SearchUsers: 21, DescribeUser: 100, UpdateUserIdentityInfo: 100 };
    },
  },
  {
    name: '1,000 joiners in each of two instances of one account',
    agents: 0,
    instances: ['uk', 'us'],
    run: async (center) => {
      await center.hire({ first: 0, count: 1_000 });
      return { CreateUser: 2_000 };
    },
  },
];

/** A read for the snapshot, then profiles, routing profile and status. */
function suspensions(users: number): Readonly<Record<string, number>> {
  return {
    DescribeUser: users,
    UpdateUserSecurityProfiles: users,
    UpdateUserRoutingProfile: users,
    PutUserStatus: users,
  };
}
