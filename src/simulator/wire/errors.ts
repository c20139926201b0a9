/**
 * An error as Connect puts it on the wire: `type` goes into the x-amzn-ErrorType header, the message into the
 * body. Tests should assert on `type` only: for many cases no real message text is published, and those here
 * are neutral inventions; the ones that were seen in public say so.
 */
export class ConnectServiceError extends Error {
  readonly type: string;
  readonly status: number;
  /** The member that carries the message: operations use `Message`, the front door `message`. */
  readonly member: 'Message' | 'message';

  constructor(type: string, status: number, message: string, member: 'Message' | 'message' = 'Message') {
    super(message);
    this.type = type;
    this.status = status;
    this.member = member;
  }
}

export const invalidRequest = (message: string) =>
  new ConnectServiceError('InvalidRequestException', 400, message);

/** Text as seen for CreateUser without a password (AWS snippet `syncinstances`). */
export const missingParameter = (name: string) => invalidRequest(`Required parameter missing: ${name}`);

/** Text with two spaces as seen for a malformed instance id (amazon-connect-salesforce-lambda #47). */
export const invalidParameter = (value: string) =>
  new ConnectServiceError('InvalidParameterException', 400, `Invalid parameter:  ${value}`);

/** Text as seen for CreateUserHierarchyGroup (crossplane provider-upjet-aws #120). */
export const resourceNotFound = () =>
  new ConnectServiceError('ResourceNotFoundException', 404, 'Resource not found');

export const duplicateResource = (message: string) =>
  new ConnectServiceError('DuplicateResourceException', 409, message);

/** 429, so both SDKs retry it although it is permanent (API reference, CreateUser). */
export const limitExceeded = (message: string) =>
  new ConnectServiceError('LimitExceededException', 429, message);

export const conditionalOperationFailed = () =>
  new ConnectServiceError('ConditionalOperationFailedException', 409, 'A dependent condition failed.');

export const accessDenied = (message: string, member: 'Message' | 'message' = 'Message') =>
  new ConnectServiceError('AccessDeniedException', 403, message, member);

/** What AWS's front ends answer before the operation is looked at; texts as AWS has them. */
export const refusedCredentials = (type: keyof typeof REFUSALS) =>
  new ConnectServiceError(type, 403, REFUSALS[type], 'message');

const REFUSALS = {
  ExpiredTokenException: 'The security token included in the request is expired',
  UnrecognizedClientException: 'The security token included in the request is invalid.',
  InvalidSignatureException:
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
};

export const internalService = () =>
  new ConnectServiceError('InternalServiceException', 500, 'Request processing failed.');

/**
 * The model has ThrottlingException, while AWS's own CloudFormation handlers for Connect users match
 * TooManyRequestsException; a client has to cope with either.
 */
export function throttled(type: 'TooManyRequestsException' | 'ThrottlingException'): ConnectServiceError {
  const message = type === 'TooManyRequestsException' ? 'Too Many Requests' : 'Rate exceeded';
  return new ConnectServiceError(type, 429, message, 'message');
}

/** What any AWS service answers to a path that it does not have. */
export const unknownOperation = (method: string, path: string) =>
  new ConnectServiceError(
    'UnknownOperationException',
    404,
    `The simulator has no operation ${method} ${path}`,
    'message',
  );

export const serialization = (message: string) =>
  new ConnectServiceError('SerializationException', 400, message, 'message');
