import { EventCodec, type EventMetadata, type StoredEvent } from '@yoyaku/eventing';
import { evolve, instant, type Uuid, uuid } from '@yoyaku/kernel';
import { rejection } from '@yoyaku/kernel/specification';
import { fixedKeys } from '@yoyaku/testing';
import { Calendar, type CalendarState } from '../src/domain/calendar.decider';
import type { CalendarEvent } from '../src/events';

const businessId = uuid('01900000-0000-7000-8000-000000000001');
const resourceId = uuid('01900000-0000-7000-8000-000000000060');
const metadata: EventMetadata = {
  tenantId: businessId,
  actor: { id: null, role: 'user' },
  correlationId: 'a',
  causationId: 'a',
  commandId: businessId,
  occurredAt: instant('2026-04-01T00:00:00Z'),
  schemaVersion: 1,
  prevHash: null,
  hash: 'a',
};
/** As slots of the first version stand in stores: they do not say whether strangers may join. */
const slot = {
  bookingId: uuid('01900000-0000-7000-8000-000000000040'),
  holdId: uuid('01900000-0000-7000-8000-000000000050'),
  businessId,
  resourceId,
  serviceId: uuid('01900000-0000-7000-8000-000000000070'),
  start: instant('2026-05-01T09:00:00Z'),
  end: instant('2026-05-01T10:00:00Z'),
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  partySize: 2,
};
const stored = (revision: number, type: string, data: object, schemaVersion = 1): StoredEvent => ({
  id: uuid(`01900000-0000-7000-8000-00000000020${revision}`),
  stream: `calendar-${resourceId}`,
  revision,
  position: BigInt(revision),
  type,
  data: { ...data },
  metadata: { ...metadata, schemaVersion },
});

const codec = new EventCodec([Calendar], fixedKeys(Buffer.alloc(32, 7)));
const stateAfter = async (...events: StoredEvent[]): Promise<CalendarState> =>
  (await codec.openAll(events)).reduce(
    (state, event) => evolve(Calendar.decider, state, event as typeof event & CalendarEvent),
    Calendar.decider.initial,
  );

const reserve =
  (state: CalendarState, shared: boolean, alongside: Uuid[] = []) =>
  () => {
    const other = { bookingId: 'b' as Uuid, holdId: 'b' as Uuid, partySize: 2, capacity: 4, shared, alongside };
    const data = { slots: [{ ...slot, ...other }] };
    return Calendar.decider.decide.ReserveSlots({ type: 'ReserveSlots', data, at: metadata.occurredAt }, state);
  };

describe('slots of the build that let everybody join a session', () => {
  it('are joined by who books a class, and kept whole from others', async () => {
    const state = await stateAfter(stored(0, 'SlotReserved', { ...slot, capacity: 4 }));
    expect(reserve(state, true)()).toHaveLength(1);
    expect(rejection(reserve(state, false))).toBe('booking.slot_taken');
  });

  it('are released', async () => {
    const events = [stored(0, 'SlotReserved', { ...slot, capacity: 4 }), stored(1, 'SlotReleased', slot)];
    expect((await stateAfter(...events)).entries).toEqual([]);
  });
});

/** As slots of the second version stand in stores: they do not say what else a session takes. */
it('a session of the build that knew no teams is joined by whoever books the class', async () => {
  const state = await stateAfter(stored(0, 'SlotReserved', { ...slot, shared: true, capacity: 4 }, 2));
  expect(state.entries).toMatchObject([{ alongside: null, shared: true }]);
  expect(reserve(state, true, [businessId])()).toHaveLength(1);
});

/** As blocks of the second version stand in stores: none came from a calendar outside. */
it('a block of the build that knew no calendars outside is nobody’s but the resource’s own', async () => {
  const block = { blockId: slot.bookingId, businessId, resourceId, start: slot.start, end: slot.end };
  const state = await stateAfter(stored(0, 'TimeBlocked', block, 2));
  expect(state.entries).toMatchObject([{ bookingId: slot.bookingId, calendarId: null }]);
  const unblock = { type: 'UnblockTime', data: block, at: metadata.occurredAt } as const;
  expect(Calendar.decider.decide.UnblockTime(unblock, state)).toMatchObject([{ type: 'TimeUnblocked' }]);
});
