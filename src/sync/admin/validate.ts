import { parseBridgeConfig } from '../../config/bridge-config.ts';
import type { ConfigSources } from '../../config/bridge-config.ts';
import { ConfigError } from '../../config/error.ts';
import type { Runtime } from '../runtime.ts';
import { troublesOf } from '../runtime.ts';
import { checkMapping } from '../activation/check-mapping.ts';
import { directoryOf } from './plan.ts';

export interface FilesToValidate {
  readonly bridge?: { readonly file: string; readonly text: string } | undefined;
  readonly mapping?: { readonly text: string; readonly directory?: string } | undefined;
}

/** Files that are not in force, against their schemas and against what the instances have now. */
export function validate(runtime: Runtime, files: FilesToValidate, env: ConfigSources['env']) {
  const errors: string[] = [];
  if (files.bridge)
    try {
      parseBridgeConfig(files.bridge.text, files.bridge.file, env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      errors.push(error.message);
    }
  if (files.mapping) {
    const checked = checkMapping(runtime, directoryOf(runtime, files.mapping.directory), files.mapping.text);
    if ('error' in checked) errors.push(checked.error);
  }
  const degraded = [...runtime.instances.values()].flatMap(troublesOf);
  return { valid: errors.length === 0, errors, degraded };
}
