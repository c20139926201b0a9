import { writeSync } from 'node:fs';
import type { Life } from './life.ts';
import { lifeBefore } from './live.ts';
import type { Line, Order } from './order.ts';
import { cutOff, isCutOff, watchLives, watchSteps } from './steps.ts';
import { stories } from './stories.ts';

/** Lives stories in a process of its own, one after the other: `node child.ts '[…]'`, a list of orders. */
const orders = JSON.parse(process.argv[2]!) as readonly Order[];

/** The life whose steps are told. */
let counting: Life | null = null;
let watched: (step: string) => void = () => undefined;
watchLives();
watchSteps((step) => watched(step));
// Whoever was cut off may fail in any way; nobody hears of it in a process that is killed either.
process.on('unhandledRejection', () => undefined);

for (const [index, order] of orders.entries()) {
  const isLast = index === orders.length - 1;
  await new Promise<void>((ended, failed) => {
    watchFor(order, isLast, ended);
    live(order).then(ended, failed);
  });
}

/** Ends the life at the step at which it is to end: with the process, or, when others are to live in it, without. */
function watchFor({ folder, connectUrl, kill }: Order, isLast: boolean, ended: () => void): void {
  const passed = new Map<string, number>();
  watched = (step) => {
    if (!counting) return;
    const times = (passed.get(step) ?? 0) + 1;
    passed.set(step, times);
    tell({ folder, step, times, at: counting.now(), acknowledged: [...counting.memory.acknowledged] });
    if (step !== kill?.step || times !== kill.times) return;
    if (isLast) process.kill(process.pid, 'SIGKILL');
    cutOff(folder, connectUrl);
    counting.stopTime();
    counting = null;
    ended();
  };
}

async function live({ folder, connectUrl, story: name, fault }: Order): Promise<void> {
  const story = stories[name]!;
  const life = await lifeBefore(folder, story);
  if (fault) await fetch(`${connectUrl}/_control/faults`, json(fault));
  counting = life;
  const { memory } = life;
  const remember = () => ({ ids: [...memory.ids], acknowledged: [...memory.acknowledged] });
  tell({ folder, done: -1, at: life.now(), ...remember() });
  for (const [done, act] of story.acts.entries()) {
    await act(life);
    // Whoever was cut off is told nothing any more, and so learns of no answer.
    if (isCutOff(folder)) return;
    tell({ folder, done, at: life.now(), ...remember() });
  }
  counting = null;
  await life.close();
}

function json(value: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** At once: what a process had in its buffers when it was killed is lost. */
function tell(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
