import { USER_ATTRIBUTES } from '../mapping/expression/attributes.ts';
import type { BridgeFile } from './bridge-schema.ts';
import type { ConfigProblem } from './error.ts';
import type { YamlFile } from './yaml-file.ts';

/** Declared extensions that would hide an attribute, or one of another extension. */
export function extensionProblems(
  directories: BridgeFile['directories'],
  yaml: YamlFile,
): readonly ConfigProblem[] {
  return Object.entries(directories).flatMap(([alias, { extensions }]) => [
    ...takenNames(alias, extensions, yaml),
    ...takenUrns(alias, extensions, yaml),
    ...repeatedAttributes(alias, extensions, yaml),
  ]);
}

type Extensions = BridgeFile['directories'][string]['extensions'];

function takenNames(alias: string, extensions: Extensions, yaml: YamlFile): readonly ConfigProblem[] {
  return Object.keys(extensions)
    .filter((name) => Object.hasOwn(USER_ATTRIBUTES, name))
    .map((name) => ({
      ...yaml.keyPosition(['directories', alias, 'extensions'], name),
      message: `user.${name} is an attribute already. Choose another name.`,
    }));
}

/** The core's and the enterprise's begin so, and so does ours. */
const RESERVED_URN = /^urn:ietf:params:scim:(schemas:core|schemas:extension:(enterprise|amazonconnect)):/i;

function takenUrns(alias: string, extensions: Extensions, yaml: YamlFile): readonly ConfigProblem[] {
  const seen = new Map<string, string>();
  return Object.entries(extensions).flatMap(([name, { urn }]) => {
    const first = RESERVED_URN.test(urn) ? 'SCIM' : seen.get(urn.toLowerCase());
    seen.set(urn.toLowerCase(), name);
    if (first === undefined) return [];
    const message = `${first === 'SCIM' ? 'SCIM itself' : `extension "${first}"`} has this urn already. Each needs its own.`;
    return [{ ...yaml.position(['directories', alias, 'extensions', name, 'urn']), message }];
  });
}

/** SCIM folds the case of attribute names (RFC 7643 §2.1). */
function repeatedAttributes(alias: string, extensions: Extensions, yaml: YamlFile): readonly ConfigProblem[] {
  return Object.entries(extensions).flatMap(([name, { attributes }]) => {
    const path = ['directories', alias, 'extensions', name, 'attributes'];
    const names = Object.keys(attributes);
    return names.flatMap((attribute, index) => {
      const first = names.findIndex((other) => other.toLowerCase() === attribute.toLowerCase());
      if (first === index) return [];
      const message = `"${names[first]}" differs in case only; SCIM takes both for one attribute.`;
      return [{ ...yaml.keyPosition(path, attribute), message }];
    });
  });
}
