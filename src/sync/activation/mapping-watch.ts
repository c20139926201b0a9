import { loadMapping } from '../../config/mapping-config.ts';
import { readMappingText } from '../../config/mapping-text.ts';
import { activeMapping } from '../../store/mapping-versions.ts';
import { AdminError } from '../admin/admin-error.ts';
import { proposeMapping } from './mapping-activation.ts';
import { isSetAside } from './set-aside.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';

/** How often the mapping files are looked at; an editor's save is seen within this time. */
const POLL_MS = 2_000;

/** Reads the mapping files and proposes what changed. The active mapping is a row in the store, not the file. */
export class MappingWatch {
  readonly #runtime: Runtime;
  readonly #readFile: (path: string) => Promise<string>;
  readonly #abort = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(runtime: Runtime, readFile: (path: string) => Promise<string>) {
    this.#runtime = runtime;
    this.#readFile = readFile;
  }

  /** Loads what is active in the store, so that work goes on before any file is read. */
  async start(): Promise<void> {
    for (const directory of this.#runtime.directories.values()) await this.#restore(directory);
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#loop;
  }

  async #restore(directory: DirectoryRuntime): Promise<void> {
    const active = await activeMapping(this.#runtime.store.read, directory.alias);
    if (!active || active.seq === directory.mapping?.version) return;
    const { mapping, extensions } = directory.config;
    directory.mapping = { version: active.seq, mapping: loadMapping(active.text, mapping[0], extensions) };
  }

  /** Another process may have activated one. */
  async #follow(directory: DirectoryRuntime): Promise<void> {
    try {
      await this.#restore(directory);
    } catch (error) {
      this.#runtime.log.warn({ directory: directory.alias, err: error }, 'active mapping not read');
    }
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      for (const directory of this.#runtime.directories.values()) {
        if (this.#runtime.store.shared) await this.#follow(directory);
        // One process proposes, or each would with a file of its own.
        if (this.#runtime.owns(directory.config.instances[0]!)) await this.#look(directory);
      }
      await this.#runtime.clock.sleep(POLL_MS, this.#abort.signal);
    }
  }

  async #look(directory: DirectoryRuntime): Promise<void> {
    try {
      const text = await readMappingText(directory.config.mapping, this.#readFile);
      if (!(await isSetAside(this.#runtime, directory.alias, text)))
        await proposeMapping(this.#runtime, directory, text);
      directory.degraded = [];
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      const cannot = error instanceof AdminError ? 'judged' : 'read';
      const problem = `mapping file of directory ${directory.alias} cannot be ${cannot}: ${(error as Error).message}`;
      if (directory.degraded[0] !== problem)
        this.#runtime.log.error({ directory: directory.alias, problem }, problem);
      directory.degraded = [problem];
    }
  }
}
