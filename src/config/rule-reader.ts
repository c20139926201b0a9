import { E164 } from '../mapping/expression/phone.ts';
import type { Assignments, Condition, Rule, Value } from '../mapping/mapping.ts';
import type { ConfigProblem } from './error.ts';
import type { ReadExpression } from './expression-reader.ts';
import type { MappingFile } from './mapping-schema.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type FileRule = MappingFile['rules'][number];
type FileValue = string | { readonly cel: string };

interface Reader {
  readonly yaml: YamlFile;
  readonly read: ReadExpression;
  /** Receives what is wrong. */
  readonly problems: ConfigProblem[];
}

/** The rules of a file whose shape is right; what no schema can say is checked here. */
export function readRules(rules: readonly FileRule[], reader: Reader): readonly Rule[] {
  refuseDuplicateNames(rules, reader);
  return rules.map((rule, index) => ({
    name: rule.name,
    when: readCondition(rule.when, ['rules', index, 'when'], reader),
    set: readAssignments(rule.set, ['rules', index, 'set'], reader),
    instances: rule.instances ?? null,
    at: reader.yaml.position(['rules', index]),
  }));
}

/** Rules are known by name in explanations, plans and the audit. */
function refuseDuplicateNames(rules: readonly FileRule[], reader: Reader): void {
  rules.forEach(({ name }, index) => {
    const first = rules.findIndex((rule) => rule.name === name);
    if (first === index) return;
    const { line } = reader.yaml.position(['rules', first, 'name']);
    report(
      reader,
      ['rules', index, 'name'],
      `line ${line} has a rule "${name}" already. Give each its own name.`,
    );
  });
}

function readCondition(when: FileRule['when'], path: Path, reader: Reader): Condition {
  const keys = Object.keys(when);
  if (keys.length !== 1) {
    const found = keys.length === 0 ? 'no condition' : keys.join(' and ');
    report(reader, path, `found ${found}, expected one of group, anyGroup, allGroups, groupExternalId.`);
  }
  const { group = '', anyGroup, allGroups, groupExternalId } = when;
  if (anyGroup !== undefined) return { kind: 'anyGroup', names: anyGroup };
  if (allGroups !== undefined) return { kind: 'allGroups', names: allGroups };
  if (groupExternalId !== undefined) return { kind: 'groupExternalId', externalId: groupExternalId };
  return { kind: 'group', name: group };
}

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
  };
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
  return { kind: 'cel', expression: read([...path, 'cel'], value.cel), at };
}

function report({ yaml, problems }: Reader, path: Path, message: string): void {
  problems.push({ ...yaml.position(path), message });
}
