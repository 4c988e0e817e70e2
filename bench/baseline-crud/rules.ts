import type { BusinessRow, ResourceRow, ServiceRow } from './entities';
import { Problem } from './problem';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Throws the {@link Problem} of the first rule that forbids a booking at this time. */
export function checkRules(
  business: BusinessRow,
  service: ServiceRow,
  resource: ResourceRow,
  start: number,
  partySize: number,
): void {
  if (business.status !== 'approved') throw new Problem(422, 'booking.business_closed');
  const now = Date.now();
  if (start < now + business.minNoticeMinutes * MINUTE) throw new Problem(422, 'booking.too_soon');
  if (start > now + business.bookingWindowDays * DAY) throw new Problem(422, 'booking.too_far');
  if (partySize > service.capacity) throw new Problem(422, 'booking.party_too_large');

  const local = localTime(start, business.timeZone);
  if (local.minutes % business.slotIntervalMinutes !== 0) throw new Problem(422, 'booking.off_grid');
  const end = local.minutes + service.durationMinutes;
  const within = (day: number, from: string, to: string) =>
    day === local.day && minutesOf(from) <= local.minutes && end <= minutesOf(to);
  const open = business.hours.some(({ day, opens, closes }) => within(day, opens, closes));
  const working = resource.hours.some(({ day, starts, ends }) => within(day, starts, ends));
  if (!open || !working) throw new Problem(422, 'booking.outside_hours');
}

function localTime(at: number, timeZone: string): { day: number; minutes: number } {
  const { dayOfWeek, hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return { day: dayOfWeek, minutes: hour * 60 + minute };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
