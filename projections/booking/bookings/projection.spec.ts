import type { AgendaEvent, BookingEvent } from '@yoyaku/booking/events';
import { type Unbranded } from '@yoyaku/kernel';
import { type GivenEvent, runProjection } from '@yoyaku/projecting';
import { bookingsProjection } from './projection';

const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const place = {
  holdId: 'first',
  resourceIds: ['yuki'],
  locationId: 'ginza',
  start: '2027-04-01T09:00:00Z',
  end: '2027-04-01T10:00:00Z',
};
const price = { amount: 8000, currency: 'JPY' };
const dearer = { amount: 9000, currency: 'JPY' };
const terms = {
  freeUntilHours: 0,
  lateFee: null,
  noShowFee: null,
  pendingExpiryMinutes: 60,
  checkInFromMinutes: 120,
  noShowAfterMinutes: 15,
  autoCompleteMinutes: 30,
  depositRule: null,
  holdMinutes: 15,
  reminderHours: [24, 2],
};
const notByTheClock = { ...terms, autoCompleteMinutes: null };
type Given = GivenEvent<BookingEvent | Unbranded<AgendaEvent>>;
/** As an event of the store would have what somebody wrote: sealed. */
const written = (event: Unbranded<BookingEvent> | Unbranded<AgendaEvent>, field: string): Given => {
  const box = String((event.data as Record<string, unknown>)[field]);
  return { ...event, id: 'event', sealed: { fields: [field], data: { subject: 'hanako', box }, actor: null } };
};
const sealed = (box: string) => ({ subject: 'hanako', box, eventId: 'event' });
const requested = written(
  {
    type: 'BookingRequested',
    data: {
      ...subject,
      ...place,
      serviceId: 'haircut',
      serviceName: 'Haircut',
      price,
      partySize: 2,
      userId: 'user',
      note: 'by the window',
      terms,
      overridden: [],
      status: 'pending',
      pendingFor: ['approval', 'deposit'],
      expiresAt: '2027-03-01T00:00:00Z',
    },
  },
  'note',
);
const row = {
  kind: 'booking',
  id: 'booking',
  businessId: 'salon',
  customerId: 'hanako',
  userId: 'user',
  serviceId: 'haircut',
  serviceName: 'Haircut',
  title: null,
  resourceIds: ['yuki'],
  locationId: 'ginza',
  startsAt: place.start,
  endsAt: place.end,
  status: 'pending',
  price,
  partySize: 2,
  note: sealed('by the window'),
  reason: null,
  fee: null,
  expiresAt: '2027-03-01T00:00:00Z',
  pendingFor: ['approval', 'deposit'],
  terms,
  attention: [],
  kept: [],
  revision: 0,
  createdAt: '2026-04-01T00:00:00Z',
  updatedAt: '2026-04-01T00:00:00Z',
};
const rowsAfter = (...events: Given[]) =>
  runProjection(
    bookingsProjection,
    events.map((event) => ({
      stream: event.type.startsWith('Appointment') ? 'agenda-user' : 'booking-booking',
      ...event,
    })),
  ).bookings;

describe('the bookings projection', () => {
  it('holds a booking as it was requested', () => expect(rowsAfter(requested)).toEqual([row]));

  it.each<[Given, object]>([
    [
      { type: 'BookingConfirmed', data: subject },
      { status: 'confirmed', pendingFor: [], expiresAt: null },
    ],
    [
      {
        type: 'BookingPartlyConfirmed',
        data: { ...subject, settled: 'deposit', pendingFor: ['approval'], expiresAt: '2027-03-02T00:00:00Z' },
      },
      { pendingFor: ['approval'], expiresAt: '2027-03-02T00:00:00Z' },
    ],
    [
      written({ type: 'BookingDeclined', data: { ...subject, ...place, reason: 'full' } }, 'reason'),
      { status: 'declined', reason: sealed('full') },
    ],
    [{ type: 'BookingExpired', data: { ...subject, ...place } }, { status: 'expired' }],
    [
      written(
        { type: 'BookingCancelled', data: { ...subject, ...place, by: 'customer', reason: 'ill', fee: price } },
        'reason',
      ),
      { status: 'cancelled', reason: sealed('ill'), fee: price },
    ],
    [
      { type: 'BookingCancellationUndone', data: { ...subject, ...place, status: 'confirmed', expiresAt: null } },
      { status: 'confirmed', reason: null, fee: null },
    ],
    [
      {
        type: 'BookingCancellationUndone',
        data: { ...subject, ...place, status: 'pending', expiresAt: '2027-03-02T00:00:00Z' },
      },
      { expiresAt: '2027-03-02T00:00:00Z' },
    ],
    [
      {
        type: 'BookingRescheduled',
        data: {
          ...subject,
          ...place,
          resourceIds: ['ken'],
          locationId: 'shibuya',
          start: '2027-04-01T11:00:00Z',
          end: '2027-04-01T12:00:00Z',
          previous: place,
          agreed: { price: dearer, terms: notByTheClock, status: 'confirmed', pendingFor: [], expiresAt: null },
        },
      },
      {
        resourceIds: ['ken'],
        locationId: 'shibuya',
        startsAt: '2027-04-01T11:00:00Z',
        endsAt: '2027-04-01T12:00:00Z',
        terms: notByTheClock,
        price: dearer,
        status: 'confirmed',
        pendingFor: [],
        expiresAt: null,
      },
    ],
    [
      // A move of an earlier build.
      {
        type: 'BookingRescheduled',
        data: { ...subject, ...place, start: '2027-02-01T00:00:00Z', previous: place, agreed: null },
      },
      { startsAt: '2027-02-01T00:00:00Z', expiresAt: '2027-02-01T00:00:00Z' },
    ],
    [{ type: 'BookingDetailsChanged', data: { ...subject, note: null } }, { note: null }],
    [{ type: 'BookingCheckedIn', data: subject }, { status: 'checked_in' }],
    [
      { type: 'BookingCompleted', data: { ...subject, serviceId: 'haircut', start: place.start, price } },
      { status: 'completed' },
    ],
    [
      { type: 'BookingMarkedNoShow', data: { ...subject, start: place.start, fee: price } },
      { status: 'no_show', fee: price },
    ],
    [
      {
        type: 'BookingOutcomeCorrected',
        data: {
          ...subject,
          serviceId: 'haircut',
          start: place.start,
          price,
          from: 'completed',
          to: 'no_show',
          reason: 'x',
          fee: price,
        },
      },
      { status: 'no_show', fee: price },
    ],
  ])('follows $type', (event, change) => {
    const at = '2026-04-02T00:00:00Z';
    expect(rowsAfter(requested, { ...event, at })).toEqual([{ ...row, ...change, revision: 1, updatedAt: at }]);
  });

  it('holds why a booking needs attention, until that is cleared, and with what it is kept', () => {
    const [blocked, holiday] = [
      { reason: 'blocked', of: 'dentist' },
      { reason: 'holiday', of: 'salon' },
    ] as const;
    const raised = (cause: typeof blocked | typeof holiday): Given => ({
      type: 'AttentionRaised',
      data: { ...subject, ...cause, change: 'change' },
    });
    const cleared = (cause: typeof blocked | typeof holiday, kept: boolean): Given => ({
      type: 'AttentionCleared',
      data: { ...subject, ...cause, kept },
    });
    const stands = { ...blocked, change: 'change', at: '2026-04-01T00:00:00Z' };
    expect(rowsAfter(requested, raised(blocked), raised(holiday), cleared(holiday, true))).toMatchObject([
      { attention: [stands], kept: [holiday] },
    ]);
    expect(rowsAfter(requested, raised(blocked), cleared(blocked, true), cleared(blocked, false))).toMatchObject([
      { attention: [], kept: [] },
    ]);
  });

  it('is as of every event of the booking, also of one that it has no use for', () => {
    const forfeited: Unbranded<BookingEvent> = { type: 'BookingHoldForfeited', data: { ...subject, holdId: 'second' } };
    expect(rowsAfter(requested, forfeited)).toEqual([{ ...row, revision: 1 }]);
  });

  it('holds private appointments', () => {
    const appointment = {
      appointmentId: 'dentist',
      userId: 'user',
      title: 'Dentist',
      start: place.start,
      end: place.end,
    };
    const planned = written({ type: 'AppointmentPlanned', data: appointment }, 'title');
    expect(rowsAfter(planned)).toMatchObject([
      { kind: 'appointment', id: 'dentist', userId: 'user', businessId: null, title: sealed('Dentist') },
    ]);
    expect(
      rowsAfter(
        planned,
        written({ type: 'AppointmentChanged', data: { ...appointment, title: 'Dr. Sato' } }, 'title'),
        { type: 'AppointmentCancelled', data: { appointmentId: 'dentist', userId: 'user' } },
      ),
    ).toMatchObject([{ title: sealed('Dr. Sato'), status: 'cancelled' }]);
  });

  it('knows where the resources of bookings are, the removed ones too', () => {
    const resource = {
      resourceId: 'yuki',
      businessId: 'salon',
      kind: 'staff',
      name: 'Yuki',
      description: null,
    } as const;
    const details = { ...resource, capacity: 1, userId: null };
    const stream = 'resource-yuki';
    const placesAfter = (...locationIds: (string | null)[]) =>
      runProjection(
        bookingsProjection,
        locationIds.map((locationId, i) => {
          const type = i === 0 ? 'ResourceCreated' : 'ResourceChanged';
          return { type, data: { ...details, locationId }, stream };
        }),
      ).bookingPlaces;
    expect(placesAfter('ginza')).toEqual([{ id: 'yuki', locationIds: ['ginza'] }]);
    expect(placesAfter('ginza', null)).toEqual([{ id: 'yuki', locationIds: [] }]);
  });

  it('knows where services are, which without requirements are the resources of their bookings', () => {
    const details = { name: 'Tour', durationMinutes: 60, price, requirements: [], overrides: [] };
    const at = (type: 'ServiceCreated' | 'ServiceChanged', locationIds: string[]) =>
      ({
        type,
        data: { serviceId: 'tour', businessId: 'salon', ...details, locationIds },
        stream: 'service-tour',
      }) as never;
    const [created, changed] = [at('ServiceCreated', ['ginza', 'shibuya']), at('ServiceChanged', [])];
    const placesAfter = (...events: never[]) => runProjection(bookingsProjection, events).bookingPlaces;
    expect(placesAfter(created)).toEqual([{ id: 'tour', locationIds: ['ginza', 'shibuya'] }]);
    expect(placesAfter(created, changed)).toEqual([{ id: 'tour', locationIds: [] }]);
  });
});
