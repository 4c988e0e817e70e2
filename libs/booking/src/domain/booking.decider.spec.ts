import { type Instant, instant, type OfType, type Unbranded } from '@yoyaku/kernel';
import { id, specify } from '@yoyaku/kernel/specification';
import { Booking, type BookingCommand, type BookingStatus, ownsHold } from './booking.decider';
import type { BookingEvent, Place } from './booking.events';

const { given, fold } = specify(Booking.decider);

const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const place: Unbranded<Place> = {
  holdId: 'first hold',
  resourceIds: ['yuki', 'room 1'],
  start: '2026-04-10T09:00:00Z',
  end: '2026-04-10T10:00:00Z',
};
const later: Unbranded<Place> = {
  ...place,
  holdId: 'second hold',
  start: '2026-04-11T09:00:00Z',
  end: '2026-04-11T10:00:00Z',
};
const yen = (amount: number) => ({ amount, currency: 'JPY' });

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
  terms: { freeUntilHours: 24, lateFee: { percent: 50 }, noShowFee: { amount: yen(3000) } },
  status: 'confirmed',
  expiresAt: null,
};
const requested = { type: 'BookingRequested', data: request } as const;
const pending = {
  type: 'BookingRequested',
  data: { ...request, status: 'pending', expiresAt: '2026-04-02T00:00:00Z' },
} as const;
const confirmed = { type: 'BookingConfirmed', data: subject } as const;
const cancelled = {
  type: 'BookingCancelled',
  data: { ...subject, ...place, by: 'customer', reason: 'ill', fee: null },
} as const;
const rescheduled = { type: 'BookingRescheduled', data: { ...subject, ...later, previous: place } } as const;
const undone = {
  type: 'BookingCancellationUndone',
  data: { ...subject, ...place, holdId: 'second hold', status: 'confirmed' },
} as const;
const abandoned = {
  type: 'BookingAbandoned',
  data: { bookingId: 'booking', businessId: 'salon', holdId: 'first hold' },
} as const;

const requestIt = { type: 'RequestBooking', data: request } as const;
const cancel = { type: 'CancelBooking', data: { by: 'customer', reason: 'ill' } } as const;
const reschedule = { type: 'RescheduleBooking', data: { ...later, by: 'customer', from: 'first hold' } } as const;
const undo = { type: 'UndoCancellation', data: { holdId: 'second hold' } } as const;
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
    given([pending]).when({ type: 'ConfirmBooking', data: {} }).then([confirmed]);
    given([pending, confirmed]).when({ type: 'ConfirmBooking', data: {} }).thenNothing();
    given([pending])
      .when({ type: 'DeclineBooking', data: { reason: 'full' } })
      .then([{ type: 'BookingDeclined', data: { ...subject, ...place, reason: 'full' } }]);
  });

  it('expires when nobody approved it in time, not sooner', () => {
    const expire = { type: 'ExpireBooking', data: {} } as const;
    const expired = { type: 'BookingExpired', data: { ...subject, ...place } } as const;
    given([pending]).when(expire, '2026-04-02T00:00:00Z').then([expired]);
    given([pending]).when(expire, '2026-04-01T23:59:59Z').thenRejects('booking.not_due');
    given([pending, confirmed]).when(expire, '2026-04-02T00:00:00Z').thenRejects('booking.invalid_transition');
  });

  it('is cancelled free of charge in time, for a fee when late', () => {
    given([requested]).when(cancel).then([cancelled]);
    given([requested])
      .when(cancel, ON_THE_DAY_BEFORE)
      .then([{ ...cancelled, data: { ...cancelled.data, fee: yen(4000) } }]);
    given([requested])
      .when({ type: 'CancelBooking', data: { by: 'business', reason: null } }, ON_THE_DAY_BEFORE)
      .then([{ ...cancelled, data: { ...cancelled.data, by: 'business', reason: null, fee: null } }]);
  });

  it('comes back when its cancellation is undone, with a hold of its own', () => {
    given([requested, cancelled]).when(undo).then([undone]);
    given([requested, cancelled, undone]).when(undo).thenNothing();
    given([requested, cancelled]).when(undo, AFTERWARDS).thenRejects('booking.already_started');
    const state = fold([requested, cancelled, undone]);
    expect(ownsHold(state, id('yuki'), id('second hold'))).toBe(true);
    expect(ownsHold(state, id('yuki'), id('first hold'))).toBe(false);
  });

  it('moves to another time and gives the old one up', () => {
    given([requested]).when(reschedule).then([rescheduled]);
    given([requested, rescheduled]).when(reschedule).thenNothing();
    given([requested])
      .when({
        type: 'RescheduleBooking',
        data: { ...place, holdId: 'second hold', by: 'customer', from: 'first hold' },
      })
      .thenNothing();
    const state = fold([requested, rescheduled]);
    expect(state).toMatchObject({ ...later, renounced: ['first hold'] });
    expect(ownsHold(state, id('yuki'), id('second hold'))).toBe(true);
  });

  it('is moved only from where it was when somebody wanted to move it', () => {
    const third = { ...later, holdId: 'third hold', start: '2026-04-12T09:00:00Z', end: '2026-04-12T10:00:00Z' };
    const moveAgain = { type: 'RescheduleBooking', data: { ...third, by: 'customer', from: 'first hold' } } as const;
    given([requested, rescheduled]).when(moveAgain).thenRejects('booking.changed_meanwhile');
    given([requested, cancelled, undone]).when(moveAgain).thenRejects('booking.changed_meanwhile');
  });

  it('is moved late by the business only', () => {
    given([requested]).when(reschedule, ON_THE_DAY_BEFORE).thenRejects('booking.too_late_to_change');
    given([requested])
      .when({ type: 'RescheduleBooking', data: { ...later, by: 'business', from: 'first hold' } }, ON_THE_DAY_BEFORE)
      .then([rescheduled]);
    given([requested])
      .when({ type: 'RescheduleBooking', data: { ...later, by: 'business', from: 'first hold' } }, AFTERWARDS)
      .thenRejects('booking.already_started');
  });

  it('charges for not showing up', () => {
    given([requested])
      .when({ type: 'MarkNoShow', data: {} })
      .then([{ type: 'BookingMarkedNoShow', data: { ...subject, start: place.start, fee: yen(3000) } }]);
  });

  it('keeps a note', () => {
    const changed = { type: 'BookingDetailsChanged', data: { ...subject, note: 'by the window' } } as const;
    const change = { type: 'ChangeBookingDetails', data: { note: 'by the window' } } as const;
    given([requested]).when(change).then([changed]);
    given([requested, changed]).when(change).thenNothing();
    given([requested, changed]).when({ type: 'ChangeBookingDetails', data: {} }).thenNothing();
  });

  const statusAfter: Record<BookingStatus, readonly Unbranded<BookingEvent>[]> = {
    pending: [pending],
    confirmed: [requested],
    checked_in: [requested, { type: 'BookingCheckedIn', data: subject }],
    completed: [
      requested,
      { type: 'BookingCompleted', data: { ...subject, serviceId: 'haircut', start: place.start, price: yen(8000) } },
    ],
    cancelled: [requested, cancelled],
    declined: [pending, { type: 'BookingDeclined', data: { ...subject, ...place, reason: null } }],
    no_show: [requested, { type: 'BookingMarkedNoShow', data: { ...subject, start: place.start, fee: null } }],
    expired: [pending, { type: 'BookingExpired', data: { ...subject, ...place } }],
  };
  const refusals: [Unbranded<BookingCommand>, BookingStatus[]][] = [
    [{ type: 'ConfirmBooking', data: {} }, ['checked_in', 'completed', 'cancelled', 'declined', 'no_show', 'expired']],
    [
      { type: 'DeclineBooking', data: { reason: null } },
      ['confirmed', 'checked_in', 'completed', 'cancelled', 'no_show', 'expired'],
    ],
    [cancel, ['checked_in', 'completed', 'declined', 'no_show', 'expired']],
    [undo, ['pending', 'confirmed', 'checked_in', 'completed', 'declined', 'no_show', 'expired']],
    [reschedule, ['checked_in', 'completed', 'cancelled', 'declined', 'no_show', 'expired']],
    [{ type: 'CheckIn', data: {} }, ['pending', 'completed', 'cancelled', 'declined', 'no_show', 'expired']],
    [{ type: 'CompleteBooking', data: {} }, ['pending', 'cancelled', 'declined', 'no_show', 'expired']],
    [{ type: 'MarkNoShow', data: {} }, ['pending', 'checked_in', 'completed', 'cancelled', 'declined', 'expired']],
    [
      { type: 'ChangeBookingDetails', data: { note: 'x' } },
      ['completed', 'cancelled', 'declined', 'no_show', 'expired'],
    ],
  ];
  it.each(
    refusals.flatMap(([command, statuses]) => statuses.map((status) => [command.type, status, command] as const)),
  )('refuses %s when %s', (_, status, command) =>
    given(statusAfter[status]).when(command).thenRejects('booking.invalid_transition'),
  );

  it.each(refusals.map(([command]) => [command.type, command] as const))(
    'knows no %s of what is not there',
    (_, command) => {
      given([]).when(command).thenRejects('booking.not_found');
      given([abandoned]).when(command).thenRejects('booking.not_found');
    },
  );
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
