import type { ParkReason } from '../../plan/plan.ts';

/** The plan met something which only a person, or a later change, can resolve. */
export class ParkedError extends Error {
  readonly reason: ParkReason;

  constructor(reason: ParkReason) {
    super(reason.detail);
    this.reason = reason;
  }
}
