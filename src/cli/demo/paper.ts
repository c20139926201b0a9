import { styleText } from 'node:util';
import type { Shell } from '../shell.ts';

/** Fits a terminal of usual width beside a window, and a README. */
const WIDTH = 100;

type Style = 'bold' | 'yellow' | 'dim';

/** Plain, aligned text for a person; in colour on a terminal only. */
export class Paper {
  readonly #print: (line: string) => void;
  readonly #coloured: boolean;

  constructor({ print, isTerminal, env }: Shell) {
    this.#print = print;
    this.#coloured = isTerminal && !env['NO_COLOR'];
  }

  heading(text: string): void {
    this.#print('');
    this.#print(this.#styled('bold', text));
  }

  /** Wrapped at the width; lines after the first stand two further in. */
  line(text: string, style?: Style): void {
    for (const part of wrapped(text)) this.#print(style ? this.#styled(style, part) : part);
  }

  /** As it is, for what is to be copied. */
  verbatim(lines: readonly string[]): void {
    for (const line of lines) this.#print(line && `  ${line}`);
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
    for (const row of rows)
      this.#print(`  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
  }

  #styled(style: Style, text: string): string {
    return this.#coloured ? styleText(style, text, { validateStream: false }) : text;
  }
}

function wrapped(text: string): readonly string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    const start = lines.length === 0 ? indent : `${indent}  `;
    const longer = line ? `${line} ${word}` : `${start}${word}`;
    if (line && longer.length > WIDTH) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
