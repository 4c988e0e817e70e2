import { AGENDA, BOOKING } from '@yoyaku/booking/events';
import { categoryOf, idOf, impersonal, sealedCopy } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { defineProjection } from '@yoyaku/projecting';
import { bookingHistory } from './table';

/** The events of every booking and private appointment; what is personal in them stays sealed. */
export const bookingHistoryProjection = defineProjection()({
  name: 'booking-history',
  version: 3,
  tables: { bookingHistory },
  on: {},
  onEvery: (event, rows) => {
    const { id, stream, position, revision, type, at, actor, data } = event;
    const bookingId = bookingOf(stream, data);
    if (!bookingId) return;
    const { id: actorId, role } = actor;
    rows.bookingHistory.put({
      ...{ id, bookingId, position: Number(position), revision, type, at },
      ...{ actor: { id: actorId, role }, data: impersonal(event), personal: sealedCopy(event) },
    });
  },
});

function bookingOf(stream: string, data: object): Uuid | undefined {
  if (categoryOf(stream) === BOOKING) return idOf(stream) as Uuid;
  if (categoryOf(stream) === AGENDA) return (data as { appointmentId: Uuid }).appointmentId;
  return undefined;
}
