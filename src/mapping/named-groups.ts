import type { Expression } from './expression.ts';
import type { Assignments, Condition, Mapping, Value } from './mapping.ts';

/**
 * A group's displayName as rules compare it: composed (NFC), since identity providers and editors differ in how they
 * write an accent, and nobody sees the difference.
 */
export function groupName(displayName: string): string {
  return displayName.normalize('NFC');
}

/** displayNames of the groups that the rules name: in conditions, and as the literal in `"X" in groups`. */
export function namedGroups({ rules }: Mapping): ReadonlySet<string> {
  return new Set(
    rules.flatMap(({ when, set }) => [...namedIn(when), ...valuesOf(set).flatMap(namedByValue)]),
  );
}

/** displayNames of the groups that a condition names. */
export function namedIn(when: Condition): readonly string[] {
  switch (when.kind) {
    case 'group':
      return [when.name];
    case 'anyGroup':
    case 'allGroups':
      return when.names;
    case 'groupExternalId':
    case 'groupPrefix':
      return [];
    case 'cel':
      return namedBy(when.expression);
    default:
      return when satisfies never;
  }
}

function namedByValue(value: Value): readonly string[] {
  return value.kind === 'cel' ? namedBy(value.expression) : [];
}

function namedBy({ reads }: Expression): readonly string[] {
  return reads.namedGroups;
}

function valuesOf({
  routingProfile,
  securityProfiles,
  hierarchy,
  phone,
  tags,
}: Assignments): readonly Value[] {
  const single = [routingProfile, phone?.number].filter((value) => value !== undefined);
  return [...single, ...(securityProfiles ?? []), ...(hierarchy ?? []), ...Object.values(tags ?? {})];
}
