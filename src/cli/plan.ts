import type { Command } from 'commander';
import { readNamedMappingText } from '../config/mapping-text.ts';
import { askBridge } from './admin-client.ts';
import { renderPlanReply } from './output.ts';
import type { PlanReply } from './output.ts';
import { print, query, withQuery } from './query.ts';
import type { QueryOptions } from './query.ts';
import { renderWhatIf } from './reports/what-if.ts';
import type { InstanceChanges, WhatIfReply } from './reports/what-if.ts';
import { whatIfMarkdown } from './reports/what-if-markdown.ts';
import { CommandError, EXIT } from './shell.ts';
import type { Shell } from './shell.ts';

interface PlanOptions extends QueryOptions {
  readonly mapping?: readonly string[];
  readonly directory?: string;
  readonly markdown: boolean;
  readonly failOn?: string;
}

export function addPlan(root: Command, shell: Shell): void {
  query(root, 'plan', 'what would be done for everybody, or what another mapping would change')
    .option('--mapping <files...>', 'another mapping to compare with the active one, base first')
    .option('--directory <alias>', 'the directory to plan')
    .option('--markdown', 'with --mapping: print a comment for a pull request', false)
    .option('--fail-on <outcomes>', 'with --mapping: exit with 1 when anybody would be one of these')
    .action((options: PlanOptions) =>
      options.mapping ? compare(shell, options, options.mapping) : planAll(shell, options),
    );
}

async function planAll(shell: Shell, options: PlanOptions): Promise<void> {
  if (options.markdown || options.failOn !== undefined)
    throw new CommandError(EXIT.usage, '--markdown and --fail-on compare with another file: give --mapping.');
  const path = withQuery('plan', { directory: options.directory });
  const reply = await askBridge<PlanReply>(options.socket, { method: 'GET', path });
  print(shell, options, reply, renderPlanReply);
}

async function compare(shell: Shell, options: PlanOptions, files: readonly string[]): Promise<void> {
  const gates = gatesOf(options.failOn);
  const { directory } = options;
  const mappingText = await readNamedMappingText(files, shell.readFile);
  const body = { mappingText, directory };
  const reply = await askBridge<WhatIfReply>(options.socket, { method: 'POST', path: 'plan', body });
  print(shell, options, reply, options.markdown ? whatIfMarkdown : renderWhatIf);
  const failed = gates.flatMap((gate) => failures(reply, gate));
  if (failed.length > 0) throw new CommandError(EXIT.refused, `--fail-on: ${failed.join(', ')}`);
}

const GATES = ['quota', 'held', 'parked', 'suspended', 'deleted', 'recreated', 'created', 'changed'] as const;
type Gate = (typeof GATES)[number];

function gatesOf(text: string | undefined): readonly Gate[] {
  return (text ?? '')
    .split(',')
    .filter((word) => word !== '')
    .map((word) => {
      const gate = GATES.find((known) => known === word);
      if (gate === undefined)
        throw new CommandError(EXIT.usage, `--fail-on takes ${GATES.join(', ')}; found "${word}".`);
      return gate;
    });
}

function failures({ instances }: WhatIfReply, gate: Gate): readonly string[] {
  return instances.flatMap((one) => {
    const users = usersOf(one, gate);
    return users > 0 ? [`${users} ${gate} in ${one.instance}`] : [];
  });
}

function usersOf(one: InstanceChanges, gate: Gate): number {
  if (gate === 'held') return one.held.reduce((sum, limit) => sum + limit.users, 0);
  return gate === 'quota' ? (one.room.missing ?? 0) : one[gate].users;
}
