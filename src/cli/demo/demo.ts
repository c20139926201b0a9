import type { JournalEntry } from '../../simulator/simulator.ts';
import { enqueueMany } from '../../sync/enqueue.ts';
import { CommandError, EXIT } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { readDay } from './day.ts';
import type { Step } from './day.ts';
import { invite } from './invitation.ts';
import { Observer } from './observer.ts';
import type { UserChange } from './observer.ts';
import { Paper } from './paper.ts';
import { Replay } from './replay.ts';
import * as report from './report.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

/**
 * Replays a recorded day of Okta and Entra against a bridge with a simulated Amazon Connect, everything over HTTP,
 * and prints what came of it. Then stays up until it is told to stop, unless `once`.
 *
 * @throws CommandError when a reply is not the recorded one, or the bridge does not come to rest afterwards
 */
export async function demo(shell: Shell, { once }: { readonly once: boolean }): Promise<void> {
  const stop = new AbortController();
  void shell.stopRequested.then(() => stop.abort());
  const day = await readDay(shell.readFile);
  const stage = await openStage(shell);
  const show: Show = {
    stage,
    paper: new Paper(shell),
    replay: new Replay(stage),
    observer: new Observer(stage, stop.signal),
    changes: [],
    refusals: [],
  };
  try {
    await open(show);
    for (const step of day) await playStep(show, step);
    await close(show);
    await prove(show);
    if (!once) await stayUp(show, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await stage.close();
  }
}

interface Show {
  readonly stage: Stage;
  readonly paper: Paper;
  readonly replay: Replay;
  readonly observer: Observer;
  readonly changes: UserChange[];
  readonly refusals: report.Refusal[];
}

async function open({ paper, observer, stage }: Show): Promise<void> {
  paper.line('A day of Okta and Entra, replayed into one Amazon Connect instance.', 'bold');
  paper.line(
    `SCIM at ${stage.scimUrl}/scim/v2 (Okta) and /entra/scim/v2 (Entra). Connect is simulated at ${stage.connectUrl}, with its real quotas: 2 requests a second per operation, burst 5.`,
  );
  paper.heading('07:59  Bridge   starts and reads the names of the instance');
  await observer.rest();
  report.reportConsequences(paper, await observer.sinceLastLook());
}

async function playStep({ paper, replay, observer, changes, refusals }: Show, step: Step): Promise<void> {
  const replies = await replay.play(step);
  await observer.rest();
  const led = await observer.sinceLastLook();
  report.reportStep(paper, step, replies, led);
  changes.push(...led.changes);
  for (const { status, detail } of replies)
    if (status >= 400) refusals.push({ at: step.at, who: step.who, detail: detail ?? '' });
}

async function close({ paper, stage, changes, refusals }: Show): Promise<void> {
  const [{ config } = { config: null }] = stage.runtime.instances.values();
  await report.reportUsers(paper, stage);
  await report.reportExceptions(paper, stage, refusals);
  await report.reportStatus(paper, stage);
  report.reportCalls(paper, stage.simulator.journal());
  report.reportRevocations(paper, changes, config?.leavers.suspend.securityProfile ?? '');
}

/** Level-triggered: what is as it should be costs nothing, however often it is asked for. */
async function prove({ paper, stage, replay, observer, changes }: Show): Promise<void> {
  const { runtime, simulator } = stage;
  const day = simulator.journal();
  await runtime.store.write(async (tx) => {
    for (const directory of runtime.directories.values()) await enqueueMany(tx, runtime, directory, null);
  });
  runtime.wake();
  const resources = await replay.repeatLastWrites();
  await observer.rest();
  const { calls } = await observer.sinceLastLook();
  const writes = day.filter(isAcceptedWrite).length;
  const throttled = day.filter(({ status }) => status === 429).length;
  paper.heading('Proof');
  paper.line(
    `  Everybody planned again, and the last request of each of ${resources} users and groups repeated: ${calls.length} Connect calls.`,
  );
  paper.line(
    `  ${changes.length} changes planned during the day, ${writes} calls that changed Connect, ${throttled} throttled.`,
  );
  if (calls.length === 0 && throttled === 0 && writes === changes.length) return;
  throw new CommandError(EXIT.failed, `The proof failed. Unexpected calls: ${report.callsInWords(calls)}.`);
}

function isAcceptedWrite({ operation, status }: JournalEntry): boolean {
  return status === 200 && !/^(Describe|List|Search)/.test(operation);
}

/** What is done to the running bridge is shown as it happens. */
async function stayUp({ paper, stage, replay, observer }: Show, stop: AbortSignal): Promise<void> {
  invite(paper, stage, replay);
  while (!stop.aborted) {
    await stage.runtime.clock.sleep(LOOK_MS, stop);
    const led = await observer.sinceLastLook();
    if (led.changes.length > 0 || led.waiting.length > 0) report.reportConsequences(paper, led);
  }
}

/** Longer than the calls of one change take, so that they are shown together. */
const LOOK_MS = 500;
