import { badRequest } from './error.ts';
import type { ScimUserInput } from './resource.ts';
import type { DirectorySchema } from './schema.ts';
import { withSchemas } from './value/document.ts';
import { jsonEqual } from './value/equal.ts';
import { resourceDocument } from './value/resource-document.ts';

/**
 * The user in the body of a POST or PUT. Read-only attributes, unknown attributes and unknown URNs are ignored
 * (RFC 7644 §3.3: Okta sends back all that it was given), `password` is discarded.
 *
 * @throws ScimError 400 naming the attribute, what was found and what is expected
 */
export function parseUser(body: unknown, schema: DirectorySchema): ScimUserInput {
  const document = resourceDocument(body, schema.user);
  if (document['userName'] === undefined) {
    throw badRequest('invalidValue', 'userName is missing. Every user needs one: map it in your IdP.');
  }
  return withSchemas(document, schema.user) as ScimUserInput;
}

/** What a POST stores: a user is active unless the client says otherwise. */
export function newUser(input: ScimUserInput): ScimUserInput {
  return { ...input, active: input.active ?? true };
}

/**
 * What a PUT stores: the new values alone, except that `active` left out or null stays as it is, so that an
 * omission neither disables nor enables anyone.
 *
 * @returns changed: false when nothing the client can write differs
 */
export function replaceUser(
  current: ScimUserInput,
  replacement: ScimUserInput,
): { readonly user: ScimUserInput; readonly changed: boolean } {
  const active = replacement.active ?? current.active;
  const user = active === undefined ? replacement : { ...replacement, active };
  return jsonEqual(current, user) ? { user: current, changed: false } : { user, changed: true };
}
