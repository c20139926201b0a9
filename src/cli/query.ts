import type { Command } from 'commander';
import { askBridge } from './admin-client.ts';
import { CommandError, EXIT } from './shell.ts';
import type { Shell } from './shell.ts';

const DEFAULT_SOCKET = 'data/admin.sock';

/** What every command takes that asks the running bridge. */
export interface QueryOptions {
  readonly socket: string;
  readonly json: boolean;
}

/** A command that asks the running bridge. */
export function query(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--socket <path>', 'admin socket of the running bridge', DEFAULT_SOCKET)
    .option('--json', 'print the reply as JSON', false);
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties the reply to its rendering
export async function show<T>(
  shell: Shell,
  options: QueryOptions,
  path: string,
  render: (reply: T) => readonly string[],
): Promise<void> {
  print(shell, options, await askBridge<T>(options.socket, { method: 'GET', path }), render);
}

export function print<T>(
  shell: Shell,
  { json }: QueryOptions,
  reply: T,
  render: (reply: T) => readonly string[],
): void {
  if (json) shell.print(JSON.stringify(reply, null, 2));
  else for (const line of render(reply)) shell.print(line);
}

/** `path?key=value`, without what is not given. */
export function withQuery(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

/** An argument or option that is one; both bounds are allowed. */
export function wholeNumber(text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new CommandError(EXIT.usage, `"${text}" is not a whole number from ${least} to ${most}.`);
}
