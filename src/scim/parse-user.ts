import { badRequest } from './error.ts';
import type { JsonObject, JsonValue, ScimUserInput } from './resource.ts';
import { isJsonObject } from './resource.ts';
import type { DirectorySchema, ExtensionSchema, ResourceSchema } from './schema.ts';
import type { Attribute } from './schema/attribute.ts';
import { attributeValue, isEmpty, repeated } from './value/attribute-value.ts';
import { withSchemas } from './value/document.ts';
import { jsonEqual } from './value/equal.ts';

/**
 * The user in the body of a POST or PUT. Read-only attributes, unknown attributes and unknown URNs are ignored
 * (RFC 7644 §3.3: Okta sends back all that it was given), `password` is discarded.
 *
 * @throws ScimError 400 naming the attribute, what was found and what is expected
 */
export function parseUser(body: unknown, schema: DirectorySchema): ScimUserInput {
  const document = parseResource(body, schema.user);
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

/** The writable attributes that a body holds, under the names of the schema. */
export function parseResource(body: unknown, schema: ResourceSchema): JsonObject {
  if (!isJsonObject(body)) {
    throw badRequest(
      'invalidSyntax',
      `The body is not a JSON object. Expected a SCIM ${schema.resourceType}.`,
    );
  }
  const document: Record<string, JsonValue> = {};
  for (const [name, sent] of Object.entries(body)) {
    const attribute = schema.attributes.get(name.toLowerCase());
    const extension = schema.extensions.get(name.toLowerCase());
    if (attribute) setAttribute(document, attribute, sent, '');
    else if (extension) setExtension(document, extension, sent);
  }
  return document;
}

function setExtension(
  document: Record<string, JsonValue>,
  extension: ExtensionSchema,
  sent: JsonValue,
): void {
  if (isEmpty(sent)) return;
  if (!isJsonObject(sent)) throw badRequest('invalidValue', `${extension.urn} must be an object.`);
  if (document[extension.urn]) throw repeated(extension.urn);
  const values: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(sent)) {
    const attribute = extension.attributes.get(name.toLowerCase());
    if (attribute) setAttribute(values, attribute, value, `${extension.urn}:`);
  }
  if (Object.keys(values).length > 0) document[extension.urn] = values;
}

function setAttribute(
  values: Record<string, JsonValue>,
  attribute: Attribute,
  sent: JsonValue,
  prefix: string,
): void {
  if (!isStored(attribute)) return;
  if (Object.hasOwn(values, attribute.name)) throw repeated(prefix + attribute.name);
  const value = attributeValue(attribute, sent, prefix + attribute.name);
  if (value !== undefined) values[attribute.name] = value;
}

/** Not `schemas`, which is derived, nor what clients cannot write, nor what is never given back (`password`). */
export function isStored(attribute: Attribute): boolean {
  return (
    attribute.name !== 'schemas' && attribute.mutability !== 'readOnly' && attribute.returned !== 'never'
  );
}
