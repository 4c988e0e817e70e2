import type { BookingEvent, CalendarEvent, Reservation } from '@yoyaku/booking/events';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { openHolds } from './table';

const tables = { openHolds };

/** The holds that the reaper checks. */
export const openHoldsProjection = defineProjection<CalendarEvent | BookingEvent>()({
  name: 'open-holds',
  version: 4,
  tables,
  ignored: [
    'TimeBlocked',
    'TimeUnblocked',
    'BookingPartlyConfirmed',
    'BookingConfirmed',
    'BookingDetailsChanged',
    'BookingCheckedIn',
    'BookingCompleted',
    'BookingMarkedNoShow',
    'BookingOutcomeCorrected',
    'BookingAbandoned',
    'BookingHoldForfeited',
  ],
  on: {
    SlotReserved: ({ data: { resourceId, bookingId, holdId, businessId, end }, at }, rows) =>
      rows.openHolds.put({ resourceId, bookingId, holdId, businessId, since: at, endsAt: end }),
    SlotReleased: ({ data: { resourceId, bookingId, holdId } }, rows) =>
      rows.openHolds.delete({ resourceId, bookingId, holdId }),
    BookingRequested: ({ data }, rows) => takeUp(data, data, rows),
    BookingRescheduled: ({ data, at }, rows) => {
      takeUp(data, data, rows);
      giveUp(data, data.previous, at, rows);
    },
    BookingCancellationUndone: ({ data }, rows) => takeUp(data, data, rows),
    BookingCancelled: ({ data, at }, rows) => giveUp(data, data, at, rows),
    BookingDeclined: ({ data, at }, rows) => giveUp(data, data, at, rows),
    BookingExpired: ({ data, at }, rows) => giveUp(data, data, at, rows),
  },
});

interface Subject {
  readonly bookingId: Uuid;
  readonly businessId: Uuid;
}

function takeUp({ bookingId }: Subject, { holdId, resourceIds }: Reservation, rows: Unit<typeof tables>): void {
  for (const resourceId of resourceIds) rows.openHolds.delete({ resourceId, bookingId, holdId });
}

function giveUp(
  { bookingId, businessId }: Subject,
  { holdId, resourceIds, end }: Reservation,
  since: Instant,
  rows: Unit<typeof tables>,
): void {
  for (const resourceId of resourceIds) {
    rows.openHolds.put({ resourceId, bookingId, holdId, businessId, since, endsAt: end });
  }
}
