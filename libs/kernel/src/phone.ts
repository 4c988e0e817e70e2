import parsePhoneNumber, { type CountryCode, isSupportedCountry } from 'libphonenumber-js';

/** A phone number that can be called from everywhere. */
export interface PhoneNumber {
  /** In E.164: `+819012345678`. */
  readonly e164: string;
  /** The prefix of its country, or of several that share one: `81`. */
  readonly callingCode: string;
}

/**
 * Reads a phone number, in whatever form of Unicode and with whatever people put between the digits. One without its
 * country's prefix is a number of `country` (ISO 3166). Undefined where the text is no number, or one of no known country.
 */
export function phoneNumber(text: string, country?: string | null): PhoneNumber | undefined {
  // +81(0)90-1234-5678: the zero is for those who dial without the prefix.
  const plain = text.normalize('NFKC').replaceAll('(0)', '').trim();
  const defaultCountry = country && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const number = parsePhoneNumber(plain, { defaultCountry, extract: false });
  if (!number?.isValid() || number.ext || !E164.test(number.number)) return undefined;
  return { e164: number.number, callingCode: number.countryCallingCode };
}

const E164 = /^\+[1-9]\d{6,14}$/;
