import { badRequest } from '../error.ts';
import { bracketedFilter } from '../filter/parse-filter.ts';
import { TokenReader } from '../filter/tokens.ts';
import type { ResourceSchema } from '../schema.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import { pathText } from '../schema/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';
import type { ValueTarget } from './patch-operation.ts';

/** The longest seen has 90 characters. Each element of a list is held against the filter in the path. */
export const MAX_PATH_LENGTH = 256;

/**
 * What a path (RFC 7644 figure 7) points at: `attribute`, `parent.sub`, `attribute[filter]` or
 * `attribute[filter].sub`, each with a URN in front or without, in any case.
 *
 * @returns undefined when the schema has no such attribute
 * @throws ScimError 400 invalidPath or invalidFilter when it is no path at all
 */
export function parsePatchPath(text: string, schema: ResourceSchema): ValueTarget | undefined {
  if (text.length > MAX_PATH_LENGTH) {
    throw badRequest('invalidPath', `The path has ${text.length} characters. At most ${MAX_PATH_LENGTH}.`);
  }
  if (text.includes('[')) return filteredTarget(text, schema);
  const path = schema.paths.get(text.trim().toLowerCase());
  return path && { kind: 'attribute', path };
}

function filteredTarget(text: string, schema: ResourceSchema): ValueTarget | undefined {
  const reader = new TokenReader(text);
  const name = reader.take();
  const path = schema.paths.get(name.text.toLowerCase());
  if (!path) return undefined;
  if (!path.attribute.multiValued) {
    throw badRequest(
      'invalidPath',
      `${pathText(path)} has one value, so "${text}" cannot choose among several.`,
    );
  }
  const filter = bracketedFilter(path, reader, 0);
  const rest = reader.take();
  if (rest.kind === 'end') return { kind: 'elements', path, filter, subAttribute: undefined };
  const subAttribute = subAttributeOf(path, rest.text);
  if (!subAttribute || reader.take().kind !== 'end') {
    throw badRequest('invalidPath', `"${text}" does not end in a sub-attribute of ${pathText(path)}.`);
  }
  return { kind: 'elements', path, filter, subAttribute };
}

function subAttributeOf(path: AttributePath, suffix: string): Attribute | undefined {
  return suffix.startsWith('.') ? path.attribute.subAttributes.get(suffix.slice(1).toLowerCase()) : undefined;
}
