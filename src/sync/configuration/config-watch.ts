import { hash } from 'node:crypto';
import type { ConfigSources } from '../../config/bridge-config.ts';
import { parseBridgeConfig } from '../../config/bridge-config.ts';
import { ConfigError } from '../../config/error.ts';
import { appendAudit } from '../../store/audit.ts';
import { StoreError } from '../../store/engine/store-error.ts';
import { loadActive } from '../activation/mapping-watch.ts';
import { Loop } from '../loop.ts';
import type { ActiveMapping } from '../runtime.ts';
import { fixedSettingProblems } from './fixed-settings.ts';
import { keepIdentity } from './keep-identity.ts';
import type { LiveRuntime, RunningConfig } from './running-config.ts';

/** How often bridge.yaml is looked at; an editor's save is seen within this time. */
const POLL_MS = 2_000;

/** The file and what `env:NAME` in it refers to. */
export interface ConfigFileSource extends ConfigSources {
  readonly path: string;
}

/** The file holds what this bridge cannot become while it runs. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Reads bridge.yaml again when it changes. What is wrong with it is reported, and all goes on as it was. */
export class ConfigWatch {
  readonly #runtime: LiveRuntime;
  readonly #running: RunningConfig;
  readonly #source: ConfigFileSource;
  readonly #loop: Loop;
  /** Of the text that was judged last. */
  #judged: string;

  constructor(runtime: LiveRuntime, running: RunningConfig, source: ConfigFileSource) {
    this.#runtime = runtime;
    this.#running = running;
    this.#source = source;
    this.#judged = runtime.configFile!.hash;
    this.#loop = new Loop(runtime.clock);
  }

  start(): void {
    this.#loop.start(POLL_MS, async () => {
      await this.#look();
      return POLL_MS;
    });
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #look(): Promise<void> {
    const { path, readFile } = this.#source;
    try {
      const text = await readFile(path).catch((error: unknown) => {
        // Whatever is there when it can be read again is to be judged.
        this.#judged = '';
        throw error;
      });
      const found = hash('sha256', text);
      if (found === this.#judged) return;
      if (found === this.#runtime.configFile!.hash) this.#acquit();
      else await this.#take(text, found);
      this.#judged = found;
    } catch (error) {
      this.#refuse(error);
    }
  }

  async #take(text: string, found: string): Promise<void> {
    const { next, mappings } = await this.#judge(text).catch((error: unknown) => {
      if (isVerdict(error)) this.#judged = found;
      throw error;
    });
    const { clock, log } = this.#runtime;
    const { path } = this.#source;
    const at = clock.now();
    await this.#running.change(next, mappings, async (tx) => {
      const detail = { file: path, hash: found };
      await appendAudit(tx, { at, directory: '', actor: 'bridge', action: 'config.changed', detail });
    });
    this.#runtime.configFile = { path, hash: found, loadedAt: at, refused: null };
    log.info({ file: path, hash: found }, 'bridge.yaml was read again and is in force');
  }

  /** @throws ConfigError, StoreError identityChanged or RefusedError when it cannot come into force */
  async #judge(text: string) {
    const { store, config } = this.#runtime;
    const next = parseBridgeConfig(text, this.#source.path, this.#source.env);
    const fixed = fixedSettingProblems(config, next);
    if (fixed.length > 0) throw new RefusedError(fixed.join('\n'));
    // The extensions that an active mapping reads must still be there.
    const mappings = new Map<string, ActiveMapping | null>();
    for (const [alias, directory] of Object.entries(next.directories))
      mappings.set(alias, await loadActive(store.read, alias, directory));
    await keepIdentity(store, next);
    return { next, mappings };
  }

  #acquit(): void {
    this.#runtime.configFile = { ...this.#runtime.configFile!, refused: null };
    this.#runtime.log.info({ file: this.#source.path }, 'bridge.yaml is again what is in force');
  }

  #refuse(error: unknown): void {
    const { configFile, clock, log } = this.#runtime;
    const { message } = error as Error;
    if (configFile!.refused?.error === message) return;
    this.#runtime.configFile = { ...configFile!, refused: { at: clock.now(), error: message } };
    log.error({ file: this.#source.path, err: error }, 'bridge.yaml is refused; what was in force stays');
  }
}

/** About the text, which says the same until it changes; anything else may pass. */
function isVerdict(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'identityChanged';
  return error instanceof ConfigError || error instanceof RefusedError;
}
