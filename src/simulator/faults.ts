import { z } from 'zod';
import type { Clock } from '../clock.ts';
import * as errors from './wire/errors.ts';

/**
 * A fault on demand. `beforeCommit` fails before the operation has any effect, `afterCommit` when it is done but
 * its answer is lost: CreateUser has no idempotency token, so its retry then meets DuplicateResourceException.
 */
const commitPoint = z.enum(['beforeCommit', 'afterCommit']).default('beforeCommit');
const target = {
  /** A Connect operation, `AssumeRole`, or `*` for any. */
  operation: z.string().min(1),
  /** Only calls about this user. */
  username: z.string().optional(),
  /** How many calls it hits before it is used up. */
  count: z.int().min(1).default(1),
};

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('throttle'), ...target }),
  z.strictObject({ kind: z.literal('accessDenied'), ...target }),
  z.strictObject({
    kind: z.literal('credentials'),
    ...target,
    /** Expired, of nobody, or with a secret that is not its own. */
    error: z
      .enum(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidSignatureException'])
      .default('ExpiredTokenException'),
  }),
  z.strictObject({ kind: z.literal('conditionalOperationFailed'), ...target }),
  z.strictObject({ kind: z.literal('serverError'), ...target, when: commitPoint }),
  z.strictObject({ kind: z.literal('reset'), ...target, when: commitPoint }),
  z.strictObject({ kind: z.literal('slow'), ...target, when: commitPoint, ms: z.int().min(1) }),
]);

/** As written: `count` and `when` may be left out. */
export type Fault = z.input<typeof faultSchema>;
/** As parsed, with `count` and `when` filled in. */
export type ActiveFault = z.output<typeof faultSchema>;

type CommitPoint = z.output<typeof commitPoint>;

export class ConnectionReset extends Error {}

/** What a fault needs of the call that it hits. */
interface Hit {
  readonly clock: Clock;
  readonly throttleError: Parameters<typeof errors.throttled>[0];
  readonly denied: () => errors.ConnectServiceError;
}

export class Faults {
  #active: { readonly fault: ActiveFault; left: number }[] = [];

  add(fault: Fault): void {
    const parsed = faultSchema.parse(fault);
    this.#active.push({ fault: parsed, left: parsed.count });
  }

  clear(): void {
    this.#active = [];
  }

  /** The first fault that this call meets; counts it as used. */
  take(operation: string, username: string | undefined): ActiveFault | undefined {
    const hit = this.#active.find(({ fault }) => matches(fault, operation, username));
    if (hit && --hit.left === 0) this.#active = this.#active.filter((entry) => entry !== hit);
    return hit?.fault;
  }
}

/** @throws ConnectServiceError or ConnectionReset, when the fault is one of that moment */
export async function strike(fault: ActiveFault, when: CommitPoint, hit: Hit): Promise<void> {
  if (when !== ('when' in fault ? fault.when : 'beforeCommit')) return;
  switch (fault.kind) {
    case 'throttle':
      throw errors.throttled(hit.throttleError);
    case 'accessDenied':
      throw hit.denied();
    case 'credentials':
      throw errors.refusedCredentials(fault.error);
    case 'conditionalOperationFailed':
      throw errors.conditionalOperationFailed();
    case 'serverError':
      throw errors.internalService();
    case 'reset':
      throw new ConnectionReset();
    case 'slow':
      return hit.clock.sleep(fault.ms);
    default:
      return fault satisfies never;
  }
}

function matches(fault: ActiveFault, operation: string, username: string | undefined): boolean {
  const operationMatches = fault.operation === '*' || fault.operation === operation;
  return operationMatches && (fault.username === undefined || fault.username === username);
}
