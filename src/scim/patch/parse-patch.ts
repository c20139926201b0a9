import { ScimError, badRequest } from '../error.ts';
import type { SentOperation } from '../quirks.ts';
import { rewriteOperation } from '../quirks.ts';
import type { JsonObject, JsonValue } from '../resource.ts';
import { isJsonObject } from '../resource.ts';
import type { ResourceSchema } from '../schema.ts';
import { leafOf } from '../schema/attribute-path.ts';
import { isEmpty } from '../value/attribute-value.ts';
import { isStored } from '../value/resource-document.ts';
import { removal, setting } from './operation-value.ts';
import type { PatchOperation, ValueTarget } from './patch-operation.ts';
import { parsePatchPath } from './patch-path.ts';

/** Entra sends one operation per attribute of a user, others one per member of a group. */
export const MAX_OPERATIONS = { User: 150, Group: 1_000 } as const;

/**
 * The operations of a PATCH body, quirks undone, in order. An empty list is accepted: Microsoft's validator
 * sends one.
 *
 * @param id of the resource: Okta repeats it in the value of a group rename
 * @throws ScimError 400 naming the operation by its index
 */
export function parsePatch(body: unknown, schema: ResourceSchema, id: string): readonly PatchOperation[] {
  const sent = isJsonObject(body) ? memberOf(body, 'Operations') : undefined;
  if (!Array.isArray(sent)) {
    throw badRequest('invalidSyntax', 'A PATCH body needs a list "Operations" (RFC 7644 §3.5.2).');
  }
  refuseTooMany(sent.length, schema);
  const operations = sent.flatMap((operation: JsonValue, index) =>
    new OperationParser(schema, id, `Operations[${index}]`).parse(operation),
  );
  refuseTooMany(operations.length, schema);
  return operations;
}

/** Asked for the operations as sent, and for what they stand for: one without path is one per attribute. */
function refuseTooMany(operations: number, { resourceType }: ResourceSchema): void {
  const limit = MAX_OPERATIONS[resourceType];
  if (operations <= limit) return;
  throw new ScimError(413, undefined, `This PATCH has ${operations} operations. At most ${limit}.`);
}

/** How a name that the schema lacks is met: in a path it is refused, among the keys of a value it is ignored. */
type Origin = 'path' | 'key';

type Op = PatchOperation['op'];

class OperationParser {
  readonly #schema: ResourceSchema;
  readonly #id: string;
  readonly #where: string;

  constructor(schema: ResourceSchema, id: string, where: string) {
    this.#schema = schema;
    this.#id = id;
    this.#where = where;
  }

  parse(sent: JsonValue): readonly PatchOperation[] {
    if (!isJsonObject(sent)) throw badRequest('invalidSyntax', `${this.#where} is not an object.`);
    const { op, path, value } = rewriteOperation(sentOperation(sent));
    if (op !== 'add' && op !== 'replace' && op !== 'remove') {
      throw badRequest('invalidSyntax', `${this.#where}.op must be add, remove or replace.`);
    }
    if (typeof path === 'string') return this.#at(op, path, value, 'path');
    if (!isEmpty(path)) throw badRequest('invalidPath', `${this.#where}.path must be a string.`);
    if (op === 'remove')
      throw badRequest('noTarget', `${this.#where}: remove needs a path (RFC 7644 §3.5.2.2).`);
    if (isJsonObject(value)) return this.#each(op, '', value);
    throw badRequest(
      'invalidValue',
      `${this.#where} has no path, so its value must be an object of attributes.`,
    );
  }

  /** Keys may be dotted, carry a URN, or hold a value filter: they are read as paths. */
  #each(op: Op, prefix: string, values: JsonObject): readonly PatchOperation[] {
    return Object.entries(values).flatMap(([key, value]) => this.#at(op, prefix + key, value, 'key'));
  }

  #at(op: Op, path: string, value: JsonValue | undefined, origin: Origin): readonly PatchOperation[] {
    const urn = this.#schemaUrn(path);
    if (urn !== undefined) return this.#wholeSchema(op, urn, value);
    const target = parsePatchPath(path, this.#schema);
    if (!target) return this.#unknown(path, origin);
    if (!this.#isWritten(target, value, origin)) return [];
    const where = `${this.#where}: ${path}`;
    return op === 'remove' ? [removal(target, value, where)] : setting(op, target, value, where);
  }

  #schemaUrn(path: string): string | undefined {
    const lower = path.toLowerCase();
    return lower === this.#schema.urn.toLowerCase()
      ? this.#schema.urn
      : this.#schema.extensions.get(lower)?.urn;
  }

  /** The path is a schema's URN: the value holds its attributes. */
  #wholeSchema(op: Op, urn: string, value: JsonValue | undefined): readonly PatchOperation[] {
    const isExtension = urn !== this.#schema.urn;
    if (isExtension && (op === 'remove' || (op === 'replace' && isEmpty(value)))) {
      return [{ op: 'remove', target: { kind: 'extension', urn } }];
    }
    if (isEmpty(value)) return [];
    if (isJsonObject(value) && op !== 'remove') return this.#each(op, `${urn}:`, value);
    throw badRequest(
      'invalidValue',
      `${this.#where}: the value of ${urn} must be an object of its attributes.`,
    );
  }

  /**
   * An undeclared extension is ignored, as in POST, so that a leaver's `active: false` beside it still counts.
   * A path that no client means to be an extension is an error.
   */
  #unknown(path: string, origin: Origin): readonly PatchOperation[] {
    if (origin === 'key' || this.#isForeignUrn(path)) return [];
    throw badRequest(
      'invalidPath',
      `${this.#where}.path: a ${this.#schema.resourceType} has no attribute "${path.slice(0, 100)}".`,
    );
  }

  #isForeignUrn(path: string): boolean {
    const lower = path.toLowerCase();
    const own = [this.#schema.urn, ...this.#schema.extensions.keys()];
    return /^[a-z]+:/.test(lower) && !own.some((urn) => lower.startsWith(`${urn.toLowerCase()}:`));
  }

  /** False for what is accepted and ignored: `schemas` (derived), `password`, read-only keys sent back, members unsaid. */
  #isWritten(target: ValueTarget, value: JsonValue | undefined, origin: Origin): boolean {
    const { attribute } = target.path;
    const leaf = target.kind === 'attribute' ? leafOf(target.path) : (target.subAttribute ?? attribute);
    // As in PUT: only a list may empty a group, or a rename with members it does not know would.
    if (origin === 'key' && attribute.name === 'members' && (value === null || value === '')) return false;
    if (isStored(attribute) && isStored(leaf)) return true;
    const isReadOnly = attribute.mutability === 'readOnly' || leaf.mutability === 'readOnly';
    const isOwnId = attribute.name === 'id' && value === this.#id;
    const isEcho = origin === 'key' && attribute.name !== 'id';
    if (!isReadOnly || isOwnId || isEcho) return false;
    throw badRequest('mutability', `${this.#where}: ${attribute.name} is read-only.`);
  }
}

function sentOperation(sent: JsonObject): SentOperation {
  return { op: memberOf(sent, 'op'), path: memberOf(sent, 'path'), value: memberOf(sent, 'value') };
}

/** RFC 7643 §2.1: attribute names are case-insensitive, in messages too. */
function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}
