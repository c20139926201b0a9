import { rememberingRe2 } from './pattern.ts';
import { phoneOfType, rememberingE164 } from './phone.ts';
import { asciiText, replaced, textAfter, textBefore, truncated } from './text.ts';

/** Named tables of a mapping file: name → key → value. */
export type Tables = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A function that expressions may call, with its types as CEL declares them; integers arrive as bigint. */
export interface CelFunction {
  readonly signature: string;
  readonly run: (...args: never[]) => unknown;
}

/** The functions that are not CEL's own. Those over a text can be called both ways: `lower(a)` and `a.lower()`. */
export function celFunctions(tables: Tables): readonly CelFunction[] {
  const e164 = rememberingE164();
  const re2 = rememberingRe2();
  const rows = new Map(
    Object.entries(tables).map(([name, table]) => [name, new Map(Object.entries(table))] as const),
  );
  return [
    {
      signature: 'phone(User, string): string',
      run: ({ phoneNumbers }: { phoneNumbers: Parameters<typeof phoneOfType>[0] }, type: string) =>
        phoneOfType(phoneNumbers, type),
    },
    { signature: 'e164(string): string', run: (text: string) => e164(text, '') },
    { signature: 'e164(string, string): string', run: e164 },
    {
      signature: 'lookup(string, string): string',
      run: (table: string, key: string) => rows.get(table)?.get(key) ?? '',
    },
    { signature: 're2(string, string): bool', run: re2 },
    { signature: 'string.re2(string): bool', run: re2 },
    ...TEXT_FUNCTIONS.flatMap(({ name, others, run }) => [
      { signature: `${name}(${['string', ...others].join(', ')}): string`, run },
      { signature: `string.${name}(${others.join(', ')}): string`, run },
    ]),
  ];
}

/** `others` are the types of what is given beside the text. */
const TEXT_FUNCTIONS: readonly {
  readonly name: string;
  readonly others: readonly string[];
  readonly run: CelFunction['run'];
}[] = [
  { name: 'lower', others: [], run: (text: string) => text.toLowerCase() },
  { name: 'upper', others: [], run: (text: string) => text.toUpperCase() },
  { name: 'replace', others: ['string', 'string'], run: replaced },
  { name: 'ascii', others: [], run: asciiText },
  { name: 'nfc', others: [], run: (text: string) => text.normalize('NFC') },
  { name: 'before', others: ['string'], run: textBefore },
  { name: 'after', others: ['string'], run: textAfter },
  {
    name: 'truncate',
    others: ['int'],
    run: (text: string, length: bigint) => truncated(text, Number(length)),
  },
  { name: 'default', others: ['string'], run: (text: string, fallback: string) => text || fallback },
];
