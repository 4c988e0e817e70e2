import { DomainError, ensure } from './domain-error';

/** An amount in minor units of an ISO 4217 currency; JPY and KRW have none, so their amounts are whole. */
export type Money = Readonly<{ amount: number; currency: string }>;

/** A fee: a percentage of a price, or a fixed amount. */
export type Fee = { readonly percent: number } | { readonly amount: Money };

/** Throws `money.invalid_amount` unless the amount is a safe integer, `money.invalid_currency` unless ISO-4217-like. */
export function money(amount: number, currency: string): Money {
  ensure(Number.isSafeInteger(amount), 'money.invalid_amount', { amount });
  ensure(/^[A-Z]{3}$/.test(currency), 'money.invalid_currency', { currency });
  return { amount, currency };
}

/** Digits after the decimal point, by ISO 4217; every other currency has two. */
const MINOR_DIGITS: Readonly<Record<number, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
  4: ['CLF', 'UYW'],
};

/** How many digits of an amount are minor units. It is not asked of `Intl`, which follows custom rather than the standard. */
export const minorDigits = (currency: string): number =>
  Number(Object.entries(MINOR_DIGITS).find(([, currencies]) => currencies.includes(currency))?.[0] ?? 2);

export const zero = (currency: string): Money => money(0, currency);

export const add = (a: Money, b: Money): Money => money(a.amount + sameCurrency(a, b).amount, a.currency);

export const subtract = (a: Money, b: Money): Money => money(a.amount - sameCurrency(a, b).amount, a.currency);

export const multiply = (a: Money, times: number): Money => money(a.amount * times, a.currency);

/** The given percentage of an amount. Halves are rounded away from zero. */
export const percent = (of: Money, percentage: number): Money =>
  money(Math.sign(of.amount) * Math.round((Math.abs(of.amount) * percentage) / 100), of.currency);

function sameCurrency(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new DomainError('money.currency_mismatch', { a: a.currency, b: b.currency });
  return b;
}
