import { randomBytes } from 'node:crypto';

/**
 * A legal password with 192 random bits, to be sent once and forgotten: CONNECT_MANAGED wants one at creation, and
 * people set their own through the reset mail. 8–64 characters with a lower-case letter, an upper-case letter and a
 * digit, no whitespace (API reference, CreateUser).
 */
export function forgottenPassword(): string {
  return `${randomBytes(24).toString('base64url')}aA1`;
}
