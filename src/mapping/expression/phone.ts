import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

interface MultiValue {
  readonly value: string;
  readonly type: string;
  readonly primary: boolean;
}

/** The value marked primary, else the first; "" when there is none. */
export function primaryValue(values: readonly MultiValue[]): string {
  return (values.find(({ primary }) => primary) ?? values[0])?.value ?? '';
}

/** The primary, else the first phone number of that type (in any case); "" when there is none. */
export function phoneOfType(numbers: readonly MultiValue[], type: string): string {
  return primaryValue(numbers.filter((number) => number.type.toLowerCase() === type.toLowerCase()));
}

/** Those of the users who are planned several times in a row; more would cost memory, at 150 bytes each. */
const MAX_NUMBERS = 4_000;

/** `e164` with a memory: reading a number takes microseconds, and who is changed is planned before every call. */
export function rememberingE164(): typeof e164 {
  const numbers = new Map<string, string>();
  return (text, country) => {
    const key = `${country} ${text}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const number = e164(text, country);
    // Cheaper than to know which one was not asked for lately.
    if (numbers.size === MAX_NUMBERS) numbers.clear();
    numbers.set(key, number);
    return number;
  };
}

/**
 * A phone number in E.164, e.g. `+442079460958`; "" when the text is no possible number.
 *
 * @param country ISO 3166 code, in upper case, of numbers written without a country code; "" knows none
 */
export function e164(text: string, country: string): string {
  const options = isCountry(country) ? { defaultCountry: country } : {};
  const number = parsePhoneNumberFromString(dialled(text), { ...options, extract: false }, NUMBERING_PLANS);
  return number?.isPossible() && E164.test(number.number) ? number.number : '';
}

/**
 * Of a `tel:` URI, which RFC 7643 §4.1.2 asks for, the number; "" for one that is dialled in some place only
 * (RFC 3966 §5.1.5).
 */
function dialled(text: string): string {
  const uri = /^tel:([^;]*)(.*)$/i.exec(text);
  if (uri === null) return text;
  const [, number = '', parameters = ''] = uri;
  return /;phone-context=/i.test(parameters) ? '' : number;
}

/** Whether numbers can be read as written in that country: its ISO 3166 code, in upper case. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code as CountryCode, metadata);
}

/** What Connect accepts as a phone number (API reference, UserPhoneConfig). */
export const E164: RegExp = /^\+[1-9]\d{1,14}$/;

/**
 * With one country for each calling code: which of the countries that share +44 or +1 a number belongs to is of no
 * interest here, and to find it out takes ten times as long as all the rest.
 */
const NUMBERING_PLANS: typeof metadata = {
  ...metadata,
  country_calling_codes: Object.fromEntries(
    Object.entries(metadata.country_calling_codes).map(([code, [main]]) => [code, main ? [main] : []]),
  ),
};
