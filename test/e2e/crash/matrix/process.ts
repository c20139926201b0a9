import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../../src/clock.ts';
import { createSimulator, parseSeed } from '../../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../../src/simulator/simulator.ts';
import { writeSettings } from './life.ts';
import type { Line, Order } from './order.ts';
import { stories } from './stories.ts';

/** Connect and a folder, which outlast the process in which a bridge lives there. */
export interface Place {
  readonly order: Order;
  readonly simulator: Simulator;
  /** Of the last life there. */
  readonly lines: Line[];
  leave(): Promise<void>;
}

/** Longer than any process takes on a busy machine. */
const STUCK_MS = 150_000;
const DAY_BEGINS_MS = Date.UTC(2026, 0, 5, 9);

/** Connect stands still in time: its search index never catches up, and no quota is met. */
export async function placeFor(
  story: string,
  { kill = null, ...more }: Partial<Pick<Order, 'kill' | 'fault'>> = {},
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-kill-'));
  const simulator = createSimulator({
    clock: { now: () => DAY_BEGINS_MS, sleep: (ms) => systemClock.sleep(ms) },
    seed: parseSeed(await readFile('config/simulator.example.yaml', 'utf8')),
    rate: { perSecond: 1_000_000, burst: 1_000_000 },
  });
  const { url: connectUrl } = await simulator.listen();
  const { bridge = same, mapping = same } = stories[story]!;
  await writeSettings(folder, { connectUrl, bridge, mapping });
  const leave = async () => {
    await simulator.close();
    await rm(folder, { recursive: true });
  };
  return { order: { story, folder, connectUrl, kill, ...more }, simulator, lines: [], leave };
}

const same = (yaml: string) => yaml;

/**
 * Lives at all places, in one process, until the last of them ends or kills it.
 *
 * @param compiled a folder in which processes leave each other their compiled code
 */
export async function liveAt(places: readonly Place[], compiled: string): Promise<void> {
  const orders = JSON.stringify(places.map(({ order }) => order));
  const program = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, orders], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STUCK_MS,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compiled },
  });
  const [output, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  const wanted = places.at(-1)!.order.kill ? 'SIGKILL' : null;
  if (signal !== wanted || (wanted === null && code !== 0))
    throw new Error(`the process ended with ${code} ${signal}: ${errors}`);
  for (const line of output
    .split('\n')
    .filter(Boolean)
    .map((json) => JSON.parse(json) as Line))
    places.find(({ order }) => order.folder === line.folder)!.lines.push(line);
  for (const { order, lines } of places) expectKilled(order, lines.at(-1));
}

function expectKilled({ story, kill }: Order, last: Line | undefined): void {
  const isThere = last && 'step' in last && last.step === kill?.step && last.times === kill.times;
  if (kill && !isThere) throw new Error(`${story} never passed "${kill.step}" ${kill.times} times`);
}
