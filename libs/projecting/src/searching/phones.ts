import parsePhoneNumber, { type PhoneNumber } from 'libphonenumber-js';

/**
 * A phone number as digits, in each way in which it may be dialled: as it was written, with its country's code, and as
 * within its country. Numbers are often kept without their country (`090-1234-5678`), so that nobody can tell which.
 */
export function dialled(phone: string): string[] {
  const number = international(phone);
  const ways = [phone, number?.number, number?.formatNational()].map((way) => digitsOf(way ?? ''));
  return [...new Set(ways)].filter((digits) => digits !== '');
}

/**
 * The digits to look for in {@link dialled} ones, where somebody seems to ask for a phone number, or a part of it: without
 * the country's code, which the kept one may lack. Undefined where the text is no part of a phone number.
 */
export function askedDigits(text: string): string | undefined {
  const plain = text.normalize('NFKC');
  if (!/^[+\d\s()./\p{Pd}]+$/u.test(plain) || digitsOf(plain).length < FEWEST_DIGITS) return undefined;
  return international(plain)?.nationalNumber ?? digitsOf(plain);
}

/** Less is taken for a number in a name (`Room 12`). */
const FEWEST_DIGITS = 3;

const digitsOf = (text: string): string => text.normalize('NFKC').replace(/\D/g, '');

/**
 * The number, where it is written with its country's code: after a plus sign, after 00, or where the digits are a
 * number of that country and begin with its code.
 */
function international(phone: string): PhoneNumber | undefined {
  // +81(0)90-1234-5678: the zero is for those who dial without the code.
  const plain = phone.normalize('NFKC').replaceAll('(0)', '').trim();
  if (plain.startsWith('+')) return parsePhoneNumber(plain);
  const digits = digitsOf(plain).replace(/^00/, '');
  // No country's code begins with a zero; looking at the digits takes less time than the library.
  const number = digits.startsWith('0') ? undefined : parsePhoneNumber(`+${digits}`);
  return number?.isValid() ? number : undefined;
}
