import type { LinkedUser, ParkReason } from '../../plan/plan.ts';

/** The plan met something which only a person, or a later change, can resolve. */
export class ParkedError extends Error {
  readonly reason: ParkReason;

  constructor(reason: ParkReason) {
    super(reason.detail);
    this.reason = reason;
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
