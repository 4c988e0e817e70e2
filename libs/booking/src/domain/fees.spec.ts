import { DAY, type Fee, HOUR, type Instant, instant, type Money, plusMs } from '@yoyaku/kernel';
import { id, rejection, specify } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { Booking } from './booking.decider';
import type { BookingTerms } from './booking.events';
import { depositOf, feeForCancelling } from './fees';
import type { Who } from './lifecycle';

const { given, fold } = specify(Booking.decider);

const START = instant('2026-04-10T09:00:00Z');
const yen = (amount: number): Money => ({ amount, currency: 'JPY' });
const place = { holdId: id('hold'), resourceIds: [id('yuki')], start: START, end: plusMs(START, HOUR) };
const subject = { bookingId: id('booking'), businessId: id('salon'), customerId: id('hanako') };

const requested = (price: Money, policy: Pick<BookingTerms, 'freeUntilHours' | 'lateFee'>) =>
  ({
    type: 'BookingRequested',
    data: {
      ...subject,
      ...place,
      locationId: null,
      serviceId: id('haircut'),
      serviceName: 'Haircut',
      price,
      partySize: 1,
      userId: null,
      note: null,
      terms: {
        ...policy,
        noShowFee: null,
        pendingExpiryMinutes: 60,
        checkInFromMinutes: 120,
        noShowAfterMinutes: 15,
        autoCompleteMinutes: null,
        depositRule: null,
        holdMinutes: 15,
        reminderHours: [24, 2],
      },
      status: 'confirmed',
      pendingFor: [],
      expiresAt: null,
      overridden: [],
    },
  }) as const;

const CANCELLED = {
  type: 'BookingCancelled',
  data: { ...subject, ...place, by: 'customer', reason: null, fee: null },
} as const;

const aFee: fc.Arbitrary<Fee | null> = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 100 }).map((percent) => ({ percent })),
  fc.integer({ min: 0, max: 20_000 }).map((amount) => ({ amount: yen(amount) })),
);
const aMoment: fc.Arbitrary<Instant> = fc
  .integer({ min: -4 * DAY, max: DAY })
  .chain((ms) => fc.constantFrom(ms, 0, -24 * HOUR, -24 * HOUR + 1, -1))
  .map((ms) => plusMs(START, ms));

it('cancelling costs what it was said to cost, and is refused where that was refused', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000_000 }).map(yen),
      fc.record({ freeUntilHours: fc.constantFrom(0, 1, 24, 72), lateFee: aFee }),
      fc.constantFrom<Who>('customer', 'business', 'system'),
      aMoment,
      fc.boolean(),
      (price, policy, by, at, isOver) => {
        const past = [requested(price, policy), ...(isOver ? [CANCELLED] : [])];
        const booking = fold(past);
        if (!('price' in booking)) throw new Error('There is no booking');
        const refusal = rejection(() => feeForCancelling(booking, { by, at }));
        const command = given(past).when({ type: 'CancelBooking', data: { by, reason: null } }, at);
        if (isOver) return command.thenNothing();
        if (refusal !== undefined) return command.thenRejects(refusal);
        const fee = feeForCancelling(booking, { by, at });
        const party = by === 'customer' ? 'customer' : 'business';
        return command.then([{ ...CANCELLED, data: { ...CANCELLED.data, by: party, fee } }]);
      },
    ),
  );
});

it.each([
  [8005, 50, 4003],
  [1, 50, 1],
  [3, 33, 1],
  [999, 10, 100],
])('of ¥%i, %i percent are ¥%i: halves are rounded up', (amount, percent, fee) => {
  const state = fold([requested(yen(amount), { freeUntilHours: 24, lateFee: { percent } })]);
  if (!('price' in state)) throw new Error('There is no booking');
  expect(feeForCancelling(state, { by: 'customer', at: plusMs(START, -HOUR) })).toEqual(yen(fee));
});

it.each<[Fee | null, number, number | null]>([
  [null, 8000, null],
  [{ percent: 0 }, 8000, null],
  [{ percent: 30 }, 8005, 2402],
  [{ amount: yen(3000) }, 8000, 3000],
  [{ amount: yen(3000) }, 2000, 2000],
  [{ amount: yen(3000) }, 0, null],
])('a deposit of %j, where the price is ¥%i, is %s: at most the price', (depositRule, price, deposit) =>
  expect(depositOf({ depositRule }, yen(price))).toEqual(deposit === null ? null : yen(deposit)),
);
