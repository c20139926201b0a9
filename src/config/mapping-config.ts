import type { Mapping } from '../mapping/mapping.ts';

/**
 * Reads a mapping file.
 *
 * @param file its name, for messages
 * @throws ConfigError with every problem found
 */
export function loadMapping(_text: string, _file: string): Mapping {
  throw new Error('not built yet');
}
