import { ScimError } from '../scim/error.ts';
import { StoreError } from '../store/engine/store-error.ts';

/** What the client may know of an error: of what we did not foresee, nothing but the fact. */
export function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof StoreError && error.code === 'uniqueness') {
    return new ScimError(409, 'uniqueness', error.message, { cause: error });
  }
  if (isClientFault(error)) {
    return new ScimError(error.status, error.status === 400 ? 'invalidSyntax' : undefined, error.message);
  }
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
