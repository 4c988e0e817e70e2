import { DAY, instant, newUuid, plusMs } from '@yoyaku/kernel';
import type { BookingFacts, FactsOf, Kind, Notice, SeriesFacts } from '../src/domain/notice';

/** In winter in Tokyo, as every moment here. */
export const BOOKING: BookingFacts = {
  bookingId: newUuid(),
  businessName: 'Salon Mori',
  serviceName: 'Cut, colour; blow-dry',
  resourceIds: [newUuid()],
  place: 'Ginza, 4-5-6 Ginza, Chuo-ku',
  start: instant('2027-04-01T01:00:00Z'),
  end: instant('2027-04-01T02:30:00Z'),
  timeZone: 'Asia/Tokyo',
  readerTimeZone: 'Asia/Tokyo',
  price: { amount: 8_000, currency: 'JPY' },
  partySize: 2,
  fee: null,
  sequence: 0,
};

const SERIES: SeriesFacts = {
  ...BOOKING,
  seriesId: newUuid(),
  times: Array.from({ length: 20 }, (_, week) => ({
    bookingId: newUuid(),
    start: plusMs(BOOKING.start, week * 7 * DAY),
    end: plusMs(BOOKING.end, week * 7 * DAY),
    sequence: 0,
  })),
};

const CANCELLED = { ...BOOKING, fee: { amount: 4_000, currency: 'JPY' } };
const APPOINTMENT = { ...BOOKING, appointmentId: newUuid() };

/** Facts of every kind. */
const FACTS: FactsOf = {
  email_verification: {},
  password_reset: {},
  phone_code: {},
  welcome: {},
  booking_requested: BOOKING,
  booking_confirmed: BOOKING,
  booking_changed: BOOKING,
  booking_cancelled: CANCELLED,
  booking_declined: BOOKING,
  booking_expired: BOOKING,
  booking_reminder: BOOKING,
  series_requested: SERIES,
  series_booked: SERIES,
  series_changed: SERIES,
  series_cancelled: { ...SERIES, fee: { amount: 4_000, currency: 'JPY' } },
  waitlist_offer: { ...BOOKING, heldUntil: instant('2027-03-31T01:15:00Z') },
  waitlist_lapsed: BOOKING,
  booking_received: BOOKING,
  booking_to_approve: BOOKING,
  booking_moved: BOOKING,
  booking_withdrawn: CANCELLED,
  series_received: SERIES,
  series_to_approve: SERIES,
  series_moved: SERIES,
  series_withdrawn: SERIES,
  bookings_uncovered: { ...BOOKING, bookings: 3 },
  business_created: BOOKING,
  business_approved: BOOKING,
  business_rejected: { ...BOOKING, reason: 'The address is missing' },
  service_created: BOOKING,
  invitation: { ...BOOKING, role: 'manager', assignmentId: BOOKING.bookingId },
  trial_ending: { ...BOOKING, endsAt: BOOKING.start },
  subscription_expired: BOOKING,
  appointment_planned: APPOINTMENT,
  appointment_cancelled: APPOINTMENT,
  announcement: {},
};

/** Every kind of message, of facts that all have these texts in place of their own. */
export function everyNotice(texts?: { businessName?: string; serviceName?: string; place?: string }): Notice[] {
  return (Object.keys(FACTS) as Kind[]).map((kind) => ({ kind, facts: { ...FACTS[kind], ...texts } }) as Notice);
}
