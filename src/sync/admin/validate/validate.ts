import { parseBridgeConfig } from '../../../config/bridge-config.ts';
import type { ConfigSources } from '../../../config/bridge-config.ts';
import { ConfigError } from '../../../config/error.ts';
import { checkMapping } from '../../activation/check-mapping.ts';
import type { Runtime } from '../../runtime.ts';
import { fixedSettingProblems } from '../../configuration/fixed-settings.ts';
import { directoryOf } from '../plan.ts';
import { grantedPermissions } from './granted-permissions.ts';
import type { GrantableProfile } from './granted-permissions.ts';
import { mappingWarnings } from './mapping-warnings.ts';

export interface FilesToValidate {
  readonly bridge?: { readonly file: string; readonly text: string } | undefined;
  readonly mapping?: { readonly text: string; readonly directory?: string } | undefined;
}

/** Files that are not in force, against their schemas and against what the instances and the directory have now. */
export async function validate(runtime: Runtime, files: FilesToValidate, env: ConfigSources['env']) {
  const errors: string[] = [];
  const warnings: string[] = [];
  let grantable: readonly GrantableProfile[] = [];
  if (files.bridge)
    try {
      const next = parseBridgeConfig(files.bridge.text, files.bridge.file, env);
      warnings.push(...fixedSettingProblems(runtime.config, next));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      errors.push(error.message);
    }
  if (files.mapping) {
    const directory = directoryOf(runtime, files.mapping.directory);
    const { text } = files.mapping;
    const checked = checkMapping(runtime, directory, text);
    if ('error' in checked) errors.push(checked.error);
    else {
      warnings.push(...(await mappingWarnings(runtime, directory, { ...checked, text })));
      grantable = await grantedPermissions(runtime, directory, checked.mapping);
    }
  }
  const degraded = [...runtime.instances.values()].flatMap(({ alias, degraded: problems }) =>
    problems.map((problem) => `instance ${alias}: ${problem}`),
  );
  return { valid: errors.length === 0, errors, warnings, degraded, grantable };
}
