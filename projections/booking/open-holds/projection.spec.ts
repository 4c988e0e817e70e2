import type { BookingEvent, CalendarEvent, WaitlistEvent } from '@yoyaku/booking/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { openHoldsProjection } from './projection';

const subject = { bookingId: 'booking', businessId: 'salon', customerId: 'hanako' };
const place = {
  holdId: 'first',
  locationId: null,
  resourceIds: ['yuki', 'room'],
  start: '2027-04-01T09:00:00Z',
  end: '2027-04-01T10:00:00Z',
};
const moved = { ...place, holdId: 'second' };

const slotOf = (resourceId: string, holdId: string) => ({
  bookingId: 'booking',
  holdId,
  businessId: 'salon',
  resourceId,
  serviceId: 'haircut',
  start: place.start,
  end: place.end,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  partySize: 1,
  shared: false,
  alongside: null,
});
const reserved = (resourceId: string, holdId = 'first'): Unbranded<CalendarEvent> => ({
  type: 'SlotReserved',
  data: { ...slotOf(resourceId, holdId), capacity: 1 },
});
const released = (resourceId: string, holdId = 'first'): Unbranded<CalendarEvent> => ({
  type: 'SlotReleased',
  data: slotOf(resourceId, holdId),
});
const requested: Unbranded<BookingEvent> = {
  type: 'BookingRequested',
  data: {
    ...subject,
    ...place,
    serviceId: 'haircut',
    serviceName: 'Haircut',
    price: { amount: 1, currency: 'JPY' },
    partySize: 1,
    userId: null,
    note: null,
    terms: {
      freeUntilHours: 0,
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
    overridden: [],
    status: 'confirmed',
    pendingFor: [],
    expiresAt: null,
  },
};
const whole = [reserved('room'), reserved('yuki'), requested];

const openAfter = (...events: (Unbranded<CalendarEvent> | Unbranded<BookingEvent> | Unbranded<WaitlistEvent>)[]) =>
  runProjection(openHoldsProjection, events).openHolds.map(({ resourceId, holdId }) => `${resourceId} ${holdId}`);

describe('a hold is open', () => {
  it('from its reservation until its booking takes it up', () => {
    expect(openAfter(reserved('room'), reserved('yuki'))).toEqual(['room first', 'yuki first']);
    expect(openAfter(...whole)).toEqual([]);
  });

  it('on, when the booking is made without it', () => {
    expect(openAfter(reserved('ken'), ...whole)).toEqual(['ken first']);
  });

  it('from the moment its booking moves away until it is released', () => {
    const rescheduled: Unbranded<BookingEvent> = {
      type: 'BookingRescheduled',
      data: { ...subject, ...moved, previous: place, agreed: null },
    };
    const half = [...whole, reserved('room', 'second'), reserved('yuki', 'second')];
    expect(openAfter(...half)).toEqual(['room second', 'yuki second']);
    expect(openAfter(...half, rescheduled)).toEqual(['room first', 'yuki first']);
    expect(openAfter(...half, rescheduled, released('room'), released('yuki'))).toEqual([]);
  });

  it.each<Unbranded<BookingEvent>>([
    { type: 'BookingCancelled', data: { ...subject, ...place, by: 'customer', reason: null, fee: null } },
    { type: 'BookingDeclined', data: { ...subject, ...place, reason: null } },
    { type: 'BookingExpired', data: { ...subject, ...place } },
  ])('after $type, until it is released', (event) => {
    expect(openAfter(...whole, event)).toEqual(['room first', 'yuki first']);
    expect(openAfter(...whole, event, released('yuki'), released('room'))).toEqual([]);
  });

  it('while a cancellation is being undone', () => {
    const cancelled: Unbranded<BookingEvent> = {
      type: 'BookingCancelled',
      data: { ...subject, ...place, by: 'customer', reason: null, fee: null },
    };
    const undone: Unbranded<BookingEvent> = {
      type: 'BookingCancellationUndone',
      data: { ...subject, ...moved, status: 'confirmed', expiresAt: null },
    };
    const free = [...whole, cancelled, released('yuki'), released('room')];
    expect(openAfter(...free, reserved('yuki', 'second'))).toEqual(['yuki second']);
    expect(openAfter(...free, reserved('yuki', 'second'), reserved('room', 'second'), undone)).toEqual([]);
  });

  it('not while it is offered to somebody who waits, and again when the offer is over until it is released', () => {
    const entry = { entryId: 'booking', businessId: 'salon', serviceId: 'haircut', customerId: 'hanako' };
    const { price, terms, serviceName, partySize, pendingFor } = requested.data as typeof requested.data & {
      serviceName: string;
      price: { amount: number; currency: string };
      terms: never;
      partySize: number;
      pendingFor: never;
    };
    const offer = { ...place, serviceName, price, terms, pendingFor, expiresAt: place.start };
    const offered: Unbranded<WaitlistEvent> = {
      type: 'WaitlistSlotOffered',
      data: { ...entry, ...offer, userId: null, partySize },
    };
    const held = [reserved('room'), reserved('yuki'), offered];
    expect(openAfter(...held)).toEqual([]);
    const lapsed: Unbranded<WaitlistEvent> = {
      type: 'WaitlistOfferLapsed',
      data: { ...entry, ...place, serviceName, locationId: null },
    };
    expect(openAfter(...held, lapsed)).toEqual(['room first', 'yuki first']);
    expect(openAfter(...held, lapsed, released('yuki'), released('room'))).toEqual([]);
    const accepted: Unbranded<WaitlistEvent> = { type: 'WaitlistOfferAccepted', data: { ...entry, ...place } };
    expect(openAfter(...held, accepted)).toEqual(['room first', 'yuki first']);
    expect(openAfter(...held, accepted, requested)).toEqual([]);
    const left = (reservation: typeof place | null): Unbranded<WaitlistEvent> => ({
      type: 'WaitlistLeft',
      data: { ...entry, reason: 'customer', offer: reservation },
    });
    expect(openAfter(...held, left(place))).toEqual(['room first', 'yuki first']);
    expect(openAfter(left(null))).toEqual([]);
  });
});
