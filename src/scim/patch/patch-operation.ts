import type { Filter } from '../filter/filter.ts';
import type { JsonValue } from '../resource.ts';
import type { AttributePath } from '../schema/attribute-path.ts';
import type { Attribute } from '../schema/attribute.ts';

/**
 * One operation of a PATCH (RFC 7644 §3.5.2) after quirks are undone: it has a path, the path is in the schema
 * and writable, and the value has the attribute's type. Clearing by null, "" or [] has become `remove`; a
 * path-less operation and one on a complex attribute have become one operation per (sub-)attribute.
 */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly target: ValueTarget; readonly value: JsonValue }
  | {
      readonly op: 'remove';
      readonly target: ValueTarget | ExtensionTarget;
      /** Remove only these elements. Left out: the whole target. */
      readonly values?: readonly JsonValue[];
    };

export type ValueTarget = AttributeTarget | ElementsTarget;

type AttributeTarget = { readonly kind: 'attribute'; readonly path: AttributePath };

/** `emails[type eq "work"]`, or one sub-attribute of these elements. `path` is the multi-valued attribute's. */
export type ElementsTarget = {
  readonly kind: 'elements';
  readonly path: AttributePath;
  readonly filter: Filter;
  readonly subAttribute: Attribute | undefined;
};

/** All attributes of an extension. */
type ExtensionTarget = { readonly kind: 'extension'; readonly urn: string };
