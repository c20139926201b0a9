import { badRequest } from '../error.ts';
import type { JsonObject, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { ExtensionSchema, ResourceSchema } from '../schema.ts';
import type { Attribute } from '../schema/attribute.ts';
import { attributeValue, isEmpty, repeated } from './attribute-value.ts';

/**
 * The writable attributes that a body holds, under the names of the schema.
 *
 * @throws ScimError 400 naming the attribute, what was found and what is expected
 */
export function resourceDocument(body: unknown, schema: ResourceSchema): JsonObject {
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
