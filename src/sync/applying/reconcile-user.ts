import { LANES } from '../../plan/plan.ts';
import { areUnknown } from '../../plan/labels/proficiency-changes.ts';
import { beforePlan } from '../../plan/progress.ts';
import { isCurrent, READ_FIRST, replan, settleDoubt } from '../../store/work-items.ts';
import type { WorkItem } from '../../store/work-items.ts';
import { forgetGone, guardedPlan } from '../planning/guard-plan.ts';
import type { GuardedPlan } from '../planning/guard-plan.ts';
import { planForUser } from '../planning/plan-for-user.ts';
import type { UserPlan } from '../planning/plan-for-user.ts';
import { closeItem, finish } from '../planning/plan-stage.ts';
import type { Runtime } from '../runtime.ts';
import { makeChange } from './make-change.ts';
import { NoRoomError } from './parked-error.ts';
import { takeOver } from './take-over.ts';
import { readReplacement } from './read-replacement.ts';
import { readActual, recordLinked, resolveCreate } from './read-actual.ts';

/** More steps than any plan has: one that never ends is a bug, and must not spend the quota. */
const MAX_STEPS = 30;

/**
 * Makes one user what is wanted, call by call. After each accepted call the link is written and the plan is made
 * again from what is stored, so that a crash anywhere, or a newer change, is met like any other beginning.
 *
 * @throws ConnectError when Connect refuses or does not answer; ParkedError when the user is not ours
 */
export async function reconcileUser(runtime: Runtime, item: WorkItem): Promise<void> {
  let read = false;
  let inDoubt = item.lastError === READ_FIRST;
  for (let step = 0; step < MAX_STEPS; step++) {
    const user = await planForUser(runtime, runtime.store.read, item);
    if ('reason' in user) return backToPlanStage(runtime, item);
    const guarded = await guardedPlan(runtime.store.read, user);
    const done = await takeStep({ runtime, item, user, guarded, read, inDoubt });
    if (done === 'ended') return;
    read ||= done === 'read';
    inDoubt &&= done === 'stepped';
  }
  throw new Error(`the plan of user ${item.userId} in ${item.instance} does not end`);
}

interface Step {
  readonly runtime: Runtime;
  readonly item: WorkItem;
  readonly user: UserPlan;
  readonly guarded: GuardedPlan;
  /** Whether Connect was read since the item was claimed. */
  readonly read: boolean;
  /** Whether a call may have been made of which it is not known what became of it. */
  readonly inDoubt: boolean;
}

/** known: it was found out what the user is in Connect, though not all of it was read. */
async function takeStep(step: Step): Promise<'ended' | 'read' | 'known' | 'stepped'> {
  const { runtime, item, user, guarded, read, inDoubt } = step;
  const { plan, uncounted } = guarded;
  const connect = runtime.instances.get(item.instance)!.connect.inLane(LANES.indexOf(plan.lane));
  if (user.link?.creating) {
    const found = await resolveCreate({ runtime, connect, user, item }, plan);
    return found ? 'known' : 'stepped';
  }
  if (uncounted.length > 0 || !(await isCurrent(runtime.store.read, item))) {
    await backToPlanStage(runtime, item);
    return 'ended';
  }
  if (user.takesOver) return (await takeOver(runtime, connect, user, item)) ? 'read' : 'ended';
  if (user.link?.linked && (inDoubt || (plan.needsRead && !read) || isUnread(user))) {
    await readActual({ runtime, connect, user, item }, plan);
    return 'read';
  }
  // That a create is begun is stored before the call, so there was none.
  if (inDoubt) {
    await runtime.store.write((tx) => settleDoubt(tx, item));
    return 'known';
  }
  const retiring = user.link?.linked?.retiring;
  if (retiring && retiring.quickConnects === undefined) {
    await readReplacement(runtime, connect, user);
    return 'stepped';
  }
  const [change] = plan.changes;
  if (!change) {
    await close(step);
    return 'ended';
  }
  if (change.kind === 'createUser') refuseWithoutRoom(step);
  if (await prepare(step)) return 'stepped';
  await makeChange({ runtime, connect, user, item }, change);
  return change.kind === 'createUser' ? 'known' : 'stepped';
}

/** @throws NoRoomError */
function refuseWithoutRoom({ runtime, item }: Step): void {
  const { userQuota } = runtime.instances.get(item.instance)!;
  const refusal = userQuota.refusalOf(item.userId, runtime.clock.now());
  if (refusal) throw new NoRoomError(refusal);
}

/** Whom a create met, or who was taken over, has proficiencies that no read has told yet. */
function isUnread({ link, input: { wanted } }: UserPlan): boolean {
  const { linked } = link!;
  if (wanted.kind !== 'active' || !linked || linked.lifecycle === 'deleted') return false;
  return areUnknown(linked, wanted.user.proficiencies ?? []);
}

function backToPlanStage(runtime: Runtime, item: WorkItem): Promise<void> {
  return runtime.store.write((tx) => replan(tx, item));
}

/** @returns whether something had to be stored before the first call */
async function prepare({ runtime, user, guarded }: Step): Promise<boolean> {
  const linked = user.link?.linked;
  const prepared = linked && beforePlan(linked, guarded.plan, { ...user.input, withhold: guarded.held });
  if (!prepared || prepared === linked) return false;
  await recordLinked(runtime, user, prepared);
  return true;
}

async function close({ runtime, item, user, guarded }: Step): Promise<void> {
  await runtime.store.write(async (tx) => {
    if (!(await isCurrent(tx, item))) return replan(tx, item);
    await forgetGone(tx, user);
    await finish(tx, runtime, user, guarded);
    await closeItem(tx, item, user);
  });
}
