import { ScimError } from '../scim/error.ts';
import { StoreError } from '../store/engine/store-error.ts';

/** What the client may know of an error: of what we did not foresee, nothing but the fact. */
export function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof StoreError) return storeRefusal(error);
  if (isClientFault(error)) {
    return new ScimError(error.status, error.status === 400 ? 'invalidSyntax' : undefined, error.message);
  }
  return unforeseen();
}

function storeRefusal(error: StoreError): ScimError {
  switch (error.code) {
    case 'uniqueness':
      return new ScimError(409, 'uniqueness', error.message, { cause: error });
    case 'keyTooLong':
      return new ScimError(400, 'invalidValue', error.message, { cause: error });
    case 'timeLimit':
      return new ScimError(400, 'tooMany', error.message, { cause: error });
    case 'storeUnavailable':
    case 'outcomeUnknown':
      return new ScimError(503, undefined, 'The store cannot be used at present. Repeat the request.', {
        cause: error,
      });
    case 'storeClosed':
    case 'storeUrlInvalid':
    case 'storeLocked':
    case 'schemaNewer':
    case 'databaseUnsuitable':
    case 'identityChanged':
    case 'backupElsewhere':
      return unforeseen();
    default:
      return error.code satisfies never;
  }
}

function unforeseen(): ScimError {
  return new ScimError(500, undefined, 'The server failed to handle this request. Its log has the cause.');
}

/** Express and its body parser mark with `status` what they refuse on the client's account. */
function isClientFault(error: unknown): error is Error & { readonly status: number } {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  );
}
