/** bridge.yaml, parsed, with defaults filled in. */
export interface BridgeConfig {
  readonly version: 1;
  /** Written into tags of every Connect user we own. */
  readonly bridgeId: string;
  readonly server: ServerConfig;
  readonly storage: { readonly url: string };
  readonly instances: Readonly<Record<string, InstanceConfig>>;
  readonly directories: Readonly<Record<string, DirectoryConfig>>;
  readonly budget: { readonly default: { readonly perSecond: number; readonly burst: number } };
  /** Path of the Unix socket of the admin API. */
  readonly adminSocket: string;
}

export interface ServerConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** Base of the URLs in SCIM replies, without a trailing slash; null takes it from the request. */
  readonly publicUrl: string | null;
  /** Proxies in front of us whose X-Forwarded-* headers count. */
  readonly trustProxy: number;
}

export interface InstanceConfig {
  readonly region: string;
  readonly instanceId: string;
  /** Base URL of the API; null is AWS. */
  readonly endpoint: string | null;
  readonly mode: 'observe' | 'live';
  readonly leavers: {
    readonly deactivate: 'suspend' | 'delete';
    readonly delete: 'suspend' | 'delete';
    /** Names of what a suspended user is reduced to. */
    readonly suspend: {
      readonly securityProfile: string;
      readonly routingProfile: string;
      readonly agentStatus: string | null;
    };
  };
  readonly guard: GuardConfig;
}

export interface GuardConfig {
  readonly windowMinutes: number;
  readonly deactivate: { readonly count: number; readonly percent: number };
  readonly recreate: { readonly count: number; readonly percent: number };
  readonly delete: { readonly perDay: number };
}

export interface DirectoryConfig {
  /** Also served at /scim/v2. */
  readonly default: boolean;
  readonly instances: readonly string[];
  /** Path of its mapping file. */
  readonly mapping: string;
  readonly settleSeconds: number;
  readonly clients: Readonly<Record<string, { readonly tokenHash: string }>>;
}

export interface ConfigSources {
  readonly readFile: (path: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads bridge.yaml.
 *
 * @throws ConfigError with every problem found
 */
export async function loadBridgeConfig(_path: string, _sources: ConfigSources): Promise<BridgeConfig> {
  throw new Error('not built yet');
}
