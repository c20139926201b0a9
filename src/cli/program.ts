import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { UnresolvedReply } from '../sync/admin/unresolved.ts';
import type { BackupReply } from '../sync/admin.ts';
import { askBridge } from './admin-client.ts';
import { addCatalog } from './catalog.ts';
import { demo } from './demo/demo.ts';
import { renderAudit } from './reports/audit.ts';
import type { AuditReply } from './reports/audit.ts';
import { renderDrift } from './reports/drift.ts';
import type { DriftReply } from './reports/drift.ts';
import { addMapping } from './mapping.ts';
import { people, renderParked, renderHeld, renderStatus } from './output.ts';
import type { HeldItem, ParkedReply, StatusReply } from './output.ts';
import { addPlan } from './plan.ts';
import { print, query, show, wholeNumber, withQuery } from './query.ts';
import type { QueryOptions } from './query.ts';
import { renderUnresolved } from './reports/unresolved.ts';
import { renderExplain } from './reports/explain.ts';
import type { ExplainReply } from './reports/explain.ts';
import { addSamlCheck } from './saml-check.ts';
import { serve } from './serve.ts';
import { CommandError, EXIT, withoutControls } from './shell.ts';
import type { ExitCode, Shell } from './shell.ts';
import type { SimulatorCommand } from './simulator.ts';
import { simulator } from './simulator.ts';
import { validate } from './validate/validate.ts';

const DEFAULT_CONFIG = 'config/bridge.yaml';

/** Runs one command line; what it prints goes through the shell. */
export async function runCommand(terminal: Shell, args: readonly string[]): Promise<ExitCode> {
  const shell = withoutControls(terminal);
  try {
    await program(shell).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = asCommandError(error as Error);
    shell.printError(failure.message);
    return failure.exitCode;
  }
}

/** Errors that name their own remedy are answers; the rest are failures. */
function asCommandError(error: Error & { readonly code?: string; readonly path?: string }): CommandError {
  if (error instanceof CommandError) return error;
  if (error.code === 'ENOENT' && error.path !== undefined)
    return new CommandError(
      EXIT.refused,
      `There is no file ${error.path}. Name another one, or start in its folder.`,
    );
  const isAnswer = ['ConfigError', 'StoreError', 'SeedError', 'ListenError'].includes(error.name);
  return new CommandError(isAnswer ? EXIT.refused : EXIT.failed, error.message);
}

function program(shell: Shell): Command {
  const root = new Command('bridge')
    .description('Provisions Amazon Connect users from identity providers over SCIM 2.0')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.print(text.trimEnd()),
      writeErr: (text) => shell.printError(text.trimEnd()),
    });
  addProcesses(root, shell);
  addQueries(root, shell);
  addActions(root, shell);
  addMapping(root, shell);
  return root;
}

function addProcesses(root: Command, shell: Shell): void {
  root
    .command('serve')
    .description('run the bridge')
    .option('--config <file>', 'configuration', DEFAULT_CONFIG)
    .action((options: { config: string }) => serve(shell, options));
  root
    .command('simulator')
    .description('run a simulated Amazon Connect')
    .option('--seed <file>', 'what it starts with', 'config/simulator.example.yaml')
    .option('--port <number>', 'port to listen on', (text) => wholeNumber(text, 0, 65_535), 4580)
    .option('--host <address>', 'address to listen on; 0.0.0.0 lets everybody in', '127.0.0.1')
    .option(
      '--speed <factor>',
      'time scale of quotas and index lag, 1 to 20',
      (text) => wholeNumber(text, 1, 20),
      1,
    )
    .action((options: SimulatorCommand) => simulator(shell, options));
  root
    .command('demo')
    .description('play a day of Okta and Entra against a simulated Amazon Connect')
    .option('--once', 'end after the day instead of staying up', false)
    .action((options: { once: boolean }) => demo(shell, options));
}

function addQueries(root: Command, shell: Shell): void {
  query(root, 'status', 'what the bridge is doing').action((options: QueryOptions) =>
    show<StatusReply>(shell, options, 'status', renderStatus),
  );
  query(root, 'held', 'what waits for approval').action((options: QueryOptions) =>
    show<{ items: readonly HeldItem[] }>(shell, options, 'held', ({ items }) => renderHeld(items)),
  );
  query(root, 'parked', 'who cannot become what the rules want, and what to do').action(
    (options: QueryOptions) => show<ParkedReply>(shell, options, 'parked?limit=1000', renderParked),
  );
  query(root, 'drift', 'what others changed in Connect, and what becomes of it')
    .option('--instance <alias>', 'only this instance')
    .action((options: QueryOptions & { instance?: string }) => {
      const path = withQuery('drift', { instance: options.instance });
      return show<DriftReply>(shell, options, path, renderDrift);
    });
  query(root, 'explain', 'why a user has what he has')
    .argument('<user>', 'userName or SCIM id')
    .action((user: string, options: QueryOptions) =>
      show<ExplainReply>(shell, options, `users/${encodeURIComponent(user)}/explain`, renderExplain),
    );
  addPlan(root, shell);
  addSamlCheck(root, shell);
  addAudit(root, shell);
  addUnresolved(root, shell);
  addCatalog(root, shell);
  query(root, 'validate', 'check configuration files')
    .option('--config <file>', 'configuration', DEFAULT_CONFIG)
    .option('--offline', 'ask no running bridge: names in Connect are not checked', false)
    .option('--catalog <file>', 'ask no running bridge: names are checked against a saved catalog')
    .action((options: QueryOptions & { config: string; offline: boolean; catalog?: string }) =>
      validate(shell, options),
    );
}

interface AuditOptions extends QueryOptions {
  readonly user?: string;
  readonly action?: string;
  readonly limit: number;
  readonly cursor?: string;
}

function addAudit(root: Command, shell: Shell): void {
  query(root, 'audit', 'what was done, by whom, newest first')
    .option('--user <user>', 'only about this user, by userName or SCIM id')
    .option('--action <name>', 'only this action, for example user.create')
    .option('--limit <number>', 'how many, 1 to 1000', (text) => wholeNumber(text, 1, 1_000), 100)
    .option('--cursor <number>', 'only those older than the ones shown before')
    .action(({ user, action, limit, cursor, ...options }: AuditOptions) => {
      const path = withQuery('audit', { user, action, limit: String(limit), cursor });
      return show<AuditReply>(shell, options, path, renderAudit);
    });
}

interface UnresolvedOptions extends QueryOptions {
  readonly directory?: string;
  readonly cursor?: string;
}

function addUnresolved(root: Command, shell: Shell): void {
  query(root, 'unresolved', 'members of groups who are no users here')
    .option('--directory <alias>', 'this directory instead of the default one')
    .option('--cursor <number>', 'only those after the ones shown before')
    .action(({ directory, cursor, ...options }: UnresolvedOptions) => {
      const path = withQuery('unresolved', { directory, cursor, limit: '1000' });
      return show<UnresolvedReply>(shell, options, path, renderUnresolved);
    });
}

function addActions(root: Command, shell: Shell): void {
  query(root, 'approve', 'let a held batch go, or activate a held mapping')
    .argument('<batch>', 'as "bridge held" names it')
    .option('--not-the-author', 'you did not write the mapping that grants what is sensitive', false)
    .action(async (batch: string, options: QueryOptions & { readonly notTheAuthor: boolean }) => {
      const path = `held/${encodeURIComponent(batch)}/approve`;
      const { notTheAuthor } = options;
      const body = { notTheAuthor };
      const reply = await askBridge<{ users?: number }>(options.socket, { method: 'POST', path, body });
      print(shell, options, reply, ({ users }) => [
        users === undefined ? `${batch} is active` : `${batch}: ${people(users)} approved`,
      ]);
    });
  query(root, 'backup', 'copy the store while the bridge runs (SQLite)')
    .argument('<file>', 'a new file; the bridge writes it')
    .action(async (file: string, options: QueryOptions) => {
      const body = { file: resolve(file) };
      const reply = await askBridge<BackupReply>(options.socket, { method: 'POST', path: 'backup', body });
      print(shell, options, reply, ({ bytes }) => [`${reply.file}: ${bytes} bytes`]);
    });
  query(root, 'retry', 'look at a parked user again now; give back what was taken in Connect')
    .argument('<user>', 'userName or SCIM id')
    .action(async (user: string, options: QueryOptions) => {
      const path = `users/${encodeURIComponent(user)}/retry`;
      const reply = await askBridge<{ userName: string }>(options.socket, { method: 'POST', path });
      print(shell, options, reply, ({ userName }) => [`${userName} is planned again`]);
    });
}
