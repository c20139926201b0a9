import { boundaryOf } from '../../mapping/access/boundary.ts';
import type { Zone } from '../../mapping/access/zone.ts';
import { type Attributes, keyOf } from '../../mapping/expression/attributes.ts';
import type { MappingTest } from '../../mapping/mapping.ts';
import type { MappingFile } from '../mapping-schema.ts';
import type { Reader } from './expression-reader.ts';
import { refuseRepeatedNames } from './repeated-names.ts';

type FileTest = MappingFile['tests'][number];

/** @param context.zone of times that are given without an offset */
export function readTests(
  tests: readonly FileTest[],
  context: { readonly attributes: Attributes; readonly zone: Zone },
  reader: Reader,
): readonly MappingTest[] {
  refuseRepeatedNames(tests, 'tests', reader);
  return tests.map((test, index) => ({
    name: test.name,
    user: storedUser(test.user, context.attributes, index, reader),
    groups: test.groups,
    instance: test.instance ?? null,
    at: readTime(test.at, context.zone, index, reader),
    expect: typeof test.expect === 'string' ? { kind: test.expect } : { kind: 'mapped', values: test.expect },
    position: reader.yaml.position(['tests', index]),
  }));
}

/** As SCIM stores him: extensions stand under their URN, where the file has the names that expressions use. */
function storedUser(
  user: FileTest['user'],
  attributes: Attributes,
  index: number,
  { yaml, problems }: Reader,
): MappingTest['user'] {
  return Object.fromEntries(
    Object.entries(user).map(([name, value]) => {
      const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      if (attribute !== undefined) return [keyOf(name, attribute), value];
      const message = `no attribute "${name}" in user. Write it as expressions do.`;
      problems.push({ ...yaml.keyPosition(['tests', index, 'user'], name), message });
      return [name, value];
    }),
  );
}

function readTime(
  text: string | undefined,
  zone: Zone,
  index: number,
  { yaml, problems }: Reader,
): number | null {
  if (text === undefined) return null;
  const at = boundaryOf(text, 'from', zone);
  if (at !== null) return at;
  const message = `found ${JSON.stringify(text)}, expected a date like 2026-03-31 or a time like 2026-03-31T18:00:00Z.`;
  problems.push({ ...yaml.position(['tests', index, 'at']), message });
  return null;
}
