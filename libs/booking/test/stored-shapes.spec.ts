import { EventCodec, type EventMetadata, type StoredEvent } from '@yoyaku/eventing';
import { evolve, instant, type Uuid, uuid } from '@yoyaku/kernel';
import { fixedKeys } from '@yoyaku/testing';
import { Booking, type BookingState } from '../src';
import { Series } from '../src/domain/series.decider';
import type { BookingEvent } from '../src/events';

const ids = {
  bookingId: uuid('01900000-0000-7000-8000-000000000040'),
  businessId: uuid('01900000-0000-7000-8000-000000000001'),
  customerId: uuid('01900000-0000-7000-8000-000000000030'),
};
const holdId = uuid('01900000-0000-7000-8000-000000000050');
const place = {
  holdId,
  resourceIds: [uuid('01900000-0000-7000-8000-000000000060')],
  start: '2026-05-01T09:00:00Z',
  end: '2026-05-01T10:00:00Z',
};
const metadata: EventMetadata = {
  tenantId: ids.businessId,
  actor: { id: null, role: 'user' },
  correlationId: 'a',
  causationId: 'a',
  commandId: ids.bookingId,
  occurredAt: instant('2026-04-01T00:00:00Z'),
  schemaVersion: 1,
  prevHash: null,
  hash: 'a',
};
const stored = (revision: number, type: string, data: object, schemaVersion = 1): StoredEvent => ({
  id: uuid(`01900000-0000-7000-8000-00000000010${revision}`),
  stream: `booking-${ids.bookingId}`,
  revision,
  position: BigInt(revision),
  type,
  data: { ...ids, ...place, ...data },
  metadata: { ...metadata, schemaVersion },
});

/** As events of the first version stand in stores. */
const requested = (terms: object | null) =>
  stored(0, 'BookingRequested', {
    serviceId: uuid('01900000-0000-7000-8000-000000000070'),
    serviceName: 'Haircut',
    price: { amount: 8000, currency: 'JPY' },
    partySize: 1,
    userId: null,
    note: null,
    terms,
    status: 'pending',
    expiresAt: '2026-04-30T00:00:00Z',
  });
const moved = stored(1, 'BookingRescheduled', {
  start: '2026-04-20T09:00:00Z',
  end: '2026-04-20T10:00:00Z',
  previous: place,
});
const cancelled = stored(2, 'BookingCancelled', { by: 'customer', reason: null, fee: null });
const undone = stored(3, 'BookingCancellationUndone', { status: 'pending' });

const codec = new EventCodec([Booking, Series], fixedKeys(Buffer.alloc(32, 7)));
const stateAfter = async (...events: StoredEvent[]): Promise<BookingState> =>
  (await codec.openAll(events)).reduce(
    (state, event) => evolve(Booking.decider, state, event as typeof event & BookingEvent),
    Booking.decider.initial,
  );

it('bookings and series of the build that did not say when their customers are reminded say that they do not', async () => {
  const terms = { freeUntilHours: 24, lateFee: null, noShowFee: null, pendingExpiryMinutes: 60, holdMinutes: 15 };
  const { data } = requested(null);
  const made = stored(0, 'BookingRequested', { ...data, terms, locationId: null, pendingFor: ['approval'] }, 5);
  const agreed = { price: data.price, terms, status: 'confirmed', pendingFor: [], expiresAt: null };
  const again = stored(1, 'BookingRescheduled', { ...moved.data, locationId: null, agreed }, 5);
  const unsaid = { terms: { ...terms, reminderHours: null } };
  expect(await stateAfter(made)).toMatchObject({ status: 'pending', ...unsaid });
  expect(await stateAfter(made, again)).toMatchObject({ status: 'confirmed', ...unsaid });
  const requestedSeries = stored(0, 'SeriesRequested', { terms, occurrences: [], skipped: [] });
  const [series] = await codec.openAll([{ ...requestedSeries, stream: `series-${ids.bookingId}` }]);
  expect(series?.data).toMatchObject(unsaid);
});

describe('bookings of the build that asked for no deposits', () => {
  const terms = {
    freeUntilHours: 24,
    lateFee: null,
    noShowFee: null,
    pendingExpiryMinutes: 60,
    checkInFromMinutes: 120,
    noShowAfterMinutes: 15,
    autoCompleteMinutes: 30,
  };
  const ofThatBuild = (event: StoredEvent, data: object): StoredEvent => ({
    ...event,
    data: { ...event.data, locationId: null, ...data },
    metadata: { ...metadata, schemaVersion: 4 },
  });

  it('wait for approval alone, also when they were moved', async () => {
    const made = ofThatBuild(requested(terms), { overridden: [] });
    const alone = { terms: { ...terms, depositRule: null, holdMinutes: 15 }, pendingFor: ['approval'] };
    expect(await stateAfter(made)).toMatchObject({ status: 'pending', ...alone });
    const price = { amount: 9000, currency: 'JPY' };
    const agreed = { price, terms, status: 'confirmed', expiresAt: null };
    expect(
      await stateAfter(made, ofThatBuild(moved, { previous: { ...place, locationId: null }, agreed })),
    ).toMatchObject({
      status: 'confirmed',
      terms: alone.terms,
      pendingFor: [],
    });
  });
});

describe('bookings of the build that had no clock which completes them', () => {
  const terms = {
    freeUntilHours: 24,
    lateFee: null,
    noShowFee: null,
    pendingExpiryMinutes: 60,
    checkInFromMinutes: 120,
    noShowAfterMinutes: 15,
  };
  const ofThatBuild = (event: StoredEvent, data: object): StoredEvent => ({
    ...event,
    data: { ...event.data, ...data },
    metadata: { ...metadata, schemaVersion: 2 },
  });

  it('are completed by people, also when they were moved', async () => {
    const made = ofThatBuild(requested(terms), { overridden: ['notice'] });
    const byPeople = { terms: { ...terms, autoCompleteMinutes: null } };
    expect(await stateAfter(made)).toMatchObject({ ...byPeople, overridden: ['notice'] });
    const price = { amount: 9000, currency: 'JPY' };
    const agreed = { price, terms: { ...terms, freeUntilHours: 12 }, status: 'confirmed', expiresAt: null };
    expect(await stateAfter(made, ofThatBuild(moved, { agreed }))).toMatchObject({
      price,
      terms: { ...byPeople.terms, freeUntilHours: 12 },
    });
    expect(await stateAfter(made, ofThatBuild(moved, { agreed: null }))).toMatchObject(byPeople);
  });
});

describe('bookings of the build that did not name their terms', () => {
  it('are under the policy of their day, and under the settings that all businesses had', async () => {
    const policy = { freeUntilHours: 24, lateFee: { percent: 50 }, noShowFee: { percent: 100 } };
    const settings = { pendingExpiryMinutes: 1440, checkInFromMinutes: 120, noShowAfterMinutes: 15 };
    expect(await stateAfter(requested(policy))).toMatchObject({ terms: { ...policy, ...settings }, overridden: [] });
    const none = { freeUntilHours: 0, lateFee: null, noShowFee: null };
    expect(await stateAfter(requested(null))).toMatchObject({ terms: { ...none, ...settings } });
  });

  it('lapse at the latest when they start', async () => {
    const late = requested(null);
    const outliving = { ...late, data: { ...late.data, expiresAt: '2026-05-02T00:00:00Z' } };
    expect(await stateAfter(outliving)).toMatchObject({ status: 'pending', expiresAt: place.start });
  });

  it('keep price and status when they were moved, and lapse at the latest when they start', async () => {
    const { price } = requested(null).data as { price: object };
    const kept = { price, status: 'pending', start: '2026-04-20T09:00:00Z', expiresAt: '2026-04-20T09:00:00Z' };
    expect(await stateAfter(requested(null), moved)).toMatchObject(kept);
    expect(await stateAfter(requested(null), moved, cancelled, undone)).toMatchObject({
      status: 'pending',
      expiresAt: '2026-04-20T09:00:00Z',
      holdId: holdId as Uuid,
    });
  });
});

it('bookings of the build that did not say where they are have no location, before and after their moves', async () => {
  const { data } = requested(null);
  const terms = { freeUntilHours: 0, lateFee: null, noShowFee: null, pendingExpiryMinutes: 60 };
  const agreed = { price: data.price, status: 'confirmed', expiresAt: null, terms };
  const made = stored(0, 'BookingRequested', { ...data, terms, overridden: ['hours'] }, 3);
  const moved = stored(1, 'BookingRescheduled', { start: '2026-04-20T09:00:00Z', previous: place, agreed }, 3);
  expect(await stateAfter(made)).toMatchObject({ locationId: null, overridden: ['hours'], terms });
  expect(await stateAfter(made, moved)).toMatchObject({ locationId: null, start: '2026-04-20T09:00:00Z' });
  const [, read] = await codec.openAll([made, moved]);
  expect(read?.data).toMatchObject({ locationId: null, previous: { ...place, locationId: null } });
});
