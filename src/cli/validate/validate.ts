import { type BridgeConfig, loadBridgeConfig } from '../../config/bridge-config.ts';
import { ConfigError } from '../../config/error.ts';
import { readMappingText } from '../../config/mapping-text.ts';
import { askBridge } from '../admin-client.ts';
import { CommandError, EXIT } from '../shell.ts';
import type { Shell } from '../shell.ts';
import { bridgeWarnings, mappingVerdict } from './offline.ts';
import type { Verdict } from './offline.ts';
import { savedCatalogs } from './saved-catalog.ts';

interface ValidateOptions {
  readonly config: string;
  readonly socket: string;
  readonly offline: boolean;
  /** File of a saved catalog. */
  readonly catalog?: string;
  readonly json: boolean;
}

/** Checks bridge.yaml and the mapping files that it names; with a running bridge, the names in Connect too. */
export async function validate(shell: Shell, options: ValidateOptions): Promise<void> {
  const { errors, warnings, unread } = await verdictOf(shell, options);
  if (options.json) shell.print(JSON.stringify({ valid: errors.length === 0, errors, warnings }, null, 2));
  else for (const warning of warnings) shell.print(`warning: ${warning}`);
  if (errors.length > 0) throw new CommandError(EXIT.refused, errors.join('\n'));
  if (!options.json) shell.print(validIn(scopeOf(options), unread));
}

/** Never claims a check that was not made. */
function validIn(scope: keyof typeof VALID, unread: readonly string[]): string {
  if (scope === 'offline' || unread.length === 0) return VALID[scope];
  return `valid; names in Connect were not checked for ${unread.join(', ')}, which has not been read`;
}

const VALID = {
  offline: 'valid; names in Connect were not checked',
  catalog: 'valid, names in the saved catalog included',
  online: 'valid, names in Connect included',
} as const;

function scopeOf({ offline, catalog }: ValidateOptions): keyof typeof VALID {
  if (catalog !== undefined) return 'catalog';
  return offline ? 'offline' : 'online';
}

interface FilesVerdict extends Verdict {
  /** Instances without a catalog to hold names against. */
  readonly unread: readonly string[];
}

async function verdictOf(shell: Shell, options: ValidateOptions): Promise<FilesVerdict> {
  const { readFile, env } = shell;
  try {
    const config = await loadBridgeConfig(options.config, { readFile, env });
    return await verdictOfConfig(shell, options, config);
  } catch (error) {
    if (error instanceof ConfigError) return { errors: [error.message], warnings: [], unread: [] };
    throw error;
  }
}

async function verdictOfConfig(
  shell: Shell,
  options: ValidateOptions,
  config: BridgeConfig,
): Promise<FilesVerdict> {
  const { readFile } = shell;
  const catalogs = await catalogsFor(shell, options);
  const errors: string[] = [];
  const warnings = [...bridgeWarnings(config, catalogs)];
  for (const [alias, directory] of Object.entries(config.directories)) {
    const text = await readMappingText(directory.mapping, readFile);
    let verdict = mappingVerdict(text, directory, config.instances, catalogs);
    if (verdict.errors.length === 0 && scopeOf(options) === 'online')
      verdict = await onlineVerdict(options, alias, text);
    errors.push(...verdict.errors);
    warnings.push(...verdict.warnings);
  }
  const unread = Object.keys(config.instances).filter((alias) => !catalogs?.has(alias));
  return { errors, warnings: [...new Set(warnings)], unread };
}

/** Null when nobody is to be asked for names. */
async function catalogsFor({ readFile }: Shell, options: ValidateOptions) {
  if (options.catalog !== undefined) return savedCatalogs(await readFile(options.catalog), options.catalog);
  if (options.offline) return null;
  const reply = await askBridge<object>(options.socket, { method: 'GET', path: 'catalog' });
  return savedCatalogs(JSON.stringify(reply), options.socket);
}

/** What the running bridge says, which knows the names in Connect, the users and the groups. */
async function onlineVerdict({ socket }: ValidateOptions, directory: string, text: string): Promise<Verdict> {
  const { errors, warnings, degraded } = await askBridge<Verdict & { readonly degraded: readonly string[] }>(
    socket,
    { method: 'POST', path: 'validate', body: { mapping: { directory, text } } },
  );
  return { errors, warnings: [...degraded, ...warnings] };
}
