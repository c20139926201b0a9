import type { DirectoryConfig } from '../../config/bridge-config.ts';
import { loadMapping } from '../../config/mapping-config.ts';
import { readMappingText } from '../../config/mapping-text.ts';
import { activeMapping, latestMapping } from '../../store/mapping-versions.ts';
import { AdminError } from '../admin/admin-error.ts';
import type { Db } from '../../store/schema.ts';
import { Loop } from '../loop.ts';
import { inTurn } from './in-turn.ts';
import { proposeMapping } from './mapping-activation.ts';
import { isSetAside } from './set-aside.ts';
import type { ActiveMapping, DirectoryRuntime, Runtime } from '../runtime.ts';

/** How often the mapping files are looked at; an editor's save is seen within this time. */
const POLL_MS = 2_000;

/** Reads the mapping files and proposes what changed. The active mapping is a row in the store, not the file. */
export class MappingWatch {
  readonly #runtime: Runtime;
  readonly #readFile: (path: string) => Promise<string>;
  readonly #loop: Loop;

  constructor(runtime: Runtime, readFile: (path: string) => Promise<string>) {
    this.#runtime = runtime;
    this.#readFile = readFile;
    this.#loop = new Loop(runtime.clock);
  }

  /** Loads what is active in the store, so that work goes on before any file is read. */
  async start(): Promise<void> {
    for (const directory of this.#runtime.directories.values())
      directory.mapping = await loadActive(this.#runtime.store.read, directory.alias, directory.config);
    this.#loop.start(0, () => this.#turn());
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Another process may have activated one. */
  async #follow(directory: DirectoryRuntime): Promise<void> {
    try {
      const active = await activeMapping(this.#runtime.store.read, directory.alias);
      if (active && active.seq !== directory.mapping?.version)
        directory.mapping = loaded(active, directory.config);
    } catch (error) {
      this.#runtime.log.warn({ directory: directory.alias, err: error }, 'active mapping not read');
    }
  }

  async #turn(): Promise<number> {
    for (const directory of this.#runtime.directories.values()) {
      if (this.#runtime.store.shared) await this.#follow(directory);
      // One process proposes, or each would with a file of its own.
      if (this.#runtime.owns(directory.config.instances[0]!)) await this.#look(directory);
    }
    return POLL_MS;
  }

  async #look(directory: DirectoryRuntime): Promise<void> {
    try {
      const text = await readMappingText(directory.config.mapping, this.#readFile);
      await inTurn(directory, () => this.#propose(directory, text));
      directory.degraded = [];
    } catch (error) {
      if (this.#loop.signal.aborted) return;
      const cannot = error instanceof AdminError ? 'judged' : 'read';
      const problem = `mapping file of directory ${directory.alias} cannot be ${cannot}: ${(error as Error).message}`;
      if (directory.degraded[0] !== problem)
        this.#runtime.log.error({ directory: directory.alias, problem }, problem);
      directory.degraded = [problem];
    }
  }

  async #propose(directory: DirectoryRuntime, text: string): Promise<void> {
    if (!(await isSetAside(this.#runtime, directory.alias, text))) {
      await proposeMapping(this.#runtime, directory, text);
      return;
    }
    const latest = await latestMapping(this.#runtime.store.read, directory.alias);
    // The process ended, or planning failed, before it was judged.
    if (latest?.state === 'proposed')
      await proposeMapping(this.#runtime, directory, latest.text, latest.author);
  }
}

/**
 * The mapping that is active in the store, as the directory's settings have it read.
 *
 * @throws ConfigError when it does not fit them
 */
export async function loadActive(
  db: Db,
  alias: string,
  config: Pick<DirectoryConfig, 'mapping' | 'extensions'>,
): Promise<ActiveMapping | null> {
  const active = await activeMapping(db, alias);
  return active && loaded(active, config);
}

function loaded(
  { seq, text }: { readonly seq: number; readonly text: string },
  { mapping, extensions }: Pick<DirectoryConfig, 'mapping' | 'extensions'>,
): ActiveMapping {
  return { version: seq, mapping: loadMapping(text, mapping[0], extensions) };
}
