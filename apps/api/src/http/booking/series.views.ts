import { ApiProperty } from '@nestjs/swagger';
import type { BookingTime, SeriesRow } from '@projections/booking';
import { type MadeBooking, type MadeSeries, SERIES_MODES } from '@yoyaku/booking';
import type { Uuid } from '@yoyaku/kernel';
import { type Shown, VersionedView, versionOf } from '../conventions';
import { STATUSES } from './bookings.dto';

class SeriesItemView {
  @ApiProperty({ type: String, format: 'uuid' })
  bookingId: Uuid;

  @ApiProperty({ format: 'date-time', description: 'Now: it may have been moved' })
  start: string;

  @ApiProperty({ enum: STATUSES })
  status: string;
}

class SkippedView {
  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ example: 'booking.slot_taken', description: 'Why it could not be booked' })
  code: string;
}

/** The revision is that of the request: its bookings have their own. */
export class SeriesView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  serviceId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  customerId: Uuid;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user whose bookings they are' })
  userId: Uuid | null;

  @ApiProperty({ example: 'FREQ=WEEKLY;COUNT=52' })
  rrule: string;

  @ApiProperty({ format: 'date-time' })
  start: string;

  @ApiProperty({ example: 'Asia/Tokyo', description: 'In whose wall time it repeats' })
  timeZone: string;

  @ApiProperty({ enum: SERIES_MODES })
  mode: string;

  @ApiProperty()
  partySize: number;

  @ApiProperty({ type: [SeriesItemView], description: 'In the order of the times that were asked for' })
  items: readonly SeriesItemView[];

  @ApiProperty({ type: [SkippedView] })
  skipped: readonly SkippedView[];
}

class UnmovedView extends SkippedView {
  @ApiProperty({ type: String, format: 'uuid' })
  bookingId: Uuid;
}

/** With the bookings that stay where they were. */
export class MovedSeriesView extends SeriesView {
  @ApiProperty({ type: [UnmovedView], description: 'Bookings that were to be moved, `start` to when, and were not' })
  unmoved: readonly UnmovedView[];
}

const itemOf = ({ id, startsAt: start, status }: BookingTime): SeriesItemView => ({ bookingId: id, start, status });

/** A series right after a command, with its bookings as that left them. */
export function seriesView(outcome: Shown<MadeSeries>, bookings: readonly MadeBooking[]): SeriesView {
  const { businessId, serviceId, customerId, userId, rrule, start, timeZone, mode, partySize, skipped } = outcome.known;
  return {
    ...versionOf(outcome),
    businessId,
    serviceId,
    customerId,
    userId,
    rrule,
    start,
    timeZone,
    mode,
    partySize,
    items: bookings.map((one) => itemOf({ id: one.bookingId, startsAt: one.start, status: one.status })),
    skipped,
  };
}

export function seriesRowView({ bookingIds, ...row }: SeriesRow, bookings: readonly BookingTime[]): SeriesView {
  const byId = new Map(bookings.map((booking) => [booking.id, booking]));
  const items = bookingIds.flatMap((id) => byId.get(id) ?? []).map(itemOf);
  return { ...row, items };
}
