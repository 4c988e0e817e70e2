import { deriveUuid } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { bookingsOf, isOfSeries, type MadeSeries, occurrenceId, Series } from './series.decider';

const { given } = specify(Series.decider);

const terms = {
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
};
const times = { start: '2027-04-01T03:00:00Z', end: '2027-04-01T04:00:00Z', locationId: null };
const data = {
  seriesId: 'weekly',
  businessId: 'salon',
  customerId: 'hanako',
  userId: null,
  serviceId: 'cut',
  serviceName: 'Cut',
  rrule: 'FREQ=WEEKLY;COUNT=1',
  start: times.start,
  timeZone: 'Asia/Tokyo',
  mode: 'all',
  partySize: 2,
  terms,
  occurrences: [
    {
      bookingId: 'first',
      resourceIds: ['yuki'],
      ...times,
      price: { amount: 8000, currency: 'JPY' },
      pendingFor: ['approval'],
    },
  ],
  skipped: [],
} as const;
const ids = { seriesId: 'weekly', businessId: 'salon' };
const request = { type: 'RequestSeries', data } as const;
const abandon = { type: 'AbandonSeries', data: ids } as const;
const requested = { type: 'SeriesRequested', data } as const;
const abandoned = { type: 'SeriesAbandoned', data: ids } as const;

describe('a series', () => {
  it('is made once, or never', () => {
    given([]).when(request).then([requested]);
    given([requested]).when(request).thenNothing();
    given([abandoned]).when(request).thenRejects('booking.abandoned');
    given([]).when(abandon).then([abandoned]);
    given([abandoned]).when(abandon).thenNothing();
    given([requested]).when(abandon).thenNothing();
  });

  it('has a booking for each time, held by the series', () => {
    const made = { ...data, requestedAt: '2027-04-01T01:30:00Z' } as unknown as MadeSeries;
    expect(bookingsOf(made)).toMatchObject([
      { data: { bookingId: 'first', holdId: 'weekly', status: 'pending', expiresAt: '2027-04-01T02:30:00Z' } },
    ]);
  });

  it('knows its own holds', () => {
    const [seriesId, other] = [deriveUuid('a series'), deriveUuid('another')];
    expect(isOfSeries(occurrenceId(seriesId, 365), seriesId)).toBe(true);
    expect(isOfSeries(occurrenceId(seriesId, 366), seriesId)).toBe(false);
    expect(isOfSeries(occurrenceId(other, 0), seriesId)).toBe(false);
  });
});
