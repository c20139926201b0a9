import { type BridgeConfig, type DirectoryConfig, loadBridgeConfig } from '../config/bridge-config.ts';
import { ConfigError } from '../config/error.ts';
import { loadMapping } from '../config/mapping-config.ts';
import { readMappingText } from '../config/mapping-text.ts';
import { mappingFaults } from '../mapping/check/check-mapping.ts';
import { askBridge } from './admin-client.ts';
import { CommandError, EXIT } from './shell.ts';
import type { Shell } from './shell.ts';

interface ValidateOptions {
  readonly config: string;
  readonly socket: string;
  readonly offline: boolean;
  readonly json: boolean;
}

/** Checks bridge.yaml and the mapping files that it names; with a running bridge, the names in Connect too. */
export async function validate(shell: Shell, options: ValidateOptions): Promise<void> {
  const { readFile, env } = shell;
  const config = await loadBridgeConfig(options.config, { readFile, env });
  const errors: string[] = [];
  for (const [alias, directory] of Object.entries(config.directories)) {
    const text = await readMappingText(directory.mapping, readFile);
    errors.push(...offlineErrors(text, directory, config.instances));
    if (errors.length === 0 && !options.offline) errors.push(...(await onlineErrors(options, alias, text)));
  }
  if (options.json) shell.print(JSON.stringify({ valid: errors.length === 0, errors }, null, 2));
  if (errors.length > 0) throw new CommandError(EXIT.refused, errors.join('\n'));
  if (!options.json)
    shell.print(
      options.offline ? 'valid; names in Connect were not checked' : 'valid, names in Connect included',
    );
}

/** All but the names in Connect: those the running bridge knows. */
function offlineErrors(
  text: string,
  { mapping: files, extensions, instances: fed }: DirectoryConfig,
  instances: BridgeConfig['instances'],
): readonly string[] {
  try {
    const mapping = loadMapping(text, files[0], extensions);
    const faults = mappingFaults(mapping, {
      aliases: Object.keys(instances),
      fed: fed.flatMap((alias) => {
        const instance = instances[alias];
        return instance ? [{ alias, limits: instance.grants, catalog: null }] : [];
      }),
    });
    return faults.length > 0 ? [new ConfigError(faults).message] : [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}

async function onlineErrors(
  { socket }: ValidateOptions,
  directory: string,
  text: string,
): Promise<readonly string[]> {
  const body = { mapping: { directory, text } };
  const { errors } = await askBridge<{ errors: readonly string[] }>(socket, {
    method: 'POST',
    path: 'validate',
    body,
  });
  return errors;
}
