import * as fc from 'fast-check';
import { add, money, multiply, percent, subtract, zero } from './money';
import { rejection } from './specification';

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });

describe('money', () => {
  it('adds and subtracts exactly', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(subtract(add(money(a, 'JPY'), money(b, 'JPY')), money(b, 'JPY'))).toEqual(money(a, 'JPY'));
      }),
    );
  });

  it('takes a percentage symmetrically, halves away from zero', () => {
    expect(percent(money(105, 'JPY'), 50)).toEqual(money(53, 'JPY'));
    expect(percent(money(-105, 'JPY'), 50)).toEqual(money(-53, 'JPY'));
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 100 }), (a, p) => {
        expect(Math.abs(percent(money(a, 'EUR'), p).amount)).toBeLessThanOrEqual(Math.abs(a));
      }),
    );
  });

  it('refuses fractions of a minor unit, unsafe sums and mixed currencies', () => {
    expect(rejection(() => money(1.5, 'JPY'))).toBe('money.invalid_amount');
    expect(rejection(() => multiply(money(Number.MAX_SAFE_INTEGER, 'JPY'), 2))).toBe('money.invalid_amount');
    expect(rejection(() => money(1, 'yen'))).toBe('money.invalid_currency');
    expect(rejection(() => add(zero('JPY'), zero('EUR')))).toBe('money.currency_mismatch');
  });
});
