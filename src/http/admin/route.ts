import type { ConfigSources } from '../../config/bridge-config.ts';
import type { Runtime } from '../../sync/runtime.ts';

/** One route of the admin API; `handle` returns what is sent as JSON. */
export interface AdminRoute {
  readonly method: 'get' | 'post';
  /** Below `/admin/v1`, in express syntax. */
  readonly path: string;
  /** @throws AdminError, or ZodError for a query or body that is not as declared */
  readonly handle: (request: AdminRequest) => unknown;
}

export interface AdminContext {
  readonly runtime: Runtime;
  /** What `env:NAME` in a bridge.yaml to be validated refers to. */
  readonly env: ConfigSources['env'];
  /** For the audit log: `operator:uid 1000`. */
  readonly actor: string;
}

interface AdminRequest extends AdminContext {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  /** Undefined when none was sent. */
  readonly body: unknown;
}
