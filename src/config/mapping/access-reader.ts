import { timeZone, type Zone } from '../../mapping/access/zone.ts';
import type { AccessRules } from '../../mapping/mapping.ts';
import type { MappingFile } from '../mapping-schema.ts';
import { OF_USER, type Reader } from './expression-reader.ts';

/** Null when the file has no `access`. */
export function readAccess(access: MappingFile['access'], reader: Reader): AccessRules | null {
  if (access === undefined) return null;
  const { from, until, suspendWhen } = access;
  if (from === undefined && until === undefined && suspendWhen === undefined)
    report(reader, ['access'], 'found no condition, expected from, until or suspendWhen.');
  const { read } = reader;
  return {
    from: from === undefined ? null : read(['access', 'from'], from, OF_USER),
    until: until === undefined ? null : read(['access', 'until'], until, OF_USER),
    suspendWhen:
      suspendWhen === undefined
        ? null
        : read(['access', 'suspendWhen'], suspendWhen, { expects: 'bool', groups: false }),
    zone: readZone(access.zone, reader),
  };
}

function readZone(name: string, reader: Reader): Zone {
  const zone = timeZone(name);
  if (zone !== null) return zone;
  report(
    reader,
    ['access', 'zone'],
    `found ${JSON.stringify(name)}, expected a time zone like Europe/London.`,
  );
  return { name, instantOf: (local) => local };
}

function report({ yaml, problems }: Reader, path: readonly string[], message: string): void {
  problems.push({ ...yaml.position(path), message });
}
