import type { Cursor } from './cursor.ts';
import { decodeCursor } from './cursor.ts';
import type { ScimType } from './error.ts';
import { badRequest } from './error.ts';
import type { Filter } from './filter/filter.ts';
import { parseFilter } from './filter/parse-filter.ts';
import type { Projection } from './projection.ts';
import { parseProjection } from './projection.ts';
import { isJsonObject } from './resource.ts';
import type { ResourceSchema } from './schema.ts';
import type { AttributePath } from './schema/attribute-path.ts';
import { leafOf, pathText } from './schema/attribute-path.ts';

const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A page when the client names no `count`; Okta and Entra ask for 100 or 1. */
export const DEFAULT_COUNT = 100;
/** More is answered with this many (RFC 7644 §3.4.2.4): a page is made in memory. */
export const MAX_COUNT = 1_000;

/** A list request with everything checked and resolved. */
export interface ListQuery {
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
  /** From 0 to MAX_COUNT; 0 asks for the total only. */
  readonly count: number;
  readonly start: ListStart;
  readonly projection: Projection;
  /** Tells a cursor of this query from one of another. */
  readonly fingerprint: string;
}

interface Sort {
  /** Ends at a simple attribute. Of several values the primary one counts, else the first (RFC 7644 §3.4.2.3). */
  readonly path: AttributePath;
  readonly descending: boolean;
}

type ListStart =
  /** From 1. */
  | { readonly kind: 'index'; readonly startIndex: number }
  /** RFC 9865; without `after` it is the first page. */
  | { readonly kind: 'cursor'; readonly after: Cursor['after'] | undefined };

/** A parameter as a query string (text, maybe repeated) or a SearchRequest body (JSON) has it. */
type Parameters = Readonly<Record<string, unknown>>;

/**
 * The query of `GET /Users?…`, or the body of `POST /Users/.search`.
 *
 * @throws ScimError 400 invalidFilter, invalidValue, invalidCursor or invalidSyntax
 */
export function parseListQuery(parameters: Parameters, schema: ResourceSchema): ListQuery {
  const filterText = textParameter(parameters, 'filter');
  const sort = parseSort(parameters, schema);
  const order = sort ? `${pathText(sort.path)} ${sort.descending ? 'descending' : 'ascending'}` : '';
  const fingerprint = JSON.stringify([schema.resourceType, filterText ?? '', order]);
  return {
    filter: filterText === undefined ? undefined : parseFilter(filterText, schema),
    sort,
    count: parseCount(parameters),
    start: parseStart(parameters, fingerprint),
    projection: projectionOf(parameters, schema),
    fingerprint,
  };
}

/** `attributes` and `excludedAttributes` of any request. */
export function projectionOf(parameters: Parameters, schema: ResourceSchema): Projection {
  return parseProjection(
    {
      attributes: namesParameter(parameters, 'attributes'),
      excludedAttributes: namesParameter(parameters, 'excludedAttributes'),
    },
    schema,
  );
}

export interface Page {
  /** The resources as JSON text: stored text is sent as it is. */
  readonly resources: readonly string[];
  readonly totalResults: number;
  /** Left out on a page found by cursor. */
  readonly startIndex?: number;
  /** RFC 9865: on every page but the last. */
  readonly nextCursor?: string;
}

/** The ListResponse as JSON text. */
export function listResponse({ resources, ...numbers }: Page): string {
  return `${listHead({ itemsPerPage: resources.length, ...numbers })}${resources.join(',')}]}`;
}

/**
 * The ListResponse up to its first resource, for a page that is sent in pieces. After the resources comes `]}`.
 *
 * @param page.itemsPerPage what the page has, never what was asked for
 */
export function listHead(page: Omit<Page, 'resources'> & { readonly itemsPerPage: number }): string {
  return `${JSON.stringify({ schemas: [LIST_SCHEMA], ...page }).slice(0, -1)},"Resources":[`;
}

/** @throws ScimError 400 invalidCount when paging by cursor (RFC 9865 §2.1), else invalidValue */
function parseCount(parameters: Parameters): number {
  const scimType = isGiven(parameters['cursor']) ? 'invalidCount' : 'invalidValue';
  const count = integerParameter(parameters, 'count', scimType) ?? DEFAULT_COUNT;
  return Math.min(Math.max(count, 0), MAX_COUNT);
}

function parseStart(parameters: Parameters, fingerprint: string): ListStart {
  const cursor = parameters['cursor'];
  if (!isGiven(cursor)) {
    return { kind: 'index', startIndex: Math.max(integerParameter(parameters, 'startIndex') ?? 1, 1) };
  }
  if (isGiven(parameters['startIndex'])) {
    throw badRequest('invalidValue', 'Send cursor or startIndex, not both (RFC 9865).');
  }
  if (typeof cursor !== 'string') throw badRequest('invalidCursor', 'cursor must be one text.');
  return { kind: 'cursor', after: cursor === '' ? undefined : decodeCursor(cursor, fingerprint).after };
}

/** In a search body null is the same as leaving it out; an empty cursor is the first page. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/**
 * The order of one resource type in a search over several: none when it lacks the attribute and another has it.
 *
 * @throws ScimError 400 invalidPath when no type has it
 */
export function sortAcrossTypes(
  parameters: Parameters,
  schema: ResourceSchema,
  all: readonly ResourceSchema[],
): Sort | undefined {
  const sortBy = textParameter(parameters, 'sortBy')?.toLowerCase();
  const isForeign = sortBy !== undefined && !schema.paths.has(sortBy);
  return isForeign && all.some(({ paths }) => paths.has(sortBy)) ? undefined : parseSort(parameters, schema);
}

function parseSort(parameters: Parameters, schema: ResourceSchema): Sort | undefined {
  const sortBy = textParameter(parameters, 'sortBy');
  if (sortBy === undefined) return undefined;
  const order = textParameter(parameters, 'sortOrder')?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw badRequest('invalidValue', 'sortOrder must be ascending or descending.');
  }
  const path = schema.paths.get(sortBy.toLowerCase());
  const simple = path && simplePath(path);
  if (!simple) {
    throw badRequest(
      'invalidPath',
      `sortBy: a ${schema.resourceType} cannot be sorted by "${sortBy.slice(0, 100)}".`,
    );
  }
  return { path: simple, descending: order === 'descending' };
}

/** RFC 7644 §3.4.2.3: a complex attribute without a sub-attribute is sorted by its `value`. */
function simplePath(path: AttributePath): AttributePath | undefined {
  if (leafOf(path).type !== 'complex') return path;
  const subAttribute = path.attribute.subAttributes.get('value');
  return subAttribute && { ...path, keys: [...path.keys, subAttribute.name], subAttribute };
}

function integerParameter(
  parameters: Parameters,
  name: string,
  scimType: ScimType = 'invalidValue',
): number | undefined {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return undefined;
  const isText = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value);
  const isWhole = isText || Number.isSafeInteger(value);
  if (!isWhole) throw badRequest(scimType, `${name} must be a whole number.`);
  return Number(value);
}

function textParameter(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badRequest('invalidSyntax', `${name} must be given once, as text.`);
  return value;
}

/** `a,b` in a query; `["a", "b"]` in a SearchRequest. */
function namesParameter(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name];
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => {
    if (typeof item === 'string') return item.split(',').filter((part) => part.trim() !== '');
    throw badRequest('invalidSyntax', `${name} must hold attribute names.`);
  });
}

/** The body of a `/.search` request as parameters: names in any case (RFC 7644 §3.4.3). */
export function searchParameters(body: unknown): Parameters {
  if (!isJsonObject(body)) throw badRequest('invalidSyntax', 'The body of a search must be a JSON object.');
  const known = [
    'filter',
    'sortBy',
    'sortOrder',
    'startIndex',
    'count',
    'cursor',
    'attributes',
    'excludedAttributes',
  ];
  const byLowerName = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    known.flatMap((name) => {
      const value = byLowerName.get(name.toLowerCase());
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
