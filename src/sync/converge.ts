import type { BucketLevel } from '../connect/budget.ts';
import type { BridgeConfig } from '../config/bridge-config.ts';
import type { Lane } from '../plan/plan.ts';
import type { WorkCount } from '../store/work/count-work.ts';

/** The operation that most of a lane's users need, one call each: the longest queue decides when all is done. */
const OPERATION_OF: Readonly<Record<Lane, BucketLevel['operation']>> = {
  locked: 'UpdateUserSecurityProfiles',
  leaver: 'UpdateUserSecurityProfiles',
  reduction: 'UpdateUserSecurityProfiles',
  joiner: 'CreateUser',
  move: 'UpdateUserRoutingProfile',
  cosmetic: 'UpdateUserIdentityInfo',
};

/**
 * In how many seconds the work at hand can be done at the earliest: the longest queue of one operation, through its
 * bucket. Queues of different operations are worked off side by side. What is not planned yet counts by its lane.
 *
 * @param work of the instances of one account and Region
 */
export function secondsToConverge(work: readonly WorkCount[], budget: BridgeConfig['budget']): number {
  const queues = new Map<BucketLevel['operation'], number>();
  for (const { lane, items } of work) {
    const operation = OPERATION_OF[lane];
    queues.set(operation, (queues.get(operation) ?? 0) + items);
  }
  const seconds = [...queues].map(([operation, calls]) => {
    const { perSecond, burst } = budget.operations[operation] ?? budget.default;
    return Math.max(0, calls - burst) / perSecond;
  });
  return Math.max(0, ...seconds);
}
