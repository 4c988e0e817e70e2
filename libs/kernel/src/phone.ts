import parsePhoneNumber, { type CountryCode, isSupportedCountry, type NumberType } from 'libphonenumber-js';
import parseWithTypes from 'libphonenumber-js/max';

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

/**
 * Whether text messages may be sent to a valid number: it is a mobile one, or of a country where that cannot be told. Not
 * to a satellite phone nor to another number of no country, and not to one whose calls cost more, of which somebody is
 * paid for each message.
 */
export function mayGetTexts(e164: string): boolean {
  const number = parseWithTypes(e164);
  return number?.country !== undefined && TEXTED.has(number.getType());
}

const TEXTED = new Set<NumberType>(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

const E164 = /^\+[1-9]\d{6,14}$/;
