export interface Import {
  readonly specifier: string;
  /** `import type` or `export type`: gone when the file runs. */
  readonly typeOnly: boolean;
}

// Sources are formatted, so a statement starts its line and its specifier is in single quotes.
const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[\w*{][^;'"`]*?\bfrom\s*)?['"]([^'"]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** What a source file imports or re-exports, and what it imports while it runs. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(STATEMENT)].map(([, type, specifier]) => ({
      specifier: specifier ?? '',
      typeOnly: type !== undefined,
    })),
    ...[...code.matchAll(CALL)].map(([, specifier]) => ({ specifier: specifier ?? '', typeOnly: false })),
  ];
}

/** Without comments that start a line; one behind code is left, since `//` may be part of a string there. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
