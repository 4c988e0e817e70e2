import type { SeriesEvent } from '@yoyaku/booking/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { seriesProjection } from './projection';

const [seriesId, businessId, id] = ['01', '02', '03'].map((end) => `01900000-0000-7000-8000-0000000000${end}`) as [
  string,
  string,
  string,
];
const asked = {
  businessId,
  customerId: id,
  userId: null,
  serviceId: id,
  rrule: 'FREQ=WEEKLY;COUNT=2',
  start: '2027-04-01T03:00:00Z',
  timeZone: 'Asia/Tokyo',
  mode: 'available',
  partySize: 1,
  skipped: [{ start: '2027-04-08T03:00:00Z', code: 'booking.slot_taken' }],
} as const;
const requested: Unbranded<SeriesEvent> = {
  type: 'SeriesRequested',
  data: {
    seriesId,
    ...asked,
    serviceName: 'Cut',
    terms: {
      freeUntilHours: 24,
      lateFee: null,
      noShowFee: null,
      pendingExpiryMinutes: 60,
      checkInFromMinutes: 120,
      noShowAfterMinutes: 15,
      autoCompleteMinutes: null,
      depositRule: null,
      holdMinutes: 15,
      reminderHours: [24, 2],
    },
    occurrences: [
      {
        bookingId: id,
        locationId: null,
        resourceIds: [id],
        start: '2027-04-01T03:00:00Z',
        end: '2027-04-01T04:00:00Z',
        price: { amount: 8000, currency: 'JPY' },
        pendingFor: [],
      },
    ],
  },
};

const rowsAfter = (...events: Unbranded<SeriesEvent>[]) =>
  runProjection(
    seriesProjection,
    events.map((event) => ({ ...event, stream: `series-${seriesId}` })),
  ).series;

describe('the series projection', () => {
  it('holds what was asked for, and which bookings came of it', () =>
    expect(rowsAfter(requested)).toMatchObject([{ id: seriesId, ...asked, bookingIds: [id], revision: 0 }]));

  it('holds none that was never made', () =>
    expect(rowsAfter({ type: 'SeriesAbandoned', data: { seriesId, businessId } })).toEqual([]));
});
