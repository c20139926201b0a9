import { badRequest } from './error.ts';
import type { GroupMember, JsonValue, ScimGroupInput } from './resource.ts';
import { isJsonObject } from './resource.ts';
import type { DirectorySchema } from './schema.ts';
import { resourceDocument } from './value/resource-document.ts';

/**
 * The group in the body of a POST or PUT. `members` is left out of the result when the body leaves it out or
 * has null: only `[]` empties a group, because an omission must not.
 *
 * @throws ScimError 400 naming the attribute, what was found and what is expected
 */
export function parseGroup(body: unknown, schema: DirectorySchema): ScimGroupInput {
  const document = resourceDocument(body, schema.group);
  const { displayName, externalId } = document;
  if (typeof displayName !== 'string') {
    throw badRequest('invalidValue', 'displayName is missing. Every group needs one.');
  }
  refuseLong(displayName, 'displayName');
  refuseLong(externalId, 'externalId');
  const members = groupMembers(document['members']);
  return {
    displayName,
    ...(typeof externalId === 'string' && { externalId }),
    ...((members.length > 0 || emptiesMembers(body)) && { members }),
  };
}

/**
 * The members in a checked value of `members`.
 *
 * @throws ScimError 400 invalidValue when one names nobody
 */
export function groupMembers(value: JsonValue | undefined): readonly GroupMember[] {
  const elements = Array.isArray(value) ? value : [];
  return elements.map((element: JsonValue, index) => {
    if (!isJsonObject(element) || typeof element['value'] !== 'string') {
      throw badRequest(
        'invalidValue',
        `members[${index}].value is missing. Expected the id of a user or group.`,
      );
    }
    refuseLong(element['value'], `members[${index}].value`);
    refuseLong(element['display'], `members[${index}].display`);
    return element as GroupMember;
  });
}

/** Okta and Entra name groups with up to 256. Pages of groups and of members are as large as their texts. */
export const MAX_GROUP_TEXT_LENGTH = 1_024;

/** @throws ScimError 400 invalidValue when a text of a group has more than {@link MAX_GROUP_TEXT_LENGTH} characters */
export function refuseLong(text: JsonValue | undefined, where: string): void {
  if (typeof text !== 'string' || text.length <= MAX_GROUP_TEXT_LENGTH) return;
  throw badRequest(
    'invalidValue',
    `${where} has ${text.length} characters. At most ${MAX_GROUP_TEXT_LENGTH}.`,
  );
}

function emptiesMembers(body: unknown): boolean {
  if (!isJsonObject(body)) return false;
  return Object.entries(body).some(([name, sent]) => name.toLowerCase() === 'members' && Array.isArray(sent));
}
