import type { Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Booking, type BookingStep } from './booking.decider';
import type { BookingEvent, Uncovering } from './booking.events';

const { given, fold } = specify(Booking.decider);

const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const place = {
  holdId: 'first hold',
  resourceIds: ['yuki'],
  locationId: null,
  start: '2026-04-10T09:00:00Z',
  end: '2026-04-10T10:00:00Z',
};
const terms = {
  freeUntilHours: 24,
  lateFee: null,
  noShowFee: null,
  pendingExpiryMinutes: 1440,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoCompleteMinutes: null,
  depositRule: null,
  holdMinutes: 15,
  reminderHours: [],
};
const requested = {
  type: 'BookingRequested',
  data: {
    ...subject,
    ...place,
    serviceId: 'haircut',
    serviceName: 'Haircut',
    price: { amount: 8000, currency: 'JPY' },
    partySize: 1,
    userId: 'hanako@yoyaku',
    note: null,
    terms,
    status: 'confirmed',
    pendingFor: [],
    expiresAt: null,
    overridden: [],
  },
} as const satisfies Unbranded<BookingEvent>;
const later = { ...place, holdId: 'second hold', start: '2026-04-11T09:00:00Z', end: '2026-04-11T10:00:00Z' };
const moved = { type: 'BookingRescheduled', data: { ...subject, ...later, previous: place, agreed: null } } as const;

const blocked = { reason: 'blocked', of: 'dentist' } as const;
const dayOff = { reason: 'exception', of: 'day off' } as const;
type Cause = Pick<Unbranded<Uncovering>, 'reason' | 'of'>;

const raised = (cause: Cause) =>
  ({ type: 'AttentionRaised', data: { ...subject, ...cause, change: 'change' } }) as const;
const cleared = (cause: Cause, kept = false) =>
  ({ type: 'AttentionCleared', data: { ...subject, ...cause, kept } }) as const;
const look = (causes: readonly Cause[], at = place): Unbranded<BookingStep> => ({
  type: 'NoteUncovered',
  data: { place: at, causes, change: 'change' },
});
const keep = { type: 'KeepBooking', data: { by: 'business' } } as const;

describe('a booking', () => {
  it('needs attention for each thing that it is left without, once, and no more when it has it again', () => {
    given([requested]).when(look([])).thenNothing();
    given([requested])
      .when(look([blocked, dayOff]))
      .then([raised(blocked), raised(dayOff)]);
    given([requested, raised(blocked)])
      .when(look([blocked]))
      .thenNothing();
    given([requested, raised(blocked)])
      .when(look([dayOff]))
      .then([raised(dayOff), cleared(blocked)]);
    const meeting = { reason: 'blocked', of: 'meeting' } as const;
    given([requested, raised(blocked)])
      .when(look([blocked, meeting]))
      .then([raised(meeting)]);
    given([requested, raised(blocked), cleared(blocked)])
      .when(look([blocked]))
      .then([raised(blocked)]);
  });

  it('is kept: what it is left without is no matter any more, until that has ended and comes back', () => {
    given([requested, raised(blocked)])
      .when(keep)
      .then([cleared(blocked, true)]);
    given([requested]).when(keep).thenNothing();
    const kept = [requested, raised(blocked), cleared(blocked, true)];
    given(kept).when(keep).thenNothing();
    given(kept)
      .when(look([blocked]))
      .thenNothing();
    given(kept)
      .when(look([blocked, dayOff]))
      .then([raised(dayOff)]);
    given(kept)
      .when(look([]))
      .then([cleared(blocked)]);
    given([...kept, cleared(blocked)])
      .when(look([blocked]))
      .then([raised(blocked)]);
    given([requested, raised(blocked)])
      .when({ ...keep, data: { by: 'customer' } })
      .thenRejects('booking.forbidden');
  });

  it('needs none for hours that were set aside when it was made', () => {
    const overridden = { ...requested, data: { ...requested.data, overridden: ['hours'] as const } };
    given([overridden])
      .when(look([dayOff, blocked]))
      .then([raised(blocked)]);
  });

  it('that was moved meanwhile is not judged by where it was', () => {
    given([requested, raised(blocked), moved])
      .when(look([blocked, dayOff]))
      .thenNothing();
    given([requested, raised(blocked), moved])
      .when(look([], later))
      .then([cleared(blocked)]);
  });

  it('that is over or given up needs none', () => {
    const needy = [requested, raised(blocked), raised(dayOff)];
    const by = 'business' as const;
    const end = '2026-04-10T10:00:00Z';
    for (const [command, at] of [
      [{ type: 'CancelBooking', data: { by, reason: null } }, '2026-04-09T00:00:00Z'],
      [{ type: 'CompleteBooking', data: { by } }, end],
      [{ type: 'MarkNoShow', data: { by } }, end],
    ] as const) {
      given(needy)
        .when(command, at)
        .thenState((state) => expect(state).toMatchObject({ attention: [], kept: [] }));
    }
    const cancelled = {
      type: 'BookingCancelled',
      data: { ...subject, ...place, by, reason: null, fee: null },
    } as const;
    given([requested, cancelled])
      .when(look([blocked]))
      .thenNothing();
    given([])
      .when(look([blocked]))
      .thenNothing();
  });

  it('is no other to its customer, whose tag stays good', () => {
    const { unseen } = Booking;
    expect(unseen?.(fold([requested]))).toBe(0);
    expect(unseen?.(fold([requested, raised(blocked), cleared(blocked, true)]))).toBe(2);
    expect(unseen?.(fold([requested, raised(blocked), moved]))).toBe(0);
  });
});
