import type { Command } from 'commander';
import { readNamedMappingText } from '../config/mapping-text.ts';
import { askBridge } from './admin-client.ts';
import { print, query, show, wholeNumber, withQuery } from './query.ts';
import type { QueryOptions } from './query.ts';
import { renderHistory, renderProposal, renderRollback } from './reports/mapping-versions.ts';
import type { HistoryReply, ProposalReply, RollbackReply } from './reports/mapping-versions.ts';
import type { Shell } from './shell.ts';

type DirectoryOptions = QueryOptions & { readonly directory?: string };

export function addMapping(root: Command, shell: Shell): void {
  const mapping = root.command('mapping').description('versions of the mapping');
  query(mapping, 'history', 'the versions, newest first')
    .option('--directory <alias>', 'the directory whose mapping it is')
    .action((options: DirectoryOptions) => {
      const path = withQuery('mapping/versions', { directory: options.directory });
      return show<HistoryReply>(shell, options, path, renderHistory);
    });
  query(mapping, 'propose', 'put a mapping forward under your own account')
    .argument('<files...>', 'one file, or several with the base first')
    .option('--directory <alias>', 'the directory whose mapping it is to be')
    .action((files: readonly string[], options: DirectoryOptions) => propose(shell, files, options));
  query(mapping, 'rollback', 'propose the text of an earlier version again')
    .argument('<version>', 'as "bridge mapping history" numbers it', (text) =>
      wholeNumber(text, 1, 1_000_000_000),
    )
    .option('--directory <alias>', 'the directory whose mapping it is')
    .action((version: number, options: DirectoryOptions) => rollBack(shell, version, options));
}

async function propose(shell: Shell, files: readonly string[], options: DirectoryOptions): Promise<void> {
  const { directory } = options;
  const mappingText = await readNamedMappingText(files, shell.readFile);
  const body = { mappingText, directory };
  const reply = await askBridge<ProposalReply>(options.socket, {
    method: 'POST',
    path: 'mapping/versions',
    body,
  });
  print(shell, options, reply, renderProposal);
}

async function rollBack(shell: Shell, version: number, options: DirectoryOptions): Promise<void> {
  const path = `mapping/versions/${version}/rollback`;
  const reply = await askBridge<RollbackReply>(options.socket, {
    method: 'POST',
    path: withQuery(path, { directory: options.directory }),
  });
  print(shell, options, reply, renderRollback);
}
