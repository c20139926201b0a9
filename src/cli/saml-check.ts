import type { Command } from 'commander';
import { askBridge } from './admin-client.ts';
import { print, query } from './query.ts';
import type { QueryOptions } from './query.ts';
import { mismatches, renderSamlCheck } from './reports/saml-check.ts';
import type { SamlCheckReply } from './reports/saml-check.ts';
import { CommandError, EXIT } from './shell.ts';
import type { Shell } from './shell.ts';

interface SamlCheckOptions extends QueryOptions {
  readonly roleSessionName: string;
  readonly directory?: string;
}

export function addSamlCheck(root: Command, shell: Shell): void {
  query(root, 'saml-check', 'whether users will be signed in under their Connect username')
    .requiredOption('--role-session-name <expression>', 'what the identity provider sends, over user')
    .option('--directory <alias>', 'the directory to check')
    .action(async (options: SamlCheckOptions) => {
      const body = { expression: options.roleSessionName, directory: options.directory };
      const reply = await askBridge<SamlCheckReply>(options.socket, {
        method: 'POST',
        path: 'saml-check',
        body,
      });
      print(shell, options, reply, renderSamlCheck);
      const failing = mismatches(reply.counts);
      if (failing > 0) throw new CommandError(EXIT.refused, `sign-in would fail for ${failing}`);
    });
}
