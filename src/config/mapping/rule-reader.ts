import { E164 } from '../../mapping/expression/phone.ts';
import { groupName } from '../../mapping/named-groups.ts';
import type { Assignments, Condition, Rule, Value } from '../../mapping/mapping.ts';
import type { MappingFile } from '../mapping-schema.ts';
import type { Path } from '../yaml-file.ts';
import { OF_USER_AND_GROUPS, type Reader } from './expression-reader.ts';
import { refuseRepeatedNames } from './repeated-names.ts';

type FileRule = MappingFile['rules'][number];
type FileValue = string | { readonly cel: string };

/** The rules of a file whose shape is right; what no schema can say is checked here. */
export function readRules(rules: readonly FileRule[], reader: Reader): readonly Rule[] {
  refuseRepeatedNames(rules, 'rules', reader);
  return rules.map((rule, index) => ({
    name: rule.name,
    when: readCondition(rule.when, ['rules', index, 'when'], reader),
    set: readAssignments(rule.set, ['rules', index, 'set'], reader),
    instances: rule.instances ?? null,
    instancesAt: (rule.instances ?? []).map((_, n) => reader.yaml.position(['rules', index, 'instances', n])),
    at: reader.yaml.position(['rules', index]),
  }));
}

function readCondition(when: FileRule['when'], path: Path, reader: Reader): Condition {
  if (typeof when === 'string')
    return { kind: 'cel', expression: reader.read(path, when, { expects: 'bool', groups: true }) };
  const keys = Object.keys(when);
  if (keys.length !== 1) {
    const found = keys.length === 0 ? 'no condition' : keys.join(' and ');
    report(reader, path, `found ${found}, expected one of ${CONDITIONS}.`);
  }
  const { group = '', anyGroup, allGroups, groupExternalId, groupPrefix } = when;
  if (anyGroup !== undefined) return { kind: 'anyGroup', names: anyGroup.map(groupName) };
  if (allGroups !== undefined) return { kind: 'allGroups', names: allGroups.map(groupName) };
  if (groupExternalId !== undefined) return { kind: 'groupExternalId', externalId: groupExternalId };
  if (groupPrefix !== undefined) return { kind: 'groupPrefix', prefix: groupName(groupPrefix) };
  return { kind: 'group', name: groupName(group) };
}

const CONDITIONS = 'group, anyGroup, allGroups, groupExternalId, groupPrefix';

function readAssignments(set: FileRule['set'], path: Path, reader: Reader): Assignments {
  if (Object.keys(set).length === 0) report(reader, path, 'the rule sets nothing.');
  const value = (key: string, found: FileValue) => readValue(found, [...path, key], reader);
  const list = (key: string, found: readonly FileValue[]) =>
    found.map((item, index) => readValue(item, [...path, key, index], reader));
  return {
    ...(set.routingProfile !== undefined && { routingProfile: value('routingProfile', set.routingProfile) }),
    ...(set.securityProfiles !== undefined && {
      securityProfiles: list('securityProfiles', set.securityProfiles),
    }),
    ...(set.hierarchy !== undefined && { hierarchy: list('hierarchy', set.hierarchy) }),
    ...(set.phone !== undefined && { phone: readPhone(set.phone, [...path, 'phone'], reader) }),
    ...(set.tags !== undefined && { tags: readTags(set.tags, [...path, 'tags'], reader) }),
    ...(set.proficiencies !== undefined && {
      proficiencies: readProficiencies(set.proficiencies, [...path, 'proficiencies'], reader),
    }),
  };
}

function readTags(tags: Readonly<Record<string, FileValue>>, path: Path, reader: Reader) {
  const read = ([key, value]: [string, FileValue]) => [key, readValue(value, [...path, key], reader)];
  return Object.fromEntries(Object.entries(tags).map(read)) as NonNullable<Assignments['tags']>;
}

function readProficiencies(
  attributes: NonNullable<FileRule['set']['proficiencies']>,
  path: Path,
  { yaml }: Reader,
): NonNullable<Assignments['proficiencies']> {
  return Object.entries(attributes).flatMap(([attributeName, levels]) =>
    Object.entries(levels).map(([attributeValue, level]) => ({
      attributeName,
      attributeValue,
      level,
      attributeAt: yaml.keyPosition(path, attributeName),
      valueAt: yaml.keyPosition([...path, attributeName], attributeValue),
    })),
  );
}

function readPhone(
  phone: NonNullable<FileRule['set']['phone']>,
  path: Path,
  reader: Reader,
): NonNullable<Assignments['phone']> {
  const { type, number, autoAccept, afterContactWorkTimeLimit, persistentConnection } = phone;
  if (typeof number === 'string' && !E164.test(number)) {
    const expected = 'a number in the form of E.164, like "+442079460958", or { cel: … }';
    report(reader, [...path, 'number'], `found ${JSON.stringify(number)}, expected ${expected}.`);
  }
  return {
    ...(type !== undefined && { type }),
    ...(number !== undefined && { number: readValue(number, [...path, 'number'], reader) }),
    ...(autoAccept !== undefined && { autoAccept }),
    ...(afterContactWorkTimeLimit !== undefined && { afterContactWorkTimeLimit }),
    ...(persistentConnection !== undefined && { persistentConnection }),
  };
}

function readValue(value: FileValue, path: Path, { yaml, read }: Reader): Value {
  const at = yaml.position(path);
  if (typeof value === 'string') return { kind: 'literal', text: value, at };
  return { kind: 'cel', expression: read([...path, 'cel'], value.cel, OF_USER_AND_GROUPS), at };
}

function report({ yaml, problems }: Reader, path: Path, message: string): void {
  problems.push({ ...yaml.position(path), message });
}
