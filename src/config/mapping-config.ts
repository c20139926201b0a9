import { timeZone } from '../mapping/access/zone.ts';
import { type Extensions, userAttributes } from '../mapping/expression/attributes.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { DEFAULT_OWNERSHIP } from '../mapping/ownership.ts';
import { checkFile } from './check.ts';
import { ConfigError, type ConfigProblem } from './error.ts';
import { readAccess } from './mapping/access-reader.ts';
import { expressionReader, OF_USER, type ReadExpression } from './mapping/expression-reader.ts';
import { overlaid } from './mapping/overlay.ts';
import { readRules } from './mapping/rule-reader.ts';
import { readTests } from './mapping/test-reader.ts';
import { type MappingFile, mappingSchema } from './mapping-schema.ts';
import { mappingFiles } from './mapping-text.ts';
import { parseYamlFile } from './yaml-file.ts';

/**
 * Reads a mapping.
 *
 * @param text of one file, or of several as `readMappingText` joins them
 * @param file name of the one file, for messages and traces
 * @param extensions that the directory declares
 * @throws ConfigError with every problem found
 */
export function loadMapping(text: string, file: string, extensions: Extensions = {}): Mapping {
  const yaml = overlaid(mappingFiles(text, file).map((source) => parseYamlFile(source.text, source.file)));
  const checked = checkFile(yaml, mappingSchema);
  if (!checked.ok) throw new ConfigError(checked.problems);

  const { value } = checked;
  const problems: ConfigProblem[] = [];
  const attributes = userAttributes(extensions);
  const read = expressionReader({ yaml, problems }, attributes, value.tables);
  const reader = { yaml, read, problems };
  const access = readAccess(value.access, reader);
  const zone = access?.zone ?? timeZone('UTC');
  const mapping: Mapping = {
    username: { ...value.username, value: read(['username', 'value'], value.username.value, OF_USER) },
    identity: readIdentity(value.identity, read),
    rules: readRules(value.rules, reader),
    access,
    unmatched: value.unmatched,
    ownership: fieldOwnership(value.ownership),
    tables: value.tables,
    tests: zone === null ? [] : readTests(value.tests, { attributes, zone }, reader),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return mapping;
}

function readIdentity(identity: MappingFile['identity'], read: ReadExpression): Mapping['identity'] {
  const fields = Object.entries(identity).map(([field, text]) => [
    field,
    read(['identity', field], text ?? '', OF_USER),
  ]);
  return Object.fromEntries(fields);
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
