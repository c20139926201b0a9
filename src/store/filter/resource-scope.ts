import { sql } from 'kysely';
import { badRequest } from '../../scim/error.ts';
import type { AttributePath } from '../../scim/schema/attribute-path.ts';
import { pathText } from '../../scim/schema/attribute-path.ts';
import type { Engine } from '../engine/engine-of.ts';
import { documentScope } from './json-scope.ts';
import { jsonbDocumentScope } from './jsonb-scope.ts';
import type { Leaf, Sql } from './leaf.ts';
import { booleanLeaf, instantLeaf, presentLeaf, textLeaf } from './leaf.ts';
import type { Scope } from './scope.ts';

/** A multi-valued attribute that is kept as rows. */
interface RowsAttribute {
  /** A condition: `test` holds for some row. */
  readonly exists: (test: Sql) => Sql;
  readonly leaves: Readonly<Record<string, Leaf>>;
}

interface Resource {
  readonly doc: Sql;
  readonly leaves: Readonly<Record<string, Leaf>>;
  readonly meta: Readonly<Record<string, Leaf>>;
  readonly rows: Readonly<Record<string, RowsAttribute>>;
}

const userResource: Resource = {
  doc: sql.ref('scim_user.doc'),
  leaves: {
    id: textLeaf(sql.ref('scim_user.id')),
    userName: textLeaf(sql.ref('scim_user.user_name'), sql.ref('scim_user.user_name_folded')),
    externalId: textLeaf(sql.ref('scim_user.external_id')),
    displayName: textLeaf(sql.ref('scim_user.display_name')),
    active: booleanLeaf(sql.ref('scim_user.active')),
  },
  meta: metaLeaves('scim_user', 'User'),
  rows: {
    groups: {
      exists: (test) =>
        sql`exists (select 1 from group_member join scim_group on scim_group.id = group_member.group_id where group_member.member_id = scim_user.id and scim_group.directory = scim_user.directory and scim_group.deleted_at is null and ${test})`,
      leaves: {
        value: textLeaf(sql.ref('scim_group.id')),
        display: textLeaf(sql.ref('scim_group.display_name'), sql.ref('scim_group.display_name_folded')),
        type: textLeaf(sql`'direct'`),
      },
    },
  },
};

const groupResource: Resource = {
  doc: sql.ref('scim_group.doc'),
  leaves: {
    id: textLeaf(sql.ref('scim_group.id')),
    displayName: textLeaf(sql.ref('scim_group.display_name'), sql.ref('scim_group.display_name_folded')),
    externalId: textLeaf(sql.ref('scim_group.external_id')),
  },
  meta: metaLeaves('scim_group', 'Group'),
  rows: {
    members: {
      exists: (test) =>
        sql`exists (select 1 from group_member where group_member.group_id = scim_group.id and ${test})`,
      leaves: {
        value: textLeaf(sql.ref('group_member.member_id')),
        display: textLeaf(sql.ref('group_member.display')),
        type: textLeaf(sql.ref('group_member.type')),
      },
    },
  },
};

/** Where the attributes of a resource type are found, on each engine. */
export const userScopes = scopesOf(userResource);
export const groupScopes = scopesOf(groupResource);

function scopesOf(resource: Resource): Readonly<Record<Engine, Scope>> {
  return {
    sqlite: resourceScope(resource, documentScope(resource.doc)),
    postgres: resourceScope(resource, jsonbDocumentScope(resource.doc)),
  };
}

function metaLeaves(table: 'scim_user' | 'scim_group', resourceType: string): Readonly<Record<string, Leaf>> {
  return {
    // Made an expression: neither engine sorts by a constant.
    resourceType: textLeaf(sql`(${sql.lit(resourceType)} || '')`),
    created: instantLeaf(sql.ref(`${table}.created_at`)),
    lastModified: instantLeaf(sql.ref(`${table}.modified_at`)),
    version: textLeaf(sql`('W/"' || ${sql.ref(`${table}.version`)} || '"')`),
  };
}

function resourceScope({ leaves, meta, rows }: Resource, document: Scope): Scope {
  const columnLeaf = (path: AttributePath): Leaf | undefined =>
    path.keys[0] === 'meta' ? partLeaf(meta, path, path.keys[1]) : leaves[String(path.keys[0])];
  const documentOf = (path: AttributePath): Scope => {
    if (path.attribute.returned === 'request') throw notStored(path);
    return document;
  };
  return {
    some: (path, test) => {
      const attribute = rows[String(path.keys[0])];
      if (attribute) return attribute.exists(test(partLeaf(attribute.leaves, path, path.keys[1])));
      const leaf = columnLeaf(path);
      return leaf ? test(leaf) : documentOf(path).some(path, test);
    },
    element: (path, test) => {
      const attribute = rows[String(path.keys[0])];
      if (attribute) return attribute.exists(test(partScope(attribute.leaves)));
      return path.keys[0] === 'meta' ? test(partScope(meta)) : documentOf(path).element(path, test);
    },
    first: (path) => columnLeaf(path) ?? documentOf(path).first(path),
  };
}

/** The parts of one element that is not JSON. */
function partScope(leaves: Readonly<Record<string, Leaf>>): Scope {
  return {
    some: (path, test) => test(partLeaf(leaves, path, path.keys[0])),
    element: (path) => {
      throw notStored(path);
    },
    first: (path) => partLeaf(leaves, path, path.keys[0]),
  };
}

function partLeaf(
  leaves: Readonly<Record<string, Leaf>>,
  path: AttributePath,
  part: string | undefined,
): Leaf {
  const leaf = part === undefined ? presentLeaf : leaves[part];
  if (!leaf) throw notStored(path);
  return leaf;
}

function notStored(path: AttributePath): Error {
  return badRequest(
    'invalidFilter',
    `Filter: ${pathText(path)} is made for each reply and cannot be searched for. Filter by id instead.`,
  );
}
