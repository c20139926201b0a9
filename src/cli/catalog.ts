import { Argument } from 'commander';
import type { Command } from 'commander';
import { HIERARCHY_SEPARATOR } from '../connect/catalog.ts';
import type { CatalogContents } from '../connect/catalog.ts';
import { query, show, withQuery } from './query.ts';
import type { QueryOptions } from './query.ts';
import { indent } from './reports/indent.ts';
import type { Shell } from './shell.ts';

interface CatalogReply {
  readonly instances: Readonly<Record<string, CatalogContents>>;
}

/** As people type them. */
const KINDS = {
  'security-profiles': ({ securityProfiles }) => securityProfiles.map(({ name }) => name),
  'routing-profiles': ({ routingProfiles }) => routingProfiles.map(({ name }) => name),
  'hierarchy-groups': ({ hierarchyGroups }) =>
    hierarchyGroups.map(({ path }) => path.join(HIERARCHY_SEPARATOR)),
  'agent-statuses': ({ agentStatuses }) => agentStatuses.map(({ name }) => name),
  'predefined-attributes': ({ predefinedAttributes }) =>
    predefinedAttributes?.map(({ name, values }) => `${name}: ${values.join(', ')}`) ?? [
      'not known, so proficiencies are not checked; bridge status says why',
    ],
} as const satisfies Readonly<Record<string, (contents: CatalogContents) => readonly string[]>>;

type Kind = keyof typeof KINDS;

const ALL = Object.keys(KINDS) as readonly Kind[];

export function addCatalog(root: Command, shell: Shell): void {
  query(root, 'catalog', 'the names that rules can use; --json for validate --catalog')
    .addArgument(new Argument('[kind]', 'only these').choices(ALL))
    .option('--instance <alias>', 'only this instance')
    .action((kind: Kind | undefined, options: QueryOptions & { readonly instance?: string }) => {
      const path = withQuery('catalog', { instance: options.instance });
      return show<CatalogReply>(shell, options, path, (reply) =>
        renderCatalog(reply, kind === undefined ? ALL : [kind]),
      );
    });
}

function renderCatalog({ instances }: CatalogReply, kinds: readonly Kind[]): readonly string[] {
  return Object.entries(instances).flatMap(([alias, contents]) => [
    `instance ${alias} (${contents.identityManagementType})`,
    ...kinds.flatMap((kind) => [`  ${kind}:`, ...indent(indent(KINDS[kind](contents).sort()))]),
  ]);
}
