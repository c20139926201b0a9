import { ENTERPRISE_SCHEMA } from '../resource.ts';
import type { Attribute } from './attribute.ts';

/** An attribute that the schema has, and where its value is in a resource. */
export interface AttributePath {
  /**
   * Member names from the resource down: `[attribute]`, `[attribute, sub]`, `[urn, attribute]` or
   * `[urn, attribute, sub]`. Inside a value filter they start at the element; `[]` is the element itself.
   */
  readonly keys: readonly string[];
  /** URN of the extension that has the attribute; undefined for core and common attributes. */
  readonly extension: string | undefined;
  /** The top one: `emails` in `emails.value`. */
  readonly attribute: Attribute;
  readonly subAttribute: Attribute | undefined;
}

interface Source {
  readonly urn: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** Every path of a resource type by its lower-case spellings. */
export function pathsOf(core: Source, extensions: readonly Source[]): ReadonlyMap<string, AttributePath> {
  const paths = new Map<string, AttributePath>();
  for (const path of sourcePaths(core.attributes, undefined)) {
    const name = path.keys.join('.').toLowerCase();
    paths.set(name, path).set(`${core.urn.toLowerCase()}:${name}`, path);
  }
  for (const extension of extensions) addExtensionPaths(paths, extension);
  return paths;
}

function addExtensionPaths(paths: Map<string, AttributePath>, extension: Source): void {
  for (const path of sourcePaths(extension.attributes, extension.urn)) {
    const name = path.keys.slice(1).join('.').toLowerCase();
    paths.set(`${extension.urn.toLowerCase()}:${name}`, path);
    // Microsoft's documents write `manager` without its URN, in PATCH paths and in filters.
    if (extension.urn === ENTERPRISE_SCHEMA && path.attribute.name === 'manager') paths.set(name, path);
  }
}

function* sourcePaths(
  attributes: ReadonlyMap<string, Attribute>,
  extension: string | undefined,
): Iterable<AttributePath> {
  const prefix = extension === undefined ? [] : [extension];
  for (const attribute of attributes.values()) {
    const keys = [...prefix, attribute.name];
    yield { keys, extension, attribute, subAttribute: undefined };
    for (const subAttribute of attribute.subAttributes.values()) {
      yield { keys: [...keys, subAttribute.name], extension, attribute, subAttribute };
    }
  }
}

/** The attribute whose value the path ends at. */
export function leafOf(path: AttributePath): Attribute {
  return path.subAttribute ?? path.attribute;
}

/** The path as an admin would write it. */
export function pathText(path: AttributePath): string {
  const [first, ...rest] = path.keys;
  if (first === undefined) return 'value';
  return path.extension === undefined ? path.keys.join('.') : `${first}:${rest.join('.')}`;
}
