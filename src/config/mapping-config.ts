import type { Mapping } from '../mapping/mapping.ts';
import { DEFAULT_OWNERSHIP } from '../mapping/ownership.ts';
import { checkFile } from './check.ts';
import { ConfigError, type ConfigProblem } from './error.ts';
import { expressionReader, type ReadExpression } from './expression-reader.ts';
import { type MappingFile, mappingSchema } from './mapping-schema.ts';
import { readRules } from './rule-reader.ts';
import { parseYamlFile } from './yaml-file.ts';

/**
 * Reads a mapping file.
 *
 * @param file its name, for messages and traces
 * @throws ConfigError with every problem found
 */
export function loadMapping(text: string, file: string): Mapping {
  const yaml = parseYamlFile(text, file);
  const checked = checkFile(yaml, mappingSchema);
  if (!checked.ok) throw new ConfigError(checked.problems);

  const problems: ConfigProblem[] = [];
  const read = expressionReader(yaml, problems);
  const { username, unmatched } = checked.value;
  const mapping: Mapping = {
    username: { ...username, value: read(['username', 'value'], username.value) },
    identity: readIdentity(checked.value.identity, read),
    rules: readRules(checked.value.rules, { yaml, read, problems }),
    unmatched,
    ownership: fieldOwnership(checked.value.ownership),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return mapping;
}

function readIdentity(identity: MappingFile['identity'], read: ReadExpression): Mapping['identity'] {
  const field = (name: keyof MappingFile['identity'], text: string) => read(['identity', name], text);
  const { firstName, lastName, email, secondaryEmail, mobile } = identity;
  return {
    firstName: field('firstName', firstName),
    lastName: field('lastName', lastName),
    ...(email !== undefined && { email: field('email', email) }),
    ...(secondaryEmail !== undefined && { secondaryEmail: field('secondaryEmail', secondaryEmail) }),
    ...(mobile !== undefined && { mobile: field('mobile', mobile) }),
  };
}

/** The keys of the file are shorter than the fields, and `phone` stands for all five of its fields. */
function fieldOwnership(set: MappingFile['ownership']): Mapping['ownership'] {
  const { phone, routingProfile, hierarchy, ...identity } = set;
  const phoneFields = [
    'phoneType',
    'deskPhoneNumber',
    'autoAccept',
    'afterContactWorkTimeLimit',
    'persistentConnection',
  ];
  return {
    ...DEFAULT_OWNERSHIP,
    ...identity,
    ...(routingProfile && { routingProfileId: routingProfile }),
    ...(hierarchy && { hierarchyGroupId: hierarchy }),
    ...(phone && Object.fromEntries(phoneFields.map((field) => [field, phone]))),
  } as Mapping['ownership'];
}
