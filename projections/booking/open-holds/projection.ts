import type { BookingEvent, CalendarEvent, Reservation, WaitlistEvent } from '@yoyaku/booking/events';
import type { Instant, Uuid } from '@yoyaku/kernel';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { openHolds } from './table';

const tables = { openHolds };

/** The holds that the reaper checks. */
export const openHoldsProjection = defineProjection<CalendarEvent | BookingEvent | WaitlistEvent>()({
  name: 'open-holds',
  version: 5,
  tables,
  ignored: [
    'TimeBlocked',
    'TimeUnblocked',
    'OutsideCalendarLinked',
    'OutsideCalendarUnlinked',
    'BookingPartlyConfirmed',
    'BookingConfirmed',
    'BookingDetailsChanged',
    'BookingCheckedIn',
    'BookingCompleted',
    'BookingMarkedNoShow',
    'BookingOutcomeCorrected',
    'AttentionRaised',
    'AttentionCleared',
    'BookingAbandoned',
    'BookingHoldForfeited',
    'WaitlistJoined',
    'WaitlistOfferForfeited',
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
    // An offer keeps its hold while it is open. One that is accepted does not need it: the booking does, once it is made.
    WaitlistSlotOffered: ({ data }, rows) => takeUp(ofEntry(data), data, rows),
    WaitlistOfferAccepted: ({ data, at }, rows) => giveUp(ofEntry(data), data, at, rows),
    WaitlistOfferDeclined: ({ data, at }, rows) => giveUp(ofEntry(data), data, at, rows),
    WaitlistOfferLapsed: ({ data, at }, rows) => giveUp(ofEntry(data), data, at, rows),
    WaitlistLeft: ({ data, at }, rows) => {
      if (data.offer) giveUp(ofEntry(data), data.offer, at, rows);
    },
  },
});

/** The booking that comes of an entry has its id. */
const ofEntry = ({
  entryId: bookingId,
  businessId,
}: Pick<WaitlistEvent['data'], 'entryId' | 'businessId'>): Subject => ({
  bookingId,
  businessId,
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
