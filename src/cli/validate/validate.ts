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
  const { errors, warnings, unread, grantable } = await verdictOf(shell, options);
  const valid = errors.length === 0;
  if (options.json) shell.print(JSON.stringify({ valid, errors, warnings, grantable }, null, 2));
  else {
    for (const warning of warnings) shell.print(`warning: ${warning}`);
    for (const profile of grantable ?? []) shell.print(permitted(profile));
  }
  if (errors.length > 0) throw new CommandError(EXIT.refused, errors.join('\n'));
  if (!options.json) shell.print(validIn(scopeOf(options), unread));
}

function permitted({ instance, securityProfile, permissions }: GrantableProfile): string {
  const what = `rules grant "${securityProfile}" in ${instance}`;
  if (permissions === null) return `${what}: what it permits could not be read`;
  return `${what}, which permits ${permissions.length === 0 ? 'nothing' : permissions.join(', ')}`;
}

/** Never claims a check that was not made. */
function validIn(scope: keyof typeof VALID, unread: readonly string[]): string {
  const names =
    scope === 'offline' || unread.length === 0
      ? VALID[scope]
      : `valid; names in Connect were not checked for ${unread.join(', ')}, which has not been read`;
  return scope === 'online' ? names : `${names}; what security profiles permit was not looked up`;
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
  /** Null without a running bridge, which asks Connect. */
  readonly grantable: readonly GrantableProfile[] | null;
}

interface GrantableProfile {
  readonly instance: string;
  readonly securityProfile: string;
  /** Null when they could not be read. */
  readonly permissions: readonly string[] | null;
}

async function verdictOf(shell: Shell, options: ValidateOptions): Promise<FilesVerdict> {
  const { readFile, env } = shell;
  try {
    const config = await loadBridgeConfig(options.config, { readFile, env });
    return await verdictOfConfig(shell, options, config);
  } catch (error) {
    if (error instanceof ConfigError)
      return { errors: [error.message], warnings: [], unread: [], grantable: null };
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
  const grantable: GrantableProfile[] = [];
  const warnings = [...bridgeWarnings(config, catalogs)];
  for (const [alias, directory] of Object.entries(config.directories)) {
    const text = await readMappingText(directory.mapping, readFile);
    let verdict = mappingVerdict(text, directory, config.instances, catalogs);
    if (verdict.errors.length === 0 && scopeOf(options) === 'online') {
      const online = await onlineVerdict(options, alias, text);
      grantable.push(...online.grantable);
      verdict = online;
    }
    errors.push(...verdict.errors);
    warnings.push(...verdict.warnings);
  }
  const unread = Object.keys(config.instances).filter((alias) => !catalogs?.has(alias));
  const asked = scopeOf(options) === 'online';
  return { errors, warnings: [...new Set(warnings)], unread, grantable: asked ? grantable : null };
}

/** Null when nobody is to be asked for names. */
async function catalogsFor({ readFile }: Shell, options: ValidateOptions) {
  if (options.catalog !== undefined) return savedCatalogs(await readFile(options.catalog), options.catalog);
  if (options.offline) return null;
  const reply = await askBridge<object>(options.socket, { method: 'GET', path: 'catalog' });
  return savedCatalogs(JSON.stringify(reply), options.socket);
}

interface OnlineVerdict extends Verdict {
  readonly degraded: readonly string[];
  readonly grantable: readonly GrantableProfile[];
}

/** What the running bridge says, which knows the names in Connect, the users and the groups. */
async function onlineVerdict({ socket }: ValidateOptions, directory: string, text: string) {
  const { errors, warnings, degraded, grantable } = await askBridge<OnlineVerdict>(socket, {
    method: 'POST',
    path: 'validate',
    body: { mapping: { directory, text } },
  });
  return { errors, warnings: [...degraded, ...warnings], grantable };
}
