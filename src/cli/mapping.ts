import type { Command } from 'commander';
import { askBridge } from './admin-client.ts';
import { print, query, show, wholeNumber, withQuery } from './query.ts';
import type { QueryOptions } from './query.ts';
import { renderHistory, renderRollback } from './reports/mapping-versions.ts';
import type { HistoryReply, RollbackReply } from './reports/mapping-versions.ts';
import { CommandError, EXIT } from './shell.ts';
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
  query(mapping, 'rollback', 'propose the text of an earlier version again')
    .argument('<version>', 'as "bridge mapping history" numbers it', (text) =>
      wholeNumber(text, 1, 1_000_000_000),
    )
    .option('--directory <alias>', 'the directory whose mapping it is')
    .action((version: number, options: DirectoryOptions) => rollBack(shell, version, options));
}

async function rollBack(shell: Shell, version: number, options: DirectoryOptions): Promise<void> {
  const path = `mapping/versions/${version}/rollback`;
  const reply = await askBridge<RollbackReply>(options.socket, {
    method: 'POST',
    path: withQuery(path, { directory: options.directory }),
  });
  print(shell, options, reply, renderRollback);
  if (reply.state === 'refused') throw new CommandError(EXIT.refused, reply.error ?? 'refused');
}
