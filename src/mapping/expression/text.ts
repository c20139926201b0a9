import { ExpressionError } from './error.ts';

/** Longer results serve no field of a Connect user; concatenation in a comprehension could make gigabytes. */
export const MAX_RESULT_LENGTH = 10_000;

/** Every `found` as `by`; an empty `found` is nowhere. */
export function replaced(text: string, found: string, by: string): string {
  if (found === '') return text;
  const times = text.split(found).length - 1;
  if (text.length + times * (by.length - found.length) > MAX_RESULT_LENGTH) {
    throw new ExpressionError(`replace yields more than ${MAX_RESULT_LENGTH} characters.`, NOWHERE);
  }
  return text.replaceAll(found, () => by);
}

/** Where in the text it failed is not known to a function: the whole of it is meant. */
export const NOWHERE = { start: 0, end: 0 };

/** In letters of ASCII: accents are taken off, some letters are spelt out, what is left is dropped. */
export function asciiText(text: string): string {
  return text
    .replace(/[^\0-\x7f]/g, (letter) => SPELT_OUT[letter] ?? letter)
    .normalize('NFKD')
    .replace(/[^\0-\x7f]/g, '');
}

/** Letters that Unicode does not take apart, as airlines and passports write them (ICAO 9303), without umlauts. */
const SPELT_OUT: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ł: 'l',
  Ł: 'L',
  ŋ: 'n',
  Ŋ: 'N',
  ŧ: 't',
  Ŧ: 'T',
  '’': "'",
  '‘': "'",
  '–': '-',
  '—': '-',
};

/** What stands before the first `mark`; all of it when there is none. */
export function textBefore(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at === -1 ? text : text.slice(0, at);
}

/** What stands after the first `mark`; "" when there is none. */
export function textAfter(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at === -1 ? '' : text.slice(at + mark.length);
}

/** At most so many UTF-16 units, without half a character at the end. */
export function truncated(text: string, length: number): string {
  const cut = text.slice(0, Math.max(0, length));
  return /[\ud800-\udbff]$/.test(cut) && cut.length < text.length ? cut.slice(0, -1) : cut;
}
