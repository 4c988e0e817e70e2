import { AGENDA, BOOKING } from '@yoyaku/booking/events';
import { categoryOf, idOf, impersonal, sealedCopy } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import { defineProjection } from '@yoyaku/projecting';
import { bookingHistory } from './table';

/** The events of every booking and private appointment. Personal data stays encrypted. */
export const bookingHistoryProjection = defineProjection()({
  name: 'booking-history',
  version: 9,
  tables: { bookingHistory },
  on: {},
  onEvery: (event, rows) => {
    const { id, stream, position, revision, type, at, actor, data } = event;
    const booking = bookingOf(stream, data);
    if (!booking) return;
    const { id: actorId, role } = actor;
    rows.bookingHistory.put({
      id,
      ...booking,
      position: Number(position),
      revision,
      type,
      at,
      actor: { id: actorId, role },
      data: impersonal(event),
      personal: sealedCopy(event),
    });
  },
});

function bookingOf(stream: string, data: object): { kind: string; bookingId: Uuid } | undefined {
  if (categoryOf(stream) === BOOKING) return { kind: 'booking', bookingId: idOf(stream) as Uuid };
  if (categoryOf(stream) === AGENDA)
    return { kind: 'appointment', bookingId: (data as { appointmentId: Uuid }).appointmentId };
  return undefined;
}
