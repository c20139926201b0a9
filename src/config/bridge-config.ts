import { dirname, isAbsolute, join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { Extensions } from '../mapping/expression/attributes.ts';
import type { GrantLimits } from '../mapping/grants.ts';
import type { GuardLimits } from '../plan/guard.ts';
import { type BridgeFile, bridgeSchema } from './bridge-schema.ts';
import { checkFile } from './check.ts';
import { ConfigError, type ConfigProblem } from './error.ts';
import { extensionProblems } from './extension-problems.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** bridge.yaml, parsed, with defaults filled in. */
export interface BridgeConfig {
  readonly version: 1;
  /** Written into tags of every Connect user we own. */
  readonly bridgeId: string;
  readonly server: ServerConfig;
  readonly storage: {
    readonly url: string;
    /** Connections to PostgreSQL that read. */
    readonly poolSize: number;
  };
  readonly instances: Readonly<Record<string, InstanceConfig>>;
  readonly directories: Readonly<Record<string, DirectoryConfig>>;
  /** Calls per account, Region and operation. */
  readonly budget: BridgeFile['budget'];
  /** Path of the Unix socket of the admin API. */
  readonly adminSocket: string;
}

interface ServerConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** Base of the URLs in SCIM replies, without a trailing slash; null takes it from the request. */
  readonly publicUrl: string | null;
  /** Proxies in front of us whose X-Forwarded-* headers count. */
  readonly trustProxy: number;
}

export interface InstanceConfig {
  readonly region: string;
  readonly instanceId: string;
  /** Base URL of the API, and of the STS that is asked for the role; null is AWS. */
  readonly endpoint: string | null;
  /** The role of its account; null for the account of the bridge's own credentials. */
  readonly aws: { readonly roleArn: string; readonly externalId: string | null } | null;
  readonly mode: 'observe' | 'live';
  /** Users that AWS lets the instance have; null is not known. */
  readonly userQuota: number | null;
  /** Between two comparisons with what Connect has. */
  readonly resyncMinutes: number;
  readonly leavers: {
    readonly deactivate: 'suspend' | 'delete';
    readonly delete: 'suspend' | 'delete';
    /** Names of what a suspended user is reduced to. */
    readonly suspend: {
      readonly securityProfile: string;
      readonly routingProfile: string;
      readonly agentStatus: string | null;
    };
    /** After so many days of suspension a user is deleted; null is never. */
    readonly deleteAfterDays: number | null;
  };
  /** What no mapping can grant here. */
  readonly grants: GrantLimits;
  readonly guard: GuardLimits;
}

export interface DirectoryConfig {
  /** Also served at /scim/v2. */
  readonly default: boolean;
  readonly instances: readonly string[];
  /**
   * Paths of its mapping files, base first, one at least; absolute or from the folder that the path of bridge.yaml
   * starts from.
   */
  readonly mapping: readonly [string, ...string[]];
  /** Custom schemas of its users, by the name under which expressions read them. */
  readonly extensions: Extensions;
  readonly settleSeconds: number;
  /** Whether a write for a parked user is refused with what is wrong, where he would stay parked. */
  readonly surfaceParked: boolean;
  readonly clients: Readonly<Record<string, ClientConfig>>;
}

export interface ClientConfig {
  readonly tokenHash: string;
  /** Requests per second; one second's worth may come at once. */
  readonly rateLimit: number;
}

export interface ConfigSources {
  readonly readFile: (path: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads bridge.yaml. Mapping files are found relative to its folder; `storage.url` and `adminSocket` name files
 * of the running bridge and are left relative to the folder it is started in.
 *
 * @throws ConfigError with every problem found
 */
export async function loadBridgeConfig(
  path: string,
  { readFile, env }: ConfigSources,
): Promise<BridgeConfig> {
  return parseBridgeConfig(await readFile(path), path, env);
}

/** The text of the bridge.yaml at `path`, as `loadBridgeConfig` reads it. */
export function parseBridgeConfig(text: string, path: string, env: ConfigSources['env']): BridgeConfig {
  const yaml = parseYamlFile(text, path);
  const checked = checkFile(yaml, bridgeSchema);
  if (!checked.ok) throw new ConfigError(checked.problems);

  const { value } = checked;
  const tokens = tokenHashes(value, yaml, env);
  const problems = [
    ...tokens.problems,
    ...referenceProblems(value, yaml),
    ...serverProblems(value, yaml),
    ...extensionProblems(value.directories, yaml),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...value,
    server: {
      ...value.server,
      listen: listenAddress(value.server.listen),
      publicUrl: value.server.publicUrl?.replace(/\/+$/, '') ?? null,
    },
    directories: mapValues(value.directories, (directory, alias) => ({
      ...directory,
      mapping: mappingPaths(directory.mapping, path),
      clients: mapValues(directory.clients, (client, name) => ({
        ...client,
        tokenHash: tokens.hash(alias, name),
      })),
    })),
  };
}

function mappingPaths(paths: string | readonly string[], bridgeFile: string): DirectoryConfig['mapping'] {
  const [first = '', ...others] = [paths]
    .flat()
    .map((path) => (isAbsolute(path) ? path : join(dirname(bridgeFile), path)));
  return [first, ...others];
}

function listenAddress(text: string): BridgeConfig['server']['listen'] {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

function serverProblems({ server }: BridgeFile, yaml: YamlFile): readonly ConfigProblem[] {
  const { port } = listenAddress(server.listen);
  if (port <= 65_535) return [];
  return [{ ...yaml.position(['server', 'listen']), message: `found port ${port}, expected at most 65535.` }];
}

/** What points to nothing, or twice to the same. */
function referenceProblems({ instances, directories }: BridgeFile, yaml: YamlFile): readonly ConfigProblem[] {
  const aliases = Object.keys(instances);
  const unknown = Object.entries(directories).flatMap(([alias, directory]) =>
    directory.instances.flatMap((instance, index) => {
      if (aliases.includes(instance)) return [];
      const near = aliases.length > 0 ? ` Closest: "${closest(instance, aliases)}".` : '';
      const place = yaml.position(['directories', alias, 'instances', index]);
      return [{ ...place, message: `no instance "${instance}" under instances.${near}` }];
    }),
  );
  return [
    ...unknown,
    ...noDirectory(directories, yaml),
    ...repeatedInstances(instances, yaml),
    ...repeatedDefaults(directories, yaml),
  ];
}

/** A template that lost its entries, more often than a wish; taken at its word, every identity provider is turned away. */
function noDirectory(directories: BridgeFile['directories'], yaml: YamlFile): readonly ConfigProblem[] {
  if (Object.keys(directories).length > 0) return [];
  const message =
    'found no directory, expected one at least: without it no identity provider is served, and nobody provisioned.';
  return [{ ...yaml.position(['directories']), message }];
}

/** Two aliases of one instance would undo each other's work. */
function repeatedInstances(instances: BridgeFile['instances'], yaml: YamlFile): readonly ConfigProblem[] {
  const seen = new Map<string, string>();
  return Object.entries(instances).flatMap(([alias, { instanceId }]) => {
    const first = seen.get(instanceId);
    seen.set(instanceId, first ?? alias);
    if (first === undefined) return [];
    const message = `instance "${first}" has this instanceId already. Keep one of the two.`;
    return [{ ...yaml.position(['instances', alias, 'instanceId']), message }];
  });
}

function repeatedDefaults(directories: BridgeFile['directories'], yaml: YamlFile): readonly ConfigProblem[] {
  const defaults = Object.keys(directories).filter((alias) => directories[alias]?.default);
  return defaults.slice(1).map((alias) => ({
    ...yaml.position(['directories', alias, 'default']),
    message: `directory "${defaults[0]}" is the default already. Only one can be served at /scim/v2.`,
  }));
}

/** The hashes of all clients' tokens, from the file or the environment. */
function tokenHashes({ directories }: BridgeFile, yaml: YamlFile, env: ConfigSources['env']) {
  const problems: ConfigProblem[] = [];
  const hashes = new Map<string, string>();
  for (const [alias, { clients }] of Object.entries(directories)) {
    for (const [name, { tokenHash }] of Object.entries(clients)) {
      const hash = tokenHash.startsWith('env:') ? env[tokenHash.slice(4)] : tokenHash;
      if (hash !== undefined && /^[0-9a-f]{64}$/.test(hash)) hashes.set(`${alias}/${name}`, hash);
      else
        problems.push({
          ...yaml.position(['directories', alias, 'clients', name, 'tokenHash']),
          message: noHash(tokenHash, hash),
        });
    }
  }
  return { problems, hash: (alias: string, name: string) => hashes.get(`${alias}/${name}`) ?? '' };
}

function noHash(tokenHash: string, hash: string | undefined): string {
  const variable = tokenHash.slice('env:'.length);
  const found = hash === undefined ? 'is not set' : 'does not hold 64 digits 0-9 a-f';
  return `the environment variable ${variable} ${found}.\nSet it to the SHA-256 of the client's token: printf %s "$TOKEN" | sha256sum`;
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
