import { CONNECT_OPERATIONS, type ConnectOperation } from './operation.ts';

/**
 * What a failed call means to whoever made it.
 * throttled: not made; not the caller's failure. outage: not made, and no other call would be. retryable: not made; later it may work.
 * ambiguous: it may have been made; read before trying again. notFound: the user, or what was to be assigned, is
 * gone. duplicate: the name is taken. quotaFull: no room. denied: IAM forbids it. permanent: the same call fails again.
 */
export type ConnectErrorKind =
  | 'throttled'
  | 'outage'
  | 'retryable'
  | 'ambiguous'
  | 'notFound'
  | 'duplicate'
  | 'quotaFull'
  | 'denied'
  | 'permanent';

/** `code` when AWS accepts none of our credentials, or there are none: it concerns every call, not this one. */
const CREDENTIALS_CODE = 'credentials';
/** `code` when the role of the instance's account cannot be assumed. */
const ROLE_CODE = 'role';

interface ConnectFailure {
  /**
   * The exception's name as AWS spells it, or one of ours: `credentials`, `role`, `timeout`, `disconnected`,
   * `unreachable`, `unreadableReply`, `notSent`.
   */
  readonly code: string;
  readonly kind: ConnectErrorKind;
  readonly found: string;
}

export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly code: string;
  readonly operation: ConnectOperation;
  readonly kind: ConnectErrorKind;
  /** The message without what to do. */
  readonly found: string;

  constructor(operation: ConnectOperation, failure: ConnectFailure, cause?: unknown) {
    const found = `${operation}: ${failure.found}`;
    super(`${found} ${nextStep(operation, failure)}`, { cause });
    this.found = found;
    this.code = failure.code;
    this.operation = operation;
    this.kind = failure.kind;
  }
}

/** The one place that decides what an error of the SDK or the network means. */
export function connectError(cause: unknown, operation: ConnectOperation): ConnectError {
  if (cause instanceof ConnectError) return cause;
  return new ConnectError(operation, classify(sdkError(cause), operation), cause);
}

/** A reply of success without a member that it must have. */
export function missingMember(operation: ConnectOperation, member: string): ConnectError {
  return new ConnectError(operation, {
    code: 'unreadableReply',
    kind: unknownOutcome(operation),
    found: `the reply has no ${member}, which Connect always sends. Is the endpoint Amazon Connect?`,
  });
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  /** Of the operating system or TLS. */
  readonly code?: string;
  /** Set when the reply was an error in AWS's own form. */
  readonly $fault?: string;
  /** Set when the request was sent; the status when a reply began. */
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function sdkError(cause: unknown): SdkError {
  return cause instanceof Error ? cause : { name: 'Error', message: String(cause) };
}

function classify(error: SdkError, operation: ConnectOperation): ConnectFailure {
  if (error.name === 'RoleError') return { code: ROLE_CODE, kind: 'outage', found: sentence(error.message) };
  if (CREDENTIALS_PROBLEMS.test(error.name)) {
    return { code: CREDENTIALS_CODE, kind: 'outage', found: `${error.name}: ${sentence(error.message)}` };
  }
  const status = error.$metadata?.httpStatusCode;
  return status === undefined ? withoutReply(error, operation) : withReply(error, status, operation);
}

// Names from the SDK's credential providers, from SigV4 front ends, and from STS.
const CREDENTIALS_PROBLEMS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken|RequestExpired)/;

function withReply(error: SdkError, status: number, operation: ConnectOperation): ConnectFailure {
  const readable = error.$fault !== undefined;
  const name = readable && error.name !== 'Unknown' ? error.name : null;
  return {
    code: name ?? (readable ? `http${status}` : 'unreadableReply'),
    kind: replyKind(name, status, readable, operation),
    found: `answered with HTTP ${status}${name === null ? '' : ` ${name}`}: ${sentence(error.message)}`,
  };
}

function replyKind(
  name: string | null,
  status: number,
  readable: boolean,
  operation: ConnectOperation,
): ConnectErrorKind {
  // A full quota is 429 on CreateUser and 402 elsewhere; the SDK's own retry would take it for throttling.
  if (name === 'LimitExceededException' || name === 'ServiceQuotaExceededException') return 'quotaFull';
  // The model says ThrottlingException, AWS's CloudFormation handlers expect TooManyRequestsException.
  if (status === 429 || name === 'ThrottlingException') return 'throttled';
  if (!readable || status >= 500 || status === 408) return unknownOutcome(operation);
  if (name === 'DuplicateResourceException') return 'duplicate';
  if (status === 404) return 'notFound';
  if (status === 401 || status === 403) return 'denied';
  // Edits that meet each other, also those that come from a replicated instance.
  return status === 409 ? 'retryable' : 'permanent';
}

function withoutReply(error: SdkError, operation: ConnectOperation): ConnectFailure {
  const found = sentence(error.message);
  if (error.$metadata === undefined) return { code: 'notSent', kind: 'retryable', found };
  if (error.code !== undefined && NO_CONNECTION.test(error.code)) {
    return { code: 'unreachable', kind: 'outage', found };
  }
  // The SDK calls a reset TimeoutError too.
  const timedOut = error.name === 'TimeoutError' && (error.code === undefined || error.code === 'ETIMEDOUT');
  return { code: timedOut ? 'timeout' : 'disconnected', kind: unknownOutcome(operation), found };
}

// Nothing of the request has left: no address, no route, no listener, or a certificate we do not trust.
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

function unknownOutcome(operation: ConnectOperation): ConnectErrorKind {
  return CONNECT_OPERATIONS[operation] === 'write' ? 'ambiguous' : 'retryable';
}

/** First line only: the SDK appends advice to its own developers. */
function sentence(message: string): string {
  const line = message.split('\n', 1)[0]?.trim() ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function nextStep(operation: ConnectOperation, { code, kind }: ConnectFailure): string {
  if (code === CREDENTIALS_CODE) {
    return 'Expected credentials from the default chain: environment, shared config files, web identity, container or instance role. Renew them; work waits and goes on by itself.';
  }
  if (code === ROLE_CODE) {
    return "Expected that the role's trust policy names the bridge's own identity and the `externalId` of bridge.yaml, and that this identity may call sts:AssumeRole (docs/operations.md). Work waits and goes on by itself.";
  }
  switch (kind) {
    case 'throttled':
      return 'The bridge slows this operation down and tries again by itself.';
    case 'outage':
    case 'retryable':
      return 'Nothing was changed; the bridge tries again by itself.';
    case 'ambiguous':
      return 'Connect may have made this change all the same; the bridge reads the user before it tries again.';
    case 'notFound':
      if (operation === 'DescribeInstance')
        return 'Expected the instance that `region` and `instanceId` of bridge.yaml name; correct them.';
      return 'The user, or what was to be assigned, does not exist in this instance (any more).';
    case 'duplicate':
      return 'This instance has a user of that name already; the bridge looks it up before it decides.';
    case 'quotaFull':
      return 'Ask AWS for a higher quota of users per instance, or delete users that nobody needs.';
    case 'denied':
      return `Allow connect:${operation} to the bridge's role; docs/iam-policy.json holds all that it needs.`;
    case 'permanent':
      return 'The same call would fail again: correct the value that Connect names.';
    default:
      return kind satisfies never;
  }
}
