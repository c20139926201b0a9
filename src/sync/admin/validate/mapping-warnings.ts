import { ruleWarnings } from '../../../mapping/check/rule-warnings.ts';
import { unknownYields } from '../../../mapping/check/unknown-yields.ts';
import type { NameProblem } from '../../../mapping/check/check-names.ts';
import type { Mapping, Rule } from '../../../mapping/mapping.ts';
import { groupName, namedGroups } from '../../../mapping/named-groups.ts';
import { memberCount } from '../../../store/group-members.ts';
import { pinsOf } from '../../../store/group-pins.ts';
import { groupByDisplayName } from '../../../store/groups.ts';
import { overEverybody } from '../../planning/everybody/over-everybody.ts';
import type { DirectoryRuntime, Runtime } from '../../runtime.ts';

/**
 * What is legal in a mapping and yet hardly meant, seen against the users and groups that the directory has: groups
 * without members, rules that apply to nobody or never win, profiles that nobody gets. Sentences, in the order of
 * the file.
 */
export async function mappingWarnings(
  runtime: Runtime,
  directory: DirectoryRuntime,
  proposed: { readonly text: string; readonly mapping: Mapping },
): Promise<readonly string[]> {
  const { mapping } = proposed;
  const use = await overEverybody(runtime, directory, { pass: 'ruleUse', options: {}, proposed });
  const { effects, profiles } = use;
  const shadowed = ruleWarnings(mapping);
  const known = new Set(shadowed.map(({ line }) => line));
  const idle = mapping.rules
    .filter(({ at }) => !known.has(at.line))
    .flatMap((rule) => idleRule(rule, effects));
  const unused = unusedProfiles(mapping, profiles);
  const yielded = unknownYields(mapping, catalogsOf(runtime, directory));
  return [
    ...(await emptyGroups(runtime, directory, mapping)),
    ...[...shadowed, ...idle, ...unused, ...yielded]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ file, line, column, message }) => `${file}:${line}:${column}  ${message}`),
  ];
}

function catalogsOf({ instances }: Runtime, { config }: DirectoryRuntime) {
  return new Map(
    config.instances.flatMap((alias) => {
      const catalog = instances.get(alias)?.catalog;
      return catalog ? [[alias, catalog] as const] : [];
    }),
  );
}

function idleRule(
  { name, at, set }: Rule,
  effects: ReadonlyMap<string, 'wins' | 'loses'>,
): readonly NameProblem[] {
  const effect = effects.get(name);
  if (effect === 'wins') return [];
  const grants = set.securityProfiles !== undefined;
  const nobody = grants ? 'it applies to nobody' : 'it applies to nobody who is granted a security profile';
  const message = effect === 'loses' ? 'rules above win over all of it, for everybody' : nobody;
  return [{ ...at, message: `rule "${name}": ${message}.` }];
}

/** Each named where the file grants it first. */
function unusedProfiles({ rules }: Mapping, profiles: ReadonlySet<unknown>): readonly NameProblem[] {
  const granted = new Map<string, NameProblem>();
  for (const { name, set } of rules)
    for (const value of set.securityProfiles ?? [])
      if (value.kind === 'literal' && !profiles.has(value.text) && !granted.has(value.text)) {
        const message = `rule "${name}": nobody gets the security profile "${value.text}".`;
        granted.set(value.text, { ...value.at, message });
      }
  return [...granted.values()];
}

async function emptyGroups(
  { store }: Runtime,
  { alias }: DirectoryRuntime,
  mapping: Mapping,
): Promise<readonly string[]> {
  const db = store.read;
  const pins = await pinsOf(db, alias);
  const warnings: string[] = [];
  for (const name of namedGroups(mapping)) {
    const found = await groupByDisplayName(db, alias, name);
    const groupId = pins.get(name) ?? (found && groupName(found.displayName) === name ? found.id : undefined);
    if (groupId === undefined) {
      const near = found ? ` It sent ${JSON.stringify(found.displayName)}.` : '';
      warnings.push(`The identity provider has sent no group ${JSON.stringify(name)}.${near}`);
    } else if ((await memberCount(db, groupId)) === 0)
      warnings.push(`The group ${JSON.stringify(name)} has no members.`);
  }
  return warnings;
}
