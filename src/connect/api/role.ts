import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Clock } from '../../clock.ts';

/** A role of another account, through which its instances are reached. */
export interface Role {
  readonly arn: string;
  /** What its trust policy asks for; null when it asks for nothing. */
  readonly externalId: string | null;
  /** Shown in the account's CloudTrail: 2 to 64 of `A-Z a-z 0-9 _ + = , . @ -` (STS, AssumeRole). */
  readonly sessionName: string;
}

type Provider = ReturnType<typeof fromTemporaryCredentials>;

interface RoleOptions extends Role {
  readonly region: string;
  readonly clock: Clock;
  /** The simulator's address; absent for the Region's own STS. */
  readonly endpoint?: string | undefined;
  /** Whose trust the role has; absent is the SDK's default chain. */
  readonly credentials?: Parameters<typeof fromTemporaryCredentials>[0]['masterCredentials'];
}

/** The longest that a role can be assumed for by somebody who has one already, as containers have (STS, AssumeRole). */
const SESSION_SECONDS = 3_600;
/** Before the 5 min at which the SDK takes a session for expired, so that it never asks us for one in vain. */
const REFRESH_BEFORE_MS = 10 * 60_000;

/** The role cannot be assumed: it concerns every call to its account. */
class RoleError extends Error {
  override readonly name = 'RoleError';
}

/**
 * Credentials of a session of the role, taken anew ten minutes before it ends. A failure is not kept: the next call asks again.
 *
 * @throws RoleError
 */
export function roleCredentials(options: RoleOptions): Provider {
  const assume = assumeRole(options);
  let session: ReturnType<Provider> | undefined;
  let endsAt = 0;
  return (properties) => {
    if (session && options.clock.now() < endsAt - REFRESH_BEFORE_MS) return session;
    endsAt = Number.POSITIVE_INFINITY;
    const taken = assume(properties);
    session = taken;
    taken.then(
      ({ expiration }) => (endsAt = expiration?.getTime() ?? 0),
      () => (session = undefined),
    );
    return taken;
  };
}

function assumeRole({ arn, externalId, sessionName, region, endpoint, credentials }: RoleOptions): Provider {
  const assume = fromTemporaryCredentials({
    params: {
      RoleArn: arn,
      RoleSessionName: sessionName,
      DurationSeconds: SESSION_SECONDS,
      ...(externalId === null ? {} : { ExternalId: externalId }),
    },
    // Its retries are ours, like those of every other call.
    clientConfig: { region, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
  });
  return async (properties) => {
    try {
      return await assume(properties);
    } catch (cause) {
      const { name, message } = cause as Error;
      throw new RoleError(`the role ${arn} cannot be assumed: ${name}: ${message}`, { cause });
    }
  };
}
