import type { ConnectError } from '../../connect/error.ts';
import type { LinkedUser, ParkReason } from '../../plan/plan.ts';

/** The plan met something which only a person, or a later change, can resolve. */
export class ParkedError extends Error {
  readonly reason: ParkReason;

  constructor(reason: ParkReason) {
    super(reason.detail);
    this.reason = reason;
  }
}

/** Connect is not asked: it has no room for anybody at present. */
export class NoRoomError extends Error {
  /** What it answered to another user. */
  readonly refusal: ConnectError;

  constructor(refusal: ConnectError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Somebody took the tags by which the bridge knows its users: he is not touched any more. */
export function notOurs({ userId, username }: LinkedUser): ParkedError {
  return new ParkedError({
    code: 'notOurs',
    detail: `The Connect user ${username} (${userId}) does not carry the tags of this bridge for this SCIM user.`,
    remedy:
      'Find out who changed the tags scim-bridge:id and scim-bridge:user; restore them, then run "bridge retry".',
  });
}
