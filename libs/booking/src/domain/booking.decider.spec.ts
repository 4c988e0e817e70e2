import { type Instant, instant, type Money, type OfType, type Unbranded } from '@yoyaku/kernel';
import { id, specify } from '@yoyaku/kernel/specification';
import { Booking, type GivenCode } from './booking.decider';
import type { BookingEvent, Outcome, PendingFor, Place, Reservation } from './booking.events';
import { type BookingStatus, ownsHold } from './booking-state';

const { given, fold } = specify(Booking.decider);

const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const reservation: Unbranded<Reservation> = {
  holdId: 'first hold',
  resourceIds: ['yuki', 'room 1'],
  start: '2026-04-10T09:00:00Z',
  end: '2026-04-10T10:00:00Z',
};
const place: Unbranded<Place> = { ...reservation, locationId: 'ginza' };
const later: Unbranded<Place> = {
  ...place,
  holdId: 'second hold',
  start: '2026-04-11T09:00:00Z',
  end: '2026-04-11T10:00:00Z',
};
const yen = (amount: number) => ({ amount, currency: 'JPY' });

const terms = {
  freeUntilHours: 24,
  lateFee: { percent: 50 },
  noShowFee: { amount: yen(3000) },
  pendingExpiryMinutes: 1440,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoCompleteMinutes: null,
  depositRule: null,
  holdMinutes: 15,
  reminderHours: [24, 2],
};
/** What moves are agreed on here: another price, and a day more in which it is free. */
const anew = { price: yen(9000), terms: { ...terms, freeUntilHours: 0 } };

type Request = OfType<Unbranded<BookingEvent>, 'BookingRequested'>['data'];
const request: Unbranded<Request> = {
  ...subject,
  ...place,
  serviceId: 'haircut',
  serviceName: 'Haircut',
  price: yen(8000),
  partySize: 1,
  userId: 'hanako@yoyaku',
  note: null,
  terms,
  status: 'confirmed',
  pendingFor: [],
  expiresAt: null,
  overridden: [],
};
const requested = { type: 'BookingRequested', data: request } as const;
const pending = {
  type: 'BookingRequested',
  data: { ...request, status: 'pending', pendingFor: ['approval'], expiresAt: '2026-04-02T00:00:00Z' },
} as const;
const confirmed = { type: 'BookingConfirmed', data: subject } as const;
const cancelled = {
  type: 'BookingCancelled',
  data: { ...subject, ...reservation, by: 'customer', reason: 'ill', fee: null },
} as const;
const agreed = { ...anew, status: 'confirmed', pendingFor: [], expiresAt: null } as const;
const rescheduled = { type: 'BookingRescheduled', data: { ...subject, ...later, previous: place, agreed } } as const;
const undone = {
  type: 'BookingCancellationUndone',
  data: { ...subject, ...reservation, holdId: 'second hold', status: 'confirmed', expiresAt: null },
} as const;
const checkedIn = { type: 'BookingCheckedIn', data: subject } as const;
const abandoned = {
  type: 'BookingAbandoned',
  data: { bookingId: 'booking', businessId: 'salon', holdId: 'first hold' },
} as const;

const requestIt = { type: 'RequestBooking', data: request } as const;
const cancel = { type: 'CancelBooking', data: { by: 'customer', reason: 'ill' } } as const;
const move = { ...later, ...anew, from: 'first hold', needsApproval: false };
const reschedule = { type: 'RescheduleBooking', data: { ...move, by: 'customer' } } as const;
const rescheduleByStaff = { type: 'RescheduleBooking', data: { ...move, by: 'business' } } as const;
const undo = { type: 'UndoCancellation', data: { by: 'business', holdId: 'second hold' } } as const;
const confirm = { type: 'ConfirmBooking', data: { by: 'business' } } as const;
const renounce = (holdId: string) =>
  ({ type: 'RenounceHold', data: { bookingId: 'booking', businessId: 'salon', holdId } }) as const;

const ON_THE_DAY_BEFORE: Instant = instant('2026-04-09T09:00:01Z');
const AFTERWARDS: Instant = instant('2026-04-10T09:00:00Z');

describe('a booking', () => {
  it('is requested once', () => {
    given([]).when(requestIt).then([requested]);
    given([requested]).when(requestIt).thenNothing();
    given([requested])
      .when({ type: 'RequestBooking', data: { ...request, holdId: 'of somebody else' } })
      .thenRejects('booking.id_taken');
  });

  it('waits for approval where the business wants that', () => {
    given([pending]).when(confirm).then([confirmed]);
    given([pending, confirmed]).when(confirm).thenNothing();
    given([pending])
      .when({ type: 'DeclineBooking', data: { by: 'business', reason: 'full' } })
      .then([{ type: 'BookingDeclined', data: { ...subject, ...reservation, reason: 'full' } }]);
  });

  describe('whose deposit is due', () => {
    const unpaid = {
      type: 'BookingRequested',
      data: { ...request, status: 'pending', pendingFor: ['deposit'], expiresAt: '2026-04-01T00:15:00Z' },
    } as const;
    const both = { ...unpaid, data: { ...unpaid.data, pendingFor: ['approval', 'deposit'] } } as const;
    const paid = { type: 'ConfirmBooking', data: { by: 'system' } } as const;
    const partly = (settled: PendingFor, pendingFor: PendingFor, expiresAt: string) =>
      ({
        type: 'BookingPartlyConfirmed',
        data: { ...subject, settled, pendingFor: [pendingFor], expiresAt },
      }) as const;

    it('is confirmed when it is paid, and not by anybody before', () => {
      given([unpaid]).when(paid).then([confirmed]);
      given([unpaid, confirmed]).when(paid).thenNothing();
      given([unpaid]).when(confirm).thenNothing();
      given([pending]).when(paid).thenNothing();
      given([unpaid]).when(paid, place.start).thenRejects('booking.already_started');
      const expired = { type: 'BookingExpired', data: { ...subject, ...reservation } } as const;
      given([unpaid, expired]).when(paid).thenRejects('booking.invalid_transition');
    });

    it('waits for the other where it waits for approval too, as long as that may take from then on', () => {
      const [at, toPay, toApprove] = ['2026-04-01T00:05:00Z', '2026-04-01T00:20:00Z', '2026-04-02T00:05:00Z'];
      const isApproved = partly('approval', 'deposit', toPay);
      given([both]).when(confirm, at).then([isApproved]);
      given([both, isApproved]).when(confirm, at).thenNothing();
      given([both, isApproved]).when(paid, at).then([confirmed]);
      const isPaid = partly('deposit', 'approval', toApprove);
      given([both]).when(paid, at).then([isPaid]);
      given([both, isPaid]).when(paid, at).thenNothing();
      given([both, isPaid]).when(confirm, at).then([confirmed]);
      const expire = { type: 'ExpireBooking', data: { by: 'system' } } as const;
      given([both, isPaid]).when(expire, toPay).thenRejects('booking.not_due');
      given([both, isPaid])
        .when(expire, toApprove)
        .then([{ type: 'BookingExpired', data: { ...subject, ...reservation } }]);
    });

    it('is paid no later for being moved, and waits for approval of that too', () => {
      const agreedOn = (pendingFor: readonly PendingFor[]) =>
        ({ ...anew, status: 'pending', pendingFor, expiresAt: unpaid.data.expiresAt }) as const;
      const at = '2026-04-01T00:10:00Z';
      given([unpaid])
        .when(reschedule, at)
        .then([{ ...rescheduled, data: { ...rescheduled.data, agreed: agreedOn(['deposit']) } }]);
      given([unpaid])
        .when({ ...reschedule, data: { ...reschedule.data, needsApproval: true } }, at)
        .then([{ ...rescheduled, data: { ...rescheduled.data, agreed: agreedOn(['approval', 'deposit']) } }]);
    });

    it('is to be paid anew where its cancellation is undone', () => {
      const at = '2026-04-05T00:00:00Z';
      const waiting = { ...undone.data, status: 'pending', expiresAt: '2026-04-05T00:15:00Z' } as const;
      given([unpaid, cancelled])
        .when(undo, at)
        .then([{ ...undone, data: waiting }]);
      given([unpaid, cancelled, { ...undone, data: waiting }])
        .when(paid, at)
        .then([confirmed]);
    });
  });

  it('expires when nobody approved it in time, not sooner, and at the latest when it starts', () => {
    const expire = { type: 'ExpireBooking', data: { by: 'system' } } as const;
    const expired = { type: 'BookingExpired', data: { ...subject, ...reservation } } as const;
    given([pending]).when(expire, '2026-04-02T00:00:00Z').then([expired]);
    given([pending]).when(expire, '2026-04-01T23:59:59Z').thenRejects('booking.not_due');
    const afterItsStart = { ...pending, data: { ...pending.data, expiresAt: '2026-04-11T00:00:00Z' } };
    given([afterItsStart]).when(expire, place.start).then([expired]);
    given([afterItsStart]).when(confirm, place.start).thenRejects('booking.already_started');
  });

  it('is cancelled free of charge in time, for a fee when late', () => {
    given([requested]).when(cancel).then([cancelled]);
    given([requested])
      .when(cancel, ON_THE_DAY_BEFORE)
      .then([{ ...cancelled, data: { ...cancelled.data, fee: yen(4000) } }]);
    const byStaff = { type: 'CancelBooking', data: { by: 'business', reason: null } } as const;
    const cancelledByStaff = { ...cancelled, data: { ...cancelled.data, by: 'business', reason: null } } as const;
    given([requested]).when(byStaff, ON_THE_DAY_BEFORE).then([cancelledByStaff]);
    given([requested, checkedIn]).when(byStaff, AFTERWARDS).then([cancelledByStaff]);
  });

  it('comes back when its cancellation is undone, with a hold of its own', () => {
    given([requested, cancelled]).when(undo).then([undone]);
    given([requested, cancelled, undone]).when(undo).thenNothing();
    const state = fold([requested, cancelled, undone]);
    expect(ownsHold(state, id('yuki'), id('second hold'))).toBe(true);
    expect(ownsHold(state, id('yuki'), id('first hold'))).toBe(false);
  });

  it('is again what it was when its cancellation is undone, with another time to be approved', () => {
    const before = { ...undone, data: { ...undone.data, status: 'checked_in' } } as const;
    given([requested, checkedIn, cancelled]).when(undo).then([before]);
    const at = '2026-04-05T00:00:00Z';
    const waiting = { status: 'pending', expiresAt: '2026-04-06T00:00:00Z' } as const;
    given([pending, cancelled])
      .when(undo, at)
      .then([{ ...undone, data: { ...undone.data, ...waiting } }]);
    given([pending, cancelled])
      .when(undo, '2026-04-10T08:00:00Z')
      .then([{ ...undone, data: { ...undone.data, ...waiting, expiresAt: place.start } }]);
  });

  it('moves to another time and gives the old one up', () => {
    given([requested]).when(reschedule).then([rescheduled]);
    given([requested, rescheduled]).when(reschedule).thenNothing();
    given([requested])
      .when({
        type: 'RescheduleBooking',
        data: { ...move, ...place, holdId: 'second hold', by: 'customer' },
      })
      .thenNothing();
    const state = fold([requested, rescheduled]);
    expect(state).toMatchObject({ ...later, ...anew, renounced: ['first hold'] });
    expect(ownsHold(state, id('yuki'), id('second hold'))).toBe(true);
  });

  it('waits for approval again when its customer moved it, if the business wants that', () => {
    const moved = (data: object) => ({ ...reschedule, data: { ...reschedule.data, ...data } });
    const at = '2026-04-02T00:00:00Z';
    const waiting = {
      ...anew,
      status: 'pending',
      pendingFor: ['approval'],
      expiresAt: '2026-04-03T00:00:00Z',
    } as const;
    const isWaiting = { ...rescheduled, data: { ...rescheduled.data, agreed: waiting } };
    given([requested])
      .when(moved({ needsApproval: true }), at)
      .then([isWaiting]);
    given([requested])
      .when(moved({ needsApproval: true, by: 'business' }), at)
      .then([rescheduled]);
    given([pending])
      .when(moved({ by: 'business' }), at)
      .then([isWaiting]);
  });

  it('of an earlier build never outlives its start, wherever it was moved', () => {
    const sooner = { ...place, holdId: 'second hold', start: '2026-04-01T12:00:00Z', end: '2026-04-01T13:00:00Z' };
    const moved = {
      type: 'BookingRescheduled',
      data: { ...subject, ...sooner, previous: place, agreed: null },
    } as const;
    expect(fold([pending, moved])).toMatchObject({ status: 'pending', price: yen(8000), expiresAt: sooner.start });
  });

  it('is moved only from where it was when somebody wanted to move it', () => {
    const third = { ...later, holdId: 'third hold', start: '2026-04-12T09:00:00Z', end: '2026-04-12T10:00:00Z' };
    const moveAgain = { ...reschedule, data: { ...reschedule.data, ...third } };
    given([requested, rescheduled]).when(moveAgain).thenRejects('booking.changed_meanwhile');
    given([requested, cancelled, undone]).when(moveAgain).thenRejects('booking.changed_meanwhile');
  });

  it('is moved late by the business only', () => {
    given([requested]).when(reschedule, ON_THE_DAY_BEFORE).thenRejects('booking.too_late_to_change');
    given([requested]).when(rescheduleByStaff, ON_THE_DAY_BEFORE).then([rescheduled]);
    given([requested]).when(rescheduleByStaff, AFTERWARDS).then([rescheduled]);
  });

  it('charges for not showing up', () => {
    given([requested])
      .when({ type: 'MarkNoShow', data: { by: 'business' } }, '2026-04-10T09:15:00Z')
      .then([{ type: 'BookingMarkedNoShow', data: { ...subject, start: place.start, fee: yen(3000) } }]);
  });

  it('charges for not showing up only where its start was agreed on before it', () => {
    const miss = { type: 'MarkNoShow', data: { by: 'business' } } as const;
    const missed = (start: string, fee: object | null) =>
      [{ type: 'BookingMarkedNoShow', data: { ...subject, start, fee } }] as never;
    const later = '2026-04-10T12:00:00Z';
    const begun = { ...requested, at: place.start };
    given([begun]).when(miss, later).then(missed(place.start, null));
    given([{ ...requested, at: '2026-04-10T08:59:59Z' }])
      .when(miss, later)
      .then(missed(place.start, yen(3000)));

    const terms = { ...agreed, terms: request.terms, price: request.price };
    const movedTo = (start: string, at: string) => {
      const to = { ...place, holdId: 'second hold', start };
      return { type: 'BookingRescheduled', data: { ...subject, ...to, previous: place, agreed: terms }, at } as const;
    };
    const [earlier, afterwards] = ['2026-04-10T09:30:00Z', '2026-04-10T09:40:00Z'];
    given([requested, movedTo(earlier, afterwards)])
      .when(miss, later)
      .then(missed(earlier, null));
    given([begun, movedTo(earlier, '2026-04-10T09:10:00Z')])
      .when(miss, later)
      .then(missed(earlier, yen(3000)));
    // Given to somebody else after it began.
    given([requested, movedTo(place.start, afterwards)])
      .when(miss, later)
      .then(missed(place.start, yen(3000)));
  });

  describe('whose outcome was wrong', () => {
    const visit = { ...subject, serviceId: 'haircut', start: place.start, price: yen(8000) };
    const completed = { type: 'BookingCompleted', data: visit, at: '2026-04-10T10:00:00Z' } as const;
    const missed = {
      type: 'BookingMarkedNoShow',
      data: { ...subject, start: place.start, fee: yen(3000) },
      at: '2026-04-10T10:00:00Z',
    } as const;
    const correct = (outcome: Outcome) =>
      ({ type: 'CorrectOutcome', data: { by: 'business', outcome, reason: 'mixed up' } }) as const;
    const corrected = (from: Outcome, to: Outcome, fee: Money | null = null) =>
      ({ type: 'BookingOutcomeCorrected', data: { ...visit, from, to, reason: 'mixed up', fee } }) as const;
    const soon = '2026-04-10T12:00:00Z';

    it('is corrected, and its fee is what it then costs', () => {
      given([requested, completed])
        .when(correct('no_show'), soon)
        .then([corrected('completed', 'no_show', yen(3000))]);
      given([requested, missed])
        .when(correct('completed'), soon)
        .then([corrected('no_show', 'completed')]);
      given([requested, missed])
        .when(correct('checked_in'), soon)
        .then([corrected('no_show', 'checked_in')]);
      expect(fold([requested, missed, corrected('no_show', 'completed')])).toMatchObject({
        status: 'completed',
        fee: null,
      });
      expect(fold([requested, completed, corrected('completed', 'checked_in')])).toMatchObject({
        status: 'checked_in',
        standing: 'checked_in',
      });
    });

    it('is corrected twice, and not to what it is', () => {
      const once = [requested, completed, corrected('completed', 'no_show', yen(3000))];
      given(once).when(correct('no_show'), soon).thenNothing();
      given(once)
        .when(correct('completed'), soon)
        .then([corrected('no_show', 'completed')]);
    });

    it('is no no-show before it could have been one, nor for more than was agreed on beforehand', () => {
      const early = { ...completed, at: '2026-04-10T09:01:00Z' };
      given([requested, early]).when(correct('no_show'), '2026-04-10T09:14:59Z').thenRejects('booking.too_early');
      given([requested, early])
        .when(correct('no_show'), '2026-04-10T09:15:00Z')
        .then([corrected('completed', 'no_show', yen(3000))]);
      given([{ ...requested, at: place.start }, completed])
        .when(correct('no_show'), soon)
        .then([corrected('completed', 'no_show')]);
    });

    it('is corrected for 7 days after what was said first, however often', () => {
      const [last, after] = ['2026-04-17T10:00:00Z', '2026-04-17T10:00:01Z'];
      given([requested, completed])
        .when(correct('checked_in'), last)
        .then([corrected('completed', 'checked_in')]);
      given([requested, completed]).when(correct('checked_in'), after).thenRejects('booking.too_late');
      const again = { ...completed, at: '2026-04-16T10:00:00Z' } as const;
      given([requested, completed, corrected('completed', 'checked_in'), again])
        .when(correct('no_show'), after)
        .thenRejects('booking.too_late');
    });

    it.each([
      ['pending', [pending]],
      ['confirmed', [requested]],
      ['checked in', [requested, checkedIn]],
      ['cancelled', [requested, cancelled]],
    ])('is none while it is %s', (_, past) =>
      given(past).when(correct('completed'), soon).thenRejects('booking.invalid_transition'),
    );

    it('is not completed by the clock any more', () => {
      const byTheClock = { ...requested, data: { ...request, terms: { ...terms, autoCompleteMinutes: 30 } } };
      const complete = { type: 'CompleteBooking', data: { by: 'system' } } as const;
      given([byTheClock]).when(complete, '2026-04-10T10:29:59Z').thenRejects('booking.not_due');
      given([byTheClock])
        .when(complete, '2026-04-10T10:30:00Z')
        .then([{ type: 'BookingCompleted', data: visit }]);
      given([byTheClock, completed, corrected('completed', 'checked_in')])
        .when(complete, soon)
        .thenRejects('booking.not_due');
    });
  });

  it('is given to somebody else at its time, by the business, and is decided on no later for that', () => {
    const withKen = { ...place, holdId: 'second hold', resourceIds: ['ken', 'room 1'] };
    const assign = {
      type: 'ReassignBooking',
      data: { ...withKen, ...anew, by: 'business', from: 'first hold' },
    } as const;
    const assigned = { type: 'BookingRescheduled', data: { ...subject, ...withKen, previous: place, agreed } } as const;
    given([requested]).when(assign).then([assigned]);
    given([requested, assigned]).when(assign).thenNothing();
    const waiting = {
      ...anew,
      status: 'pending',
      pendingFor: ['approval'],
      expiresAt: pending.data.expiresAt,
    } as const;
    given([pending])
      .when(assign)
      .then([{ ...assigned, data: { ...assigned.data, agreed: waiting } }]);
  });

  it('is checked in by its customer with its code alone, and by nobody with a wrong one', () => {
    const at = '2026-04-10T08:00:00Z';
    const checkIn = (code?: GivenCode) => ({ type: 'CheckIn', data: { by: 'customer', code } }) as const;
    given([requested]).when(checkIn(), at).thenRejects('booking.wrong_code');
    given([requested]).when(checkIn('wrong'), at).thenRejects('booking.wrong_code');
    given([requested]).when(checkIn('right'), at).then([checkedIn]);
    given([requested])
      .when({ type: 'CheckIn', data: { by: 'business' } }, at)
      .then([checkedIn]);
    given([requested])
      .when({ type: 'CheckIn', data: { by: 'business', code: 'right' } }, at)
      .then([checkedIn]);
    given([requested])
      .when({ type: 'CheckIn', data: { by: 'business', code: 'wrong' } }, at)
      .thenRejects('booking.wrong_code');
  });

  it('keeps a note', () => {
    const changed = { type: 'BookingDetailsChanged', data: { ...subject, note: 'by the window' } } as const;
    const change = { type: 'ChangeBookingDetails', data: { by: 'customer', note: 'by the window' } } as const;
    given([requested]).when(change).then([changed]);
    given([requested, changed]).when(change).thenNothing();
    given([requested, changed])
      .when({ type: 'ChangeBookingDetails', data: { by: 'customer' } })
      .thenNothing();
  });
});

describe('a hold that nobody answers for', () => {
  it('is renounced for good, whether there is a booking or not', () => {
    given([]).when(renounce('first hold')).then([abandoned]);
    given([abandoned]).when(requestIt).thenRejects('booking.abandoned');

    const forfeited = { type: 'BookingHoldForfeited', data: { ...subject, holdId: 'second hold' } } as const;
    given([requested]).when(renounce('second hold')).then([forfeited]);
    given([requested, forfeited]).when(reschedule).thenRejects('booking.abandoned');
    given([requested, cancelled, forfeited]).when(undo).thenRejects('booking.abandoned');
  });

  it('is no change that anybody sees, until another follows', () => {
    const forfeited = { type: 'BookingHoldForfeited', data: { ...subject, holdId: 'second hold' } } as const;
    expect(fold([requested, forfeited, forfeited])).toMatchObject({ unseen: 2 });
    expect(fold([requested, forfeited, rescheduled, forfeited])).toMatchObject({ unseen: 1 });
    expect(fold([requested, forfeited, cancelled])).toMatchObject({ unseen: 0 });
  });

  it('is not renounced twice, nor once it was taken up', () => {
    given([abandoned]).when(renounce('first hold')).thenNothing();
    given([requested]).when(renounce('first hold')).thenNothing();
    given([requested, rescheduled]).when(renounce('first hold')).thenNothing();
  });

  it.each<[BookingStatus, readonly Unbranded<BookingEvent>[], boolean]>([
    ['confirmed', [requested], true],
    ['cancelled', [requested, cancelled], false],
  ])('belongs to a booking that is %s: %#', (_, events, owned) => {
    expect(ownsHold(fold(events), id('yuki'), id('first hold'))).toBe(owned);
    expect(ownsHold(fold(events), id('somebody else'), id('first hold'))).toBe(false);
  });
});
