import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

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

/**
 * A phone number in E.164, e.g. `+442079460958`; "" when the text is no possible number.
 *
 * @param country ISO 3166 code, in upper case, of numbers written without a country code; "" knows none
 */
export function e164(text: string, country: string): string {
  const options = isSupportedCountry(country) ? { defaultCountry: country } : {};
  const number = parsePhoneNumberFromString(text, { ...options, extract: false });
  return number?.isPossible() && E164.test(number.number) ? number.number : '';
}

/** What Connect accepts as a phone number (API reference, UserPhoneConfig). */
export const E164: RegExp = /^\+[1-9]\d{1,14}$/;
